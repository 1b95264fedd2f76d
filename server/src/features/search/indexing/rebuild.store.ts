/** All SQL of a rebuild of the index. */
import type { Knex } from 'knex';
import type { IndexTables, Session } from '../../../db/index.js';
import type { IndexStatus } from '../../../kernel/contract.js';
import type { PendingContent } from './pending.store.js';

/** A document as it is to be indexed; its revision tells whether it has changed since. */
export interface IndexableDocument extends PendingContent {
  readonly document_id: string;
  readonly revision: number;
  readonly index_status: IndexStatus;
  readonly index_reason: string;
}

/** How far a rebuild has come. */
export interface RebuildState {
  readonly tenant_id: string;
  /** The documents up to this one are in the rebuilt index, as they were. */
  readonly done_sequence: number;
  /** The changes up to this one are, too. */
  readonly event_sequence: number;
}

const COLUMNS = [
  'd.tenant_id',
  'd.sequence',
  'd.document_id',
  'd.name',
  'd.tags',
  'd.description',
  'd.revision',
  'd.index_status',
  'd.index_reason',
  'v.checksum_sha256',
  'v.size_bytes',
  'v.mime_type',
  'v.original_filename',
];

/** Documents of a tenant with what they are now. */
function selectIndexable({ knex }: Session, tenant_id: string): Knex.QueryBuilder {
  return knex({ d: 'documents' })
    .join({ v: 'document_versions' }, (join) => {
      join.on('v.tenant_id', 'd.tenant_id').andOn('v.document_id', 'd.document_id');
      join.andOn('v.version', 'd.current_version');
    })
    .where('d.tenant_id', tenant_id)
    .select(COLUMNS);
}

/** The next documents of a tenant, in the order of their sequences. */
export async function documentsAfter(
  session: Session,
  tenant_id: string,
  sequence: number,
  limit: number,
): Promise<IndexableDocument[]> {
  const query = selectIndexable(session, tenant_id).where('d.sequence', '>', sequence).orderBy('d.sequence');
  return (await query.limit(limit)) as IndexableDocument[];
}

export async function findIndexable(
  session: Session,
  tenant_id: string,
  document_id: string,
): Promise<IndexableDocument | undefined> {
  const [row] = (await selectIndexable(session, tenant_id).where({
    'd.document_id': document_id,
  })) as IndexableDocument[];
  return row;
}

/** The next changes in a tenant's journal; all that there are without a limit. */
export async function changesAfter(
  { knex }: Session,
  tenant_id: string,
  sequence: number,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<{ sequence: number; document_id: string }[]> {
  const query = knex('events').select('sequence', 'document_id').where({ tenant_id }).where('sequence', '>', sequence);
  return (await query.orderBy('sequence').limit(limit)) as { sequence: number; document_id: string }[];
}

export async function findRebuild(session: Session, tenant_id: string): Promise<RebuildState | undefined> {
  const rows = (await session.knex('index_rebuilds').where({ tenant_id }).select()) as RebuildState[];
  return rows[0];
}

export async function saveRebuild(tx: Session, state: RebuildState): Promise<void> {
  await tx.knex('index_rebuilds').insert(state).onConflict('tenant_id').merge();
}

export async function deleteRebuild(tx: Session, tenant_id: string): Promise<void> {
  await tx.knex('index_rebuilds').where({ tenant_id }).delete();
}

/** The tenants with the ranges of their sequences. */
export async function listTenantRanges(
  session: Session,
): Promise<{ tenant_id: string; first_sequence: number; last_sequence: number }[]> {
  return (await session
    .knex('tenants')
    .select('tenant_id', 'first_sequence', 'last_sequence')
    .orderBy('tenant_id')) as {
    tenant_id: string;
    first_sequence: number;
    last_sequence: number;
  }[];
}

/** The text that was once extracted of a content, compressed; undefined when there is none, or of another content. */
export async function findExtractedText(
  session: Session,
  { tenant_id, sequence, checksum_sha256 }: Pick<PendingContent, 'tenant_id' | 'sequence' | 'checksum_sha256'>,
): Promise<Uint8Array | undefined> {
  const [row] = await session
    .knex('extracted_texts')
    .where({ tenant_id, sequence, checksum_sha256 })
    .select<{ text: Uint8Array }[]>('text');
  return row?.text;
}

/** Takes out of an index what is no document of the tenant any more. */
export async function deleteStrayEntries(tx: Session, tenant_id: string, { entries }: IndexTables): Promise<void> {
  const documents = tx.knex('documents').select('sequence').where({ tenant_id });
  // The table that FTS5 keeps the sizes of its rows in is the only list of them that a contentless index has.
  const strays = tx.knex(`${entries}_docsize`).select('id').whereNotIn('id', documents);
  await tx.knex(entries).whereIn('rowid', strays).delete();
}

/** What a row of an index says: every term with its column and place. */
export interface IndexedTerm {
  readonly term: string;
  readonly doc: number;
  readonly col: string;
  readonly offset: number;
}

/** How many terms differ between two indexes. It reads both as a whole. */
export async function countDifferences(tx: Session, one: IndexTables, other: IndexTables): Promise<number> {
  const { knex } = tx;
  const views = [one, other].map(({ entries }) => ({ entries, view: `terms_of_${entries}` }));
  for (const { entries, view } of views) {
    await knex.raw(`CREATE VIRTUAL TABLE temp.${view} USING fts5vocab(main, ${entries}, instance)`);
  }
  try {
    const [a, b] = views.map(({ view }) => `SELECT term, doc, col, offset FROM temp.${view}`) as [string, string];
    const rows = (await knex.raw(
      `SELECT count(*) AS differences FROM (
         SELECT * FROM (${a} EXCEPT ${b}) UNION ALL SELECT * FROM (${b} EXCEPT ${a}))`,
    )) as [{ differences: number }];
    return rows[0].differences;
  } finally {
    for (const { view } of views) await knex.raw(`DROP TABLE temp.${view}`);
  }
}
