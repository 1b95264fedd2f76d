import { checkedDocumentId, checkedId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import type { Collection, CollectionChange, Grant, NewCollection, PageRequest, Role } from './contract.js';
import { given } from './given.js';
import { type Page, pageOf } from './pages.js';

/** Makes a collection. */
export async function createCollection(
  connection: Connection,
  body: NewCollection,
  { signal }: CallOptions,
): Promise<Collection> {
  return await connection.json({ signal }, (fetch) => connection.api.POST('/collections', { body, fetch }));
}

/** Lists one page of collections. */
export async function listCollections(
  connection: Connection,
  { limit, cursor }: PageRequest,
  { signal }: CallOptions,
): Promise<Page<Collection>> {
  const params = { query: given({ limit, cursor }) };
  return await pageOf(connection, { signal }, (fetch) => connection.api.GET('/collections', { params, fetch }));
}

/** Reads a collection. */
export async function readCollection(
  connection: Connection,
  collectionId: string,
  { signal }: CallOptions,
): Promise<Collection> {
  const params = { path: pathOf(collectionId) };
  return await connection.json({ signal }, (fetch) =>
    connection.api.GET('/collections/{collection_id}', { params, fetch }),
  );
}

/** Changes a collection's name or description. */
export async function changeCollection(
  connection: Connection,
  collectionId: string,
  body: CollectionChange,
  { signal }: CallOptions,
): Promise<Collection> {
  const params = { path: pathOf(collectionId) };
  return await connection.json({ signal }, (fetch) =>
    connection.api.PATCH('/collections/{collection_id}', { params, body, fetch }),
  );
}

/** Deletes a collection; the documents stay. */
export async function deleteCollection(
  connection: Connection,
  collectionId: string,
  { signal }: CallOptions,
): Promise<void> {
  const params = { path: pathOf(collectionId) };
  await connection.stream({ signal }, (fetch) =>
    connection.api.DELETE('/collections/{collection_id}', { params, fetch }),
  );
}

/** Puts a document into a collection, where it may be already. */
export async function addToCollection(
  connection: Connection,
  collectionId: string,
  documentId: string,
  { signal }: CallOptions,
): Promise<void> {
  const params = { path: { ...pathOf(collectionId), document_id: checkedDocumentId(documentId) } };
  await connection.stream({ signal, repeatable: true }, (fetch) =>
    connection.api.PUT('/collections/{collection_id}/documents/{document_id}', { params, fetch }),
  );
}

/** Takes a document out of a collection, where it need not be. */
export async function removeFromCollection(
  connection: Connection,
  collectionId: string,
  documentId: string,
  { signal }: CallOptions,
): Promise<void> {
  const params = { path: { ...pathOf(collectionId), document_id: checkedDocumentId(documentId) } };
  await connection.stream({ signal }, (fetch) =>
    connection.api.DELETE('/collections/{collection_id}/documents/{document_id}', { params, fetch }),
  );
}

/** Lists the grants on a collection. */
export async function listGrants(
  connection: Connection,
  collectionId: string,
  { signal }: CallOptions,
): Promise<Grant[]> {
  const params = { path: pathOf(collectionId) };
  return await connection.json({ signal }, (fetch) =>
    connection.api.GET('/collections/{collection_id}/grants', { params, fetch }),
  );
}

/** Grants a role, in the place of the one that was there. */
export async function setGrant(
  connection: Connection,
  collectionId: string,
  grantee: string,
  role: Role,
  { signal }: CallOptions,
): Promise<Grant> {
  const params = { path: { ...pathOf(collectionId), grantee: checkedGrantee(grantee) } };
  return await connection.json({ signal, repeatable: true }, (fetch) =>
    connection.api.PUT('/collections/{collection_id}/grants/{grantee}', { params, body: { role }, fetch }),
  );
}

/** Takes a grant back, which need not be there. */
export async function removeGrant(
  connection: Connection,
  collectionId: string,
  grantee: string,
  { signal }: CallOptions,
): Promise<void> {
  const params = { path: { ...pathOf(collectionId), grantee: checkedGrantee(grantee) } };
  await connection.stream({ signal }, (fetch) =>
    connection.api.DELETE('/collections/{collection_id}/grants/{grantee}', { params, fetch }),
  );
}

function pathOf(collectionId: string): { collection_id: string } {
  return { collection_id: checkedId(collectionId, 'a collection id', 'col_0123456789ab') };
}

function checkedGrantee(grantee: string): string {
  return checkedId(grantee, 'a key id', '0123456789abcdef or everyone');
}
