/** The wire, spoken by hand: what a server is asked of versions. */
import { allPages, request, requestJson, withJson } from './document-requests.js';

/** A version as far as these tests look into it. */
export interface WireVersion {
  readonly document_id: string;
  readonly version: number;
  readonly parents: readonly number[];
  readonly size_bytes: number;
  readonly checksum_sha256: string;
  readonly message: string;
}

/** What became of a change. */
export interface WireChange extends WireVersion {
  readonly outcome: 'created' | 'merged' | 'unchanged';
}

/** What a change says of the state that it replaces. */
export interface ChangeCondition {
  /** As in `If-Match`: an ETag or `*`. */
  readonly if_match: string;
  readonly merge: boolean;
}

/** An edit as the contract has it. */
export type WireEdit =
  | { readonly op: 'replace'; readonly old: string; readonly new: string; readonly all?: boolean }
  | { readonly op: 'append' | 'prepend'; readonly text: string }
  | { readonly op: 'replace_section'; readonly section: string; readonly text: string };

function conflictQuery({ merge }: ChangeCondition): string {
  return merge ? '?on_conflict=merge' : '';
}

/** Sends the whole of a document's next content. */
export async function createVersion(
  url: string,
  document_id: string,
  content: Buffer,
  message: string,
  condition: ChangeCondition,
): Promise<WireChange> {
  const form = new FormData();
  form.append('message', message);
  form.append('file', new Blob([content as Uint8Array<ArrayBuffer>]), 'content.bin');
  const init = { method: 'POST', body: form, headers: { 'If-Match': condition.if_match } };
  return await requestJson(`${url}/documents/${document_id}/versions${conflictQuery(condition)}`, init, 200, 201);
}

/** Sends edits of a document's content. */
export async function edit(
  url: string,
  document_id: string,
  edits: readonly WireEdit[],
  message: string,
  condition: ChangeCondition,
): Promise<WireChange> {
  const init = withJson('PATCH', { edits, message }, { 'If-Match': condition.if_match });
  return await requestJson(`${url}/documents/${document_id}/content${conflictQuery(condition)}`, init, 200, 201);
}

export async function rollback(
  url: string,
  document_id: string,
  version: number,
  message: string,
  if_match: string,
): Promise<WireChange> {
  const init = withJson('POST', { version, message }, { 'If-Match': if_match });
  return await requestJson(`${url}/documents/${document_id}/rollback`, init, 200, 201);
}

/** All versions of a document, the newest first. */
export async function listVersions(url: string, document_id: string): Promise<WireVersion[]> {
  return await allPages(url, `/documents/${document_id}/versions?limit=1000`);
}

/** The bytes of one version. */
export async function pullVersion(url: string, document_id: string, version: number): Promise<Buffer> {
  const response = await request(`${url}/documents/${document_id}/versions/${version}`, {}, 200);
  return Buffer.from(await response.arrayBuffer());
}

/** The headings of a Markdown document. */
export async function headings(url: string, document_id: string): Promise<string[]> {
  const outline = await requestJson<{ headings: { title: string }[] }>(
    `${url}/documents/${document_id}/outline`,
    {},
    200,
  );
  return outline.headings.map(({ title }) => title);
}

/** A document's current content with what it says of itself, as somebody reads it who is about to change it. */
export interface ReadContent {
  readonly content: Buffer;
  readonly etag: string;
  readonly version: number;
}

export async function readCurrent(url: string, document_id: string): Promise<ReadContent> {
  const response = await request(`${url}/documents/${document_id}`, {}, 200);
  return {
    content: Buffer.from(await response.arrayBuffer()),
    etag: response.headers.get('etag') ?? '',
    version: Number(response.headers.get('x-document-version')),
  };
}
