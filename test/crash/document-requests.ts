/** The wire, spoken by hand: what a server is asked of documents while it is killed or raced on. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A document as far as these tests look into it. */
export interface WireDocument {
  readonly document_id: string;
  readonly name: string;
  readonly original_filename: string;
  readonly tags: string[];
  readonly description: string;
  readonly size_bytes: number;
  readonly checksum_sha256: string;
  readonly version: number;
  readonly revision: number;
}

/** A document in the trash as far as these tests look into it. */
export type WireDeletedDocument = Pick<WireDocument, 'document_id' | 'name' | 'tags' | 'description' | 'version'>;

/** What a push says of a document. */
export interface DocumentText {
  readonly name: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** The server answered, and the answer is not the one that it owes. */
export class WrongAnswerError extends Error {
  override readonly name = 'WrongAnswerError';
  readonly status: number;
  /** The problem's code; empty when the answer is none. */
  readonly code: string;

  constructor(message: string, status: number, code: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** How long one request may take; a server that is killed under it fails it at once. */
const PATIENCE_MS = 30_000;

/**
 * Asks, and reads the head of the answer.
 *
 * @throws WrongAnswerError when the answer has none of the expected statuses
 */
export async function request(url: string, init: RequestInit, ...expected: readonly number[]): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  if (expected.includes(response.status)) return response;
  const text = await response.text();
  const code = /"code":"(\w+)"/.exec(text)?.[1] ?? '';
  throw new WrongAnswerError(`${init.method ?? 'GET'} ${url}: ${response.status} ${text}`, response.status, code);
}

/** The same for what is answered with JSON. */
export async function requestJson<T>(url: string, init: RequestInit, ...expected: readonly number[]): Promise<T> {
  return (await (await request(url, init, ...expected)).json()) as T;
}

/** A request with a JSON body. */
export function withJson(method: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** Pushes content; the file stands before or after the fields. */
export async function push(
  url: string,
  content: Buffer,
  text: DocumentText,
  fileFirst: boolean,
): Promise<WireDocument> {
  const form = new FormData();
  const file = (): void => {
    form.append('file', new Blob([content as Uint8Array<ArrayBuffer>]), 'content.bin');
  };
  if (fileFirst) file();
  form.append('name', text.name);
  form.append('tags', text.tags.join(','));
  form.append('description', text.description);
  if (!fileFirst) file();
  return await requestJson(`${url}/documents`, { method: 'POST', body: form }, 201);
}

export async function patch(url: string, document_id: string, text: DocumentText): Promise<WireDocument> {
  return await requestJson(`${url}/documents/${document_id}`, withJson('PATCH', text), 200);
}

/** Moves a document to the trash. */
export async function remove(url: string, document_id: string): Promise<void> {
  await (await request(`${url}/documents/${document_id}`, { method: 'DELETE' }, 200)).text();
}

/** Brings a document back from the trash. */
export async function restore(url: string, document_id: string): Promise<WireDocument> {
  return await requestJson(`${url}/documents/${document_id}/restore`, { method: 'POST' }, 200);
}

/** Removes a document for good. */
export async function purge(url: string, document_id: string): Promise<void> {
  await (await request(`${url}/documents/${document_id}?purge=true`, { method: 'DELETE' }, 200)).text();
}

export async function pull(url: string, document_id: string): Promise<Buffer> {
  return Buffer.from(await (await request(`${url}/documents/${document_id}`, {}, 200)).arrayBuffer());
}

export async function info(url: string, document_id: string): Promise<WireDocument> {
  return await requestJson(`${url}/documents/${document_id}/metadata`, {}, 200);
}

/** Resolves when no content waits to be indexed any more: a server does what the one before it has left. */
export async function untilIndexed(url: string): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const { index_queue } = await requestJson<{ index_queue: { pending: number } }>(`${url}/health`, {}, 200);
    if (index_queue.pending === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`${index_queue.pending} contents are never indexed`);
    await sleep(20);
  }
}

/** Resolves when the server says that there is no such document. */
export async function expectGone(url: string, document_id: string): Promise<void> {
  await (await request(`${url}/documents/${document_id}`, {}, 404)).text();
  await (await request(`${url}/documents/${document_id}/metadata`, {}, 404)).text();
  await (await request(`${url}/documents/${document_id}/versions`, {}, 404)).text();
}

/** Every document that fulfils the filter, from all pages. */
export async function queryAll(url: string, filter: Record<string, string> = {}): Promise<WireDocument[]> {
  return await allPages(url, `/documents?${new URLSearchParams({ limit: '1000', ...filter }).toString()}`);
}

/** Everything in the trash. */
export async function queryTrash(url: string): Promise<WireDeletedDocument[]> {
  return await allPages(url, '/trash?limit=1000');
}

/** The items of a listing, from all pages. */
export async function allPages<Item>(url: string, first: string): Promise<Item[]> {
  const found: Item[] = [];
  let next: string | undefined = first;
  while (next !== undefined) {
    const response: Response = await request(`${url}${next}`, {}, 200);
    found.push(...((await response.json()) as Item[]));
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return found;
}
