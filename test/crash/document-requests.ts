/** The wire, spoken by hand: what the server is asked during a crash test. */

/** A document as far as these tests look into it. */
export interface WireDocument {
  readonly document_id: string;
  readonly name: string;
  readonly original_filename: string;
  readonly tags: string[];
  readonly description: string;
  readonly size_bytes: number;
  readonly checksum_sha256: string;
}

/** What a push says of a document. */
export interface DocumentText {
  readonly name: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** The server answered, and the answer is not the one that it owes. */
export class WrongAnswerError extends Error {
  override readonly name = 'WrongAnswerError';
}

/** How long one request may take; a server that is killed under it fails it at once. */
const PATIENCE_MS = 30_000;

async function request(url: string, init: RequestInit, expected: number): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  if (response.status === expected) return response;
  throw new WrongAnswerError(`${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`);
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
  const response = await request(`${url}/documents`, { method: 'POST', body: form }, 201);
  return (await response.json()) as WireDocument;
}

export async function patch(url: string, document_id: string, text: DocumentText): Promise<WireDocument> {
  const headers = { 'Content-Type': 'application/json' };
  const init = { method: 'PATCH', headers, body: JSON.stringify(text) };
  return (await (await request(`${url}/documents/${document_id}`, init, 200)).json()) as WireDocument;
}

export async function remove(url: string, document_id: string): Promise<void> {
  await (await request(`${url}/documents/${document_id}`, { method: 'DELETE' }, 200)).text();
}

export async function pull(url: string, document_id: string): Promise<Buffer> {
  return Buffer.from(await (await request(`${url}/documents/${document_id}`, {}, 200)).arrayBuffer());
}

export async function info(url: string, document_id: string): Promise<WireDocument> {
  return (await (await request(`${url}/documents/${document_id}/metadata`, {}, 200)).json()) as WireDocument;
}

/** Resolves when the server says that there is no such document. */
export async function expectGone(url: string, document_id: string): Promise<void> {
  await (await request(`${url}/documents/${document_id}`, {}, 404)).text();
  await (await request(`${url}/documents/${document_id}/metadata`, {}, 404)).text();
}

/** Every document that fulfils the filter, from all pages. */
export async function queryAll(url: string, filter: Record<string, string> = {}): Promise<WireDocument[]> {
  const found: WireDocument[] = [];
  let next: string | undefined = `/documents?${new URLSearchParams({ limit: '1000', ...filter }).toString()}`;
  while (next !== undefined) {
    const response: Response = await request(`${url}${next}`, {}, 200);
    found.push(...((await response.json()) as WireDocument[]));
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return found;
}
