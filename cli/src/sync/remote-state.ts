import type { Document, DocumentClient } from '@document-sync/sdk';
import { UsageError } from '../errors.js';
import { assertReadable, type DocumentSet, filterOf } from './document-set.js';
import type { LockEntry } from './lock-file.js';
import type { RemoteDocument } from './plan-types.js';

const PAGE = 1000;
/** How many documents are asked for before it is believed that the server knows none of a lock. */
const ASKED_FOR = 20;

/** The documents of a folder, all of them. */
export async function readRemoteState(
  client: DocumentClient,
  set: DocumentSet,
  signal: AbortSignal,
): Promise<RemoteDocument[]> {
  // By id: a document that is changed between two pages may be on both.
  const documents = new Map<string, RemoteDocument>();
  for await (const document of client.queryAll({ ...filterOf(set), limit: PAGE }, { signal })) {
    documents.set(document.document_id, remoteDocument(document));
  }
  return [...documents.values()];
}

/** What a plan wants to know of a document. */
export function remoteDocument(document: Document): RemoteDocument {
  const { document_id, name, version, checksum_sha256, revision, size_bytes, uploaded_at } = document;
  return { document_id, name, version, sha256: checksum_sha256, revision, size: size_bytes, uploaded_at };
}

/**
 * A lock from another server would make every file look deleted there. Addresses do not tell servers apart: one server has
 * many, and a lock goes to other machines with git. The ids do.
 * @throws UsageError when the server has never heard of a document of the lock
 */
export async function refuseForeignLock(
  client: DocumentClient,
  base: ReadonlyMap<string, LockEntry>,
  remote: readonly RemoteDocument[],
  signal: AbortSignal,
): Promise<void> {
  const ids = new Set([...base.values()].map(({ document_id }) => document_id));
  if (ids.size === 0 || remote.some(({ document_id }) => ids.has(document_id))) return;
  for (const id of [...ids].slice(0, ASKED_FOR)) {
    if ((await findDocument(client, id, signal)) !== undefined) return;
  }
  for await (const { document_id } of client.trashAll({ limit: PAGE }, { signal })) {
    if (ids.has(document_id)) return;
  }
  throw new UsageError(
    `${client.baseUrl} knows none of the documents that docs.lock names (${ids.size}), not even in its trash: the lock is ` +
      'from another server.',
    'Set DOCUMENT_SERVER_URL to that server; or remove docs.lock to begin anew here: what is equal on both sides is ' +
      'recognised, and nothing is overwritten.',
  );
}

/** A document, wherever it belongs; undefined where there is none, or only in the trash. */
export async function findDocument(
  client: DocumentClient,
  documentId: string,
  signal: AbortSignal,
): Promise<Document | undefined> {
  const { ProblemError } = await import('@document-sync/sdk');
  try {
    return await client.get(documentId, { signal });
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'document_not_found') return undefined;
    throw error;
  }
}

/**
 * Whether a document belongs to a folder. It does not when it is gone, and never because a list could not be read.
 * @throws as `assertReadable`
 */
export async function isAmong(
  client: DocumentClient,
  documentId: string,
  set: DocumentSet,
  signal: AbortSignal,
): Promise<boolean> {
  const document = await findDocument(client, documentId, signal);
  if ('tag' in set) return document?.tags.includes(set.tag) === true;
  if (document !== undefined && (await isInCollection(client, document, set, signal))) return true;
  await assertReadable(client, set, signal);
  return false;
}

/** Asks by the moment of the push, which nothing changes. */
async function isInCollection(
  client: DocumentClient,
  { document_id, uploaded_at }: Document,
  set: DocumentSet,
  signal: AbortSignal,
): Promise<boolean> {
  const uploadedBefore = new Date(Date.parse(uploaded_at) + 1);
  const wanted = { ...filterOf(set), uploadedAfter: uploaded_at, uploadedBefore, limit: PAGE };
  for await (const found of client.queryAll(wanted, { signal })) {
    if (found.document_id === document_id) return true;
  }
  return false;
}
