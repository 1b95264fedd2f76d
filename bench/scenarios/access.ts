import type { ChildServer } from '../child-server.js';
import type { Table } from '../figures.js';
import { bootstrapKey, type KeyKind } from '../keys.js';
import type { StoredContent } from '../load-jobs.js';
import { alternate, runSlice, type Slice } from '../slices.js';
import type { Workbench } from '../workbench.js';
import { pushDocuments } from './documents.js';
import { comparisonRow, connectionsText, KIB_4, sliceOf, type TransferLoad } from './transfer-rows.js';

/** As many as a page of `GET /documents` has when nobody says how many. */
const PAGE_ROWS = 50;
const DOCUMENTS = 256;

/** So many that no load meets them; each request is counted. */
const LIMITS = { DOCUMENT_SERVER_AUTH: 'keys', DOCUMENT_RATE_READ: '100000000' };

interface AccessLoad extends TransferLoad {
  readonly what: 'list' | 'pull';
  readonly key: KeyKind;
}

/**
 * What keys, the policy and rate limits cost together: the same requests to two servers on one folder, of which one asks
 * for keys and counts.
 */
export async function measureAccess(bench: Workbench): Promise<Table> {
  const folder = bench.folder('access');
  const open = await bench.startOurs(folder);
  const documents = await pushDocuments(bench, open, {
    count: DOCUMENTS,
    sizeBytes: KIB_4,
    content: 'random',
    run: 'access',
  });
  const keys = { team: await bootstrapKey(folder, 'team'), reader: await bootstrapKey(folder, 'reader') };
  const guarded = await bench.startOurs(folder, LIMITS);
  const rows = [];
  for (const load of loads()) {
    if (!bench.isWanted(load.id)) continue;
    const comparison = await alternate(
      bench.effort.pairs,
      requests(bench, guarded, load, documents, keys[load.key]),
      requests(bench, open, load, documents),
    );
    rows.push(comparisonRow(load, comparison, ['with keys', 'without']));
  }
  await guarded.stop();
  await open.stop();
  return {
    title: 'Access',
    note:
      'Requests per second with keys and rate limits as a ratio to without, of two servers on one folder (median of ' +
      'neighbouring slices): `GET /documents`, a page of 50 of 256 documents, and pulls of 4 KB. The key of a team may do all ' +
      'with documents and collections; that of a reader has one scope, so that it is also looked up what collections grant it. Nothing is written meanwhile.',
    rows,
  };
}

function loads(): AccessLoad[] {
  const kinds = [
    { key: 'team', suffix: '', label: '' },
    { key: 'reader', suffix: '-reader', label: ", a reader's key" },
  ] as const;
  const whats = [
    { what: 'list', id: 'list', label: 'GET /documents' },
    { what: 'pull', id: 'pull-4kb', label: 'pull 4 KB' },
  ] as const;
  return kinds.flatMap((kind) =>
    whats.flatMap(({ what, id, label }) =>
      [1, 16].map((connections) => ({
        id: `access-${id}${kind.suffix}-c${connections}`,
        label: `${label}${kind.label}, ${connectionsText(connections)}`,
        sizeBytes: KIB_4,
        connections,
        what,
        key: kind.key,
      })),
    ),
  );
}

function requests(
  bench: Workbench,
  server: ChildServer,
  load: AccessLoad,
  documents: readonly StoredContent[],
  key?: string,
): () => Promise<Slice> {
  const common = { ...sliceOf(load, server, bench.effort.sliceMs), ...(key !== undefined && { key }) };
  const job =
    load.what === 'pull'
      ? ({ kind: 'pull', ...common, documents } as const)
      : ({ kind: 'query', ...common, path: '/documents', rows: PAGE_ROWS } as const);
  return () => runSlice(bench.generator, server, job);
}
