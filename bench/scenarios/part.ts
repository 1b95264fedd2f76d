import type { ChildServer } from '../child-server.js';
import { MARKDOWN_BYTES, STAMP_BYTES } from '../contents.js';
import type { Row, Table } from '../figures.js';
import type { PartJob, StoredContent } from '../load-jobs.js';
import { markdownDocument } from '../prose.js';
import { alternate, runSlice, type Slice } from '../slices.js';
import type { Workbench } from '../workbench.js';
import { pushDocuments } from './documents.js';
import { latencyRow, sliceOf, type TransferLoad } from './transfer-rows.js';

const SIDES = ['part', 'full pull'] as const;

/** A part of the document, and what the answer must have. */
type Part = Pick<PartJob, 'part' | 'expected'> & { readonly id: string; readonly label: string };

/** Of the part of lines. */
const LINES = 80;

/**
 * Partial reads of a Markdown document of 10 MB beside its full pull: for the first time, when the server knows nothing
 * of the text, and later.
 */
export async function measureParts(bench: Workbench): Promise<Table> {
  const server = await bench.startOurs(bench.folder('part'));
  const rows: Row[] = [];
  for (const part of partsOfMarkdown()) {
    for (const first of [true, false]) {
      const load: TransferLoad = {
        id: `${part.id}-${first ? 'cold' : 'warm'}`,
        label: `${part.label}, ${first ? 'first read' : 'later reads'}`,
        sizeBytes: MARKDOWN_BYTES,
        connections: 1,
      };
      if (!bench.isWanted(load.id)) continue;
      const slices = first ? firstReads(bench, server, load, part) : await laterReads(bench, server, load, part);
      rows.push(latencyRow(load, await alternate(bench.effort.pairs, slices.read, slices.pull), SIDES));
    }
  }
  await server.stop();
  return {
    title: 'Partial reads',
    note:
      'Reads per second of a part of a Markdown document of 10 MB, one connection, as a ratio to pulls of the whole, from ' +
      'the page cache (median of neighbouring slices); milliseconds from request to the last byte. The first read of a ' +
      `text is of a document that nothing was read of before, ${bench.effort.coldTexts} a slice. Each answer 200; one in ` +
      '64, and the first of each slice, is compared with the text.',
    rows,
  };
}

interface ReadSlices {
  readonly read: (pair: number) => Promise<Slice>;
  readonly pull: (pair: number) => Promise<Slice>;
}

/** Each slice reads documents of its own, each once. */
function firstReads(bench: Workbench, server: ChildServer, load: TransferLoad, part: Part): ReadSlices {
  const count = bench.effort.coldTexts;
  let documents: readonly StoredContent[] = [];
  return {
    read: async (pair) => {
      documents = await pushTexts(bench, server, count, `${load.id}-${pair}`);
      const job = { ...readsOf(bench, server, load, part, documents), until: { requests: count } };
      return await runSlice(bench.generator, server, job);
    },
    pull: () => runSlice(bench.generator, server, pullsOf(bench, server, load, documents)),
  };
}

async function laterReads(bench: Workbench, server: ChildServer, load: TransferLoad, part: Part): Promise<ReadSlices> {
  const documents = await pushTexts(bench, server, 1, load.id);
  return {
    read: () => runSlice(bench.generator, server, readsOf(bench, server, load, part, documents)),
    pull: () => runSlice(bench.generator, server, pullsOf(bench, server, load, documents)),
  };
}

function readsOf(
  bench: Workbench,
  server: ChildServer,
  load: TransferLoad,
  { part, expected }: Part,
  documents: readonly StoredContent[],
): PartJob {
  return { kind: 'part', ...sliceOf(load, server, bench.effort.readSliceMs), part, expected, documents };
}

function pullsOf(bench: Workbench, server: ChildServer, load: TransferLoad, documents: readonly StoredContent[]) {
  return { kind: 'pull', ...sliceOf(load, server, bench.effort.readSliceMs), documents } as const;
}

async function pushTexts(
  bench: Workbench,
  server: ChildServer,
  count: number,
  run: string,
): Promise<readonly StoredContent[]> {
  return await pushDocuments(bench, server, { count, sizeBytes: MARKDOWN_BYTES, content: 'markdown', run });
}

/** The parts that are read; what they must hold is taken from the text as it was written. */
function partsOfMarkdown(): readonly Part[] {
  const { text, headings } = markdownDocument(STAMP_BYTES, MARKDOWN_BYTES);
  const lines = text.split('\n');
  const whole = { total_lines: lines.length - 1, total_bytes: MARKDOWN_BYTES };
  const linesPart = (start_line: number, end_line: number): PartJob['expected'] => ({
    ...whole,
    start_line,
    end_line,
    text: `${lines.slice(start_line - 1, end_line).join('\n')}\n`,
    truncated: true,
    cut_short: false,
  });
  const middle = lines.length >> 1;
  const sections = headings.filter(({ level }) => level === 3);
  const section = sections[sections.length >> 1];
  const next = headings[section === undefined ? 0 : headings.indexOf(section) + 1];
  if (section === undefined || next === undefined) throw new Error('the document has no section in its middle');
  return [
    {
      id: 'part-lines',
      label: `${LINES} lines in the middle`,
      part: `text?lines=${middle}-${middle + LINES - 1}`,
      expected: linesPart(middle, middle + LINES - 1),
    },
    {
      id: 'part-section',
      label: 'a section in the middle',
      part: `text?${new URLSearchParams({ section: section.title }).toString()}`,
      expected: linesPart(section.start_line, next.start_line - 1),
    },
    {
      id: 'part-outline',
      label: 'the outline',
      part: 'outline',
      expected: { ...whole, truncated: false, total_headings: headings.length, headings },
    },
  ];
}
