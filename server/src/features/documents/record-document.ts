/** How a document comes into being, in the transaction that records it. */
import type { Session } from '../../db/index.js';
import { append } from '../../journal/index.js';
import type { Document } from '../../kernel/contract.js';
import type { Principal } from '../../kernel/principal.js';
import { membershipLabel } from '../../kernel/rights.js';
import { assertCollection } from './collection-access.js';
import type { PreparedText } from './content-indexing.js';
import * as store from './documents.store.js';
import { insertIndexEntry } from './index-entries.js';
import { uniqueTags } from './metadata-change.js';
import type { OnRecorded, RecordableContent } from './recording.js';
import { addToCollection } from './memberships.store.js';
import { assertMayHave } from './permission.js';
import { assertWithinQuota } from './quota.js';
import { insertVersion } from './versions.store.js';

/** What is said about a document to be. */
export interface Description {
  readonly name: string | undefined;
  readonly tags: readonly string[];
  readonly description: string;
  /** The collection that it is put into. */
  readonly collection_id?: string | undefined;
}

/** A push: the content and what was said about it. */
export interface Push extends Description {
  readonly content: RecordableContent;
  readonly filename: string;
  readonly declared_type: string | undefined;
  /** What else becomes durable with the document. */
  readonly onRecorded?: OnRecorded<Document>;
}

/** A document as it was recorded, and its place in the journal. */
export interface RecordedDocument {
  readonly document: Document;
  readonly sequence: number;
}

/** How often an id that was taken is drawn again; each time is next to impossible already. */
const ATTEMPTS = 5;

/**
 * Records a document with its first version, its event and its entry in the index of the search.
 *
 * @param push what was pushed, with its media type and what the index needs of its content
 */
export async function recordDocument(
  tx: Session,
  principal: Principal,
  push: Omit<Push, 'declared_type' | 'onRecorded'> & { readonly mime_type: string; readonly prepared: PreparedText },
  at: Date,
  createId: () => string,
): Promise<RecordedDocument> {
  const { tenant_id, principal_id } = principal;
  const { description, filename: original_filename, mime_type, prepared } = push;
  const { checksum_sha256, size_bytes } = push.content;
  const { collection_id } = push;
  const tags = uniqueTags(push.tags);
  await assertMayPush(tx, principal, { tags, collection_id });
  const time = at.toISOString();
  const document_id = await freeId(tx, tenant_id, createId);
  const sequence = await append(tx, principal, { type: 'document.created', document_id, version: 1 }, at);
  const entry: store.DocumentEntry = {
    document_id,
    sequence,
    name: push.name ?? original_filename,
    tags,
    description,
    current_version: 1,
    revision: 1,
    uploaded_at: time,
    updated_at: time,
    index_status: prepared.index_status,
    index_reason: prepared.index_reason,
  };
  const facts = { original_filename, size_bytes, mime_type, checksum_sha256 };
  // Before the document's row, which takes the size and the type from it.
  await insertVersion(tx, tenant_id, {
    document_id,
    version: 1,
    parents: [],
    ...facts,
    created_at: time,
    created_by: principal_id,
    message: '',
  });
  await store.insertDocument(tx, tenant_id, entry);
  if (collection_id !== undefined) {
    const membership = { tenant_id, document_id, collection_id, sequence };
    await addToCollection(tx, membership, { added_at: time, added_by: principal_id });
  }
  await assertWithinQuota(tx, tenant_id, { bytes: size_bytes, documents: 1 });
  await insertIndexEntry(tx, sequence, { ...entry, mime_type }, prepared.text);
  return { document: store.describe(entry, facts), sequence };
}

/**
 * Sees to it that a principal may push a document with these tags, into this collection.
 *
 * @throws Problem `collection_not_found`, `forbidden`
 */
export async function assertMayPush(
  db: Session,
  principal: Principal,
  { tags, collection_id }: Pick<Description, 'tags' | 'collection_id'>,
): Promise<void> {
  if (collection_id !== undefined) await assertCollection(db, principal, 'write', collection_id);
  assertMayHave(principal, [...tags, ...(collection_id === undefined ? [] : [membershipLabel(collection_id)])]);
}

async function freeId(tx: Session, tenant_id: string, createId: () => string): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const document_id = createId();
    if (!(await store.isDocumentIdTaken(tx, tenant_id, document_id))) return document_id;
  }
  throw new Error(`${ATTEMPTS} random document ids were all taken`);
}
