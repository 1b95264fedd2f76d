/** How content comes into the store: first the bytes, then what is known of them. */
import type { Database, Session } from '../../db/index.js';
import { append } from '../../journal/index.js';
import type { StagedContent } from '../../kernel/content.js';
import type { Version } from '../../kernel/contract.js';
import type { Principal } from '../../kernel/principal.js';
import { touchDocument, type ContentRow } from './documents.store.js';
import type { IndexOutcome, PreparedText } from './content-indexing.js';
import { indexCurrent } from './index-entries.js';
import type { KnownContent } from './known-content.js';
import { assertWithinQuota } from './quota.js';
import { insertVersion } from './versions.store.js';

/** How often content that was taken from under us is published again; each time is next to impossible already. */
const ATTEMPTS = 5;

/** Content that can be recorded: received just now, or in the store already. */
export type RecordableContent = StagedContent | KnownContent;

/** Called in the transaction that records something, with what it has become. */
export type OnRecorded<T> = (tx: Session, recorded: T) => Promise<void>;

/** The content was collected between publishing it and recording it. */
const CONTENT_GONE = Symbol('content gone');

/**
 * Publishes content, durable under its address, and then runs `record` in one transaction with rows and event: a row
 * never points at a missing blob. The collector removes blobs under the same write lock, so the look at the blob inside
 * the transaction cannot be overtaken; if the collector was faster, the content is published again from the staged copy.
 *
 * Content that is in the store already has no staged copy: gone is gone.
 *
 * @param prepare reads what the index needs of the content, while it is published
 * @returns what `record` returned, once that is durable
 * @throws Problem `content_not_found`
 */
export async function publishAndRecord<T>(
  db: Database,
  tenant_id: string,
  content: RecordableContent,
  prepare: () => Promise<PreparedText>,
  record: (tx: Session, prepared: PreparedText) => Promise<T>,
): Promise<T> {
  if ('assertPresent' in content) {
    const prepared = await prepare();
    return await db.write(async (tx) => {
      await content.assertPresent(tx);
      return await record(tx, prepared);
    });
  }
  const preparing = prepare();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const recorded = await db.writeAfter(allDone(preparing, content.publish(tenant_id)), async (tx) =>
      (await content.isPublished(tenant_id)) ? await record(tx, await preparing) : CONTENT_GONE,
    );
    if (recorded !== CONTENT_GONE) return recorded;
  }
  throw new Error(`the content ${content.checksum_sha256} was removed ${ATTEMPTS} times while it was pushed`);
}

/** Resolves when all are done; rejects with the first error then, and not while another is still at work on the disk. */
async function allDone(...work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

/** What a version is made of beside its number, its time and its author. */
export type NewVersion = Pick<
  Version,
  'original_filename' | 'size_bytes' | 'mime_type' | 'checksum_sha256' | 'message'
> & {
  /** The version that the other side of a merge was based on. */
  readonly merged_base?: number | undefined;
};

/** A version that was recorded, and what the search index has of it. */
export interface RecordedVersion {
  readonly version: Version;
  readonly indexed: IndexOutcome;
}

/**
 * Makes a version the one that follows `current`, within the transaction in which `current` was read.
 *
 * @param prepared of the version's content; one of another content is not used, and the content waits to be indexed
 */
export async function recordVersion(
  tx: Session,
  principal: Principal,
  current: ContentRow,
  { merged_base, ...facts }: NewVersion,
  prepared: PreparedText | undefined,
  at: Date,
): Promise<RecordedVersion> {
  const { tenant_id, principal_id } = principal;
  const { document_id } = current;
  const version: Version = {
    document_id,
    version: current.version + 1,
    parents: merged_base === undefined ? [current.version] : [current.version, merged_base],
    original_filename: facts.original_filename,
    size_bytes: facts.size_bytes,
    mime_type: facts.mime_type,
    checksum_sha256: facts.checksum_sha256,
    created_at: at.toISOString(),
    created_by: principal_id,
    message: facts.message,
  };
  await insertVersion(tx, tenant_id, version);
  await assertWithinQuota(tx, tenant_id, { bytes: version.size_bytes, documents: 0 });
  await touchDocument(tx, tenant_id, document_id, version.version, at);
  const indexed = await indexCurrent(tx, tenant_id, document_id, prepared);
  const { parents } = version;
  await append(
    tx,
    principal,
    { type: 'document.version_created', document_id, version: version.version, data: { parents } },
    at,
  );
  return { version, indexed };
}
