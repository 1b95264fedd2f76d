import type { DownloadedFile } from '@document-sync/sdk';
import type { CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { printable } from '../output/printable.js';
import { formatSize } from '../output/size.js';
import { renderTable } from '../output/table.js';
import { downloadedFacts } from './one-document.js';

/** A document that stands in the folder as it is on the server. */
export interface PulledFile {
  /** `unchanged`: it stood there before. */
  outcome: 'pulled' | 'unchanged';
  file: Omit<DownloadedFile, 'fromCache'>;
  /** Its path as the person would type it. */
  shown: string;
}

const COLUMNS = [
  { title: 'Document ID' },
  { title: 'Saved to', shrinkable: true },
  { title: 'Size' },
  { title: 'Outcome' },
];

/** Tells what stands in the folder now, in the order of the paths. */
export async function reportPulled(
  context: CommandContext,
  args: CommonArguments,
  pulled: readonly PulledFile[],
  total: number,
): Promise<void> {
  const sorted = pulled.toSorted((a, b) => (a.shown < b.shown ? -1 : 1));
  const isForPeople = args.format === 'table' && !args.quiet;
  const rows = sorted.map(({ outcome, file, shown }) => [
    file.documentId,
    printable(shown),
    formatSize(file.sizeBytes),
    outcome,
  ]);
  context.output.result(args, {
    ids: sorted.map(({ file }) => file.documentId),
    json: sorted.map(({ outcome, file }) => ({ ...downloadedFacts(file), outcome })),
    lines: isForPeople && rows.length > 0 ? [await renderTable(COLUMNS, rows, context.output.columns)] : [],
  });
  if (isForPeople) {
    context.output.note(args.format, summary(pulled, total));
  }
}

function summary(pulled: readonly PulledFile[], total: number): string {
  if (total === 0) return 'No documents found.';
  const unchanged = pulled.filter(({ outcome }) => outcome === 'unchanged').length;
  const of = pulled.length < total ? ` of ${total}` : '';
  const kept = unchanged > 0 ? `, ${unchanged} of them unchanged` : '';
  return `Pulled ${pulled.length}${of} ${total === 1 ? 'document' : 'documents'}${kept}.`;
}
