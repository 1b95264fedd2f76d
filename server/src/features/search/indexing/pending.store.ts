/** The documents whose contents wait to be indexed. Of all tenants: indexing is the server's own work. */
import { statement, type Session } from '../../../db/index.js';

/** A document that waits, with what its current content is. */
export interface PendingContent {
  readonly tenant_id: string;
  readonly sequence: number;
  readonly name: string;
  /** A JSON array. */
  readonly tags: string;
  readonly description: string;
  readonly checksum_sha256: string;
  readonly size_bytes: number;
  readonly mime_type: string;
  readonly original_filename: string;
}

const COLUMNS = [
  'd.tenant_id',
  'd.sequence',
  'd.name',
  'd.tags',
  'd.description',
  'v.checksum_sha256',
  'v.size_bytes',
  'v.mime_type',
  'v.original_filename',
];

const bySequence = statement<{ tenant_id: string; sequence: number }, PendingContent>((knex, $) =>
  knex({ d: 'documents' })
    .join({ v: 'document_versions' }, (join) => {
      join.on('v.tenant_id', 'd.tenant_id').andOn('v.document_id', 'd.document_id');
      join.andOn('v.version', 'd.current_version');
    })
    .where('d.tenant_id', $('tenant_id'))
    .where('d.sequence', $('sequence'))
    .whereRaw("d.index_status = 'pending'")
    .select(COLUMNS),
);

/** A document that waits, or undefined when that one does not (any more). */
export async function findPending(
  session: Session,
  tenant_id: string,
  sequence: number,
): Promise<PendingContent | undefined> {
  const [row] = await session.run(bySequence, { tenant_id, sequence });
  return row;
}

interface Place {
  readonly tenant_id: string;
  readonly sequence: number;
}

/** The next documents that wait, in the order of tenants and sequences. */
export async function pendingAfter({ knex }: Session, after: Place, limit: number): Promise<Place[]> {
  return (
    (await knex('documents')
      .select('tenant_id', 'sequence')
      // In these words, so that the index of those that wait is used.
      .whereRaw("index_status = 'pending'")
      .whereRaw('(tenant_id, sequence) > (?, ?)', [after.tenant_id, after.sequence])
      .orderBy(['tenant_id', 'sequence'])
      .limit(limit)) as Place[]
  );
}

/** How many wait is counted up to this. */
export const COUNTED_PENDING = 100_000;

const counted = statement<object, { pending: number }>((knex) =>
  knex
    .count({ pending: '*' })
    .from(
      knex('documents').select(knex.raw('1')).whereRaw("index_status = 'pending'").limit(COUNTED_PENDING).as('waiting'),
    ),
);

const first = statement<object, { updated_at: string }>((knex) =>
  knex('documents')
    .select('updated_at')
    .whereRaw("index_status = 'pending'")
    .orderBy(['tenant_id', 'sequence'])
    .limit(1),
);

/** How many documents wait, and since when the first of them. */
export async function countPending(session: Session): Promise<{ pending: number; since: string | undefined }> {
  const [row] = await session.run(counted, {});
  const [oldest] = await session.run(first, {});
  return { pending: row?.pending ?? 0, since: oldest?.updated_at };
}
