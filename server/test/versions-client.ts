/** Requests about versions, edits and parts of texts that many tests send. */
import assert from 'node:assert/strict';
import type { components } from '@document-sync/sdk';
import request, { type Response } from 'supertest';

export type Version = components['schemas']['Version'];
export type VersionChange = components['schemas']['VersionChange'];
export type ContentEdit = components['schemas']['ContentEdit'];
export type DeletedDocument = components['schemas']['DeletedDocument'];
export type TextPart = components['schemas']['TextPart'];

/** A server of whatever kind: in this process or in one of its own. */
interface Addressed {
  readonly url: string;
}

/** What a change says beside the content. */
export interface ChangeFields {
  /** The `If-Match` header; left out when undefined. */
  readonly ifMatch?: string | undefined;
  readonly onConflict?: string;
  readonly message?: string;
  readonly filename?: string;
}

/** The content's ETag. */
export function etagOf({ checksum_sha256 }: { readonly checksum_sha256: string }): string {
  return `"${checksum_sha256}"`;
}

/** Sends a file as a document's next version and gives back the answer, whatever it is. */
export async function postVersion(
  server: Addressed,
  document_id: string,
  content: string | Buffer,
  { ifMatch, onConflict, message, filename = 'file.txt' }: ChangeFields = {},
): Promise<Response> {
  const sending = request(server.url).post(`/documents/${document_id}/versions`);
  if (ifMatch !== undefined) void sending.set('If-Match', ifMatch);
  if (onConflict !== undefined) void sending.query({ on_conflict: onConflict });
  void sending.attach('file', Buffer.from(content), filename);
  if (message !== undefined) void sending.field('message', message);
  return sending;
}

/** Sends the next version, with `If-Match: *` unless told otherwise, and expects that it is made. */
export async function pushVersion(
  server: Addressed,
  document_id: string,
  content: string | Buffer,
  fields: ChangeFields = {},
): Promise<VersionChange> {
  const response = await postVersion(server, document_id, content, { ifMatch: '*', ...fields });
  assert.equal(response.status, 201, response.text);
  return response.body as VersionChange;
}

/** Sends edits and gives back the answer, whatever it is. */
export async function patchContent(
  server: Addressed,
  document_id: string,
  edits: unknown,
  { ifMatch, onConflict, message }: Omit<ChangeFields, 'filename'> = {},
): Promise<Response> {
  const sending = request(server.url).patch(`/documents/${document_id}/content`);
  if (ifMatch !== undefined) void sending.set('If-Match', ifMatch);
  if (onConflict !== undefined) void sending.query({ on_conflict: onConflict });
  return sending.send({ edits, ...(message !== undefined && { message }) });
}

/** Asks for a rollback and gives back the answer, whatever it is. */
export async function rollback(
  server: Addressed,
  document_id: string,
  body: unknown,
  ifMatch = '*',
): Promise<Response> {
  const sending = request(server.url).post(`/documents/${document_id}/rollback`);
  return sending.set('If-Match', ifMatch).send(body as object);
}

/** A GET below a document, whatever the answer. */
export async function get(
  server: Addressed,
  document_id: string,
  place: string,
  query: Record<string, string | number> = {},
): Promise<Response> {
  return request(server.url).get(`/documents/${document_id}${place}`).query(query);
}

/** All versions of a document, the newest first; expects that they are listed. */
export async function versionsOf(server: Addressed, document_id: string): Promise<Version[]> {
  const response = await get(server, document_id, '/versions', { limit: 1000 });
  assert.equal(response.status, 200, response.text);
  return response.body as Version[];
}

/** The content of a version as text; expects that it comes. */
export async function textOf(server: Addressed, document_id: string, version?: number): Promise<string> {
  const response = await fetch(
    `${server.url}/documents/${document_id}${version === undefined ? '' : `/versions/${version}`}`,
  );
  assert.equal(response.status, 200);
  return response.text();
}
