import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Document, Problem, ProblemCode, Version, VersionChange } from '../src/index.js';

/** Starts a real HTTP server on a free port; answers with its base URL. */
export type Listen = (answer: RequestListener) => Promise<string>;

/** Servers for the tests of the current suite; each stops after its test, with all its connections. */
export function useLoopbackServers(): Listen {
  const running = new Set<Server>();
  afterEach(async () => {
    for (const server of running) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    running.clear();
  });
  return async (answer) => {
    const server = createServer(answer);
    running.add(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
}

/** What a client asked. */
export interface RecordedRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/**
 * Starts a server that reads every request to its end before it answers it, and keeps them all.
 *
 * @param answer is told how many requests came before this one
 */
export async function recordRequests(
  listen: Listen,
  answer: (response: ServerResponse, earlier: number) => void,
): Promise<{ baseUrl: string; requests: RecordedRequest[] }> {
  const requests: RecordedRequest[] = [];
  const baseUrl = await listen((request, response) => {
    void bodyOf(request).then((body) => {
      const { method, url, headers } = request;
      requests.push({ method, url, headers, body: body.toString() });
      answer(response, requests.length - 1);
    });
  });
  return { baseUrl, requests };
}

/** The base URL of a port that nobody listens on. */
export async function unusedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

export const sampleDocument: Document = {
  document_id: 'doc_0123456789ab',
  name: 'System Architecture',
  original_filename: 'architecture.md',
  tags: ['design', 'docs'],
  description: 'How the parts fit.',
  size_bytes: 25088,
  mime_type: 'text/markdown',
  checksum_sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  uploaded_at: '2026-11-23T10:30:00.000Z',
  updated_at: '2026-11-23T10:30:00.000Z',
  version: 1,
  revision: 1,
  index_status: 'indexed',
};

export const sampleVersion: Version = {
  document_id: 'doc_0123456789ab',
  version: 2,
  parents: [1],
  original_filename: 'architecture.md',
  size_bytes: 25104,
  mime_type: 'text/markdown',
  checksum_sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  created_at: '2026-11-23T11:00:00.000Z',
  created_by: 'anonymous',
  message: 'The queue is durable now',
};

/** What became of a change of `sampleDocument`. */
export const sampleChange: VersionChange = { ...sampleVersion, outcome: 'created' };

export function answerJson(response: ServerResponse, value: unknown, status = 200, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(value));
}

export function answerProblem(
  response: ServerResponse,
  status: number,
  code: ProblemCode,
  headers: Record<string, string> = {},
  details: Partial<Problem> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(
    JSON.stringify({
      type: `urn:document-sync:problem:${code}`,
      title: code,
      status,
      code,
      detail: `It is ${code}.`,
      request_id: 'request-1',
      ...details,
    }),
  );
}

/** The headers of a document's content, as the contract has them. */
export function contentHeaders(content: Uint8Array, given: Record<string, string> = {}): Record<string, string> {
  const digest = createHash('sha256').update(content).digest();
  return {
    'content-type': 'text/markdown',
    'content-length': String(content.byteLength),
    'x-document-id': 'doc_0123456789ab',
    'x-document-name': 'System Architecture',
    'x-document-filename': 'architecture.md',
    'x-document-version': '1',
    etag: `"${digest.toString('hex')}"`,
    'repr-digest': `sha-256=:${digest.toString('base64')}:`,
    ...given,
  };
}

/** A server with one document that answers ranges, and can be told to cut its answers. */
export function serveContent(
  bytes: Buffer,
  options: { cutAt?: (request: number) => number | undefined; requests?: IncomingMessage[]; version?: string },
) {
  let count = 0;
  return ((request, response) => {
    options.requests?.push(request);
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const start = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Number(range[2]) : bytes.byteLength - 1;
    const part = bytes.subarray(start, end + 1);
    response.writeHead(range ? 206 : 200, {
      ...contentHeaders(bytes, options.version === undefined ? {} : { 'x-document-version': options.version }),
      'content-length': part.byteLength,
      ...(range && { 'content-range': `bytes ${start}-${end}/${bytes.byteLength}` }),
    });
    const cut = options.cutAt?.(++count);
    if (cut === undefined) response.end(part);
    else response.write(part.subarray(0, cut), () => setTimeout(() => request.socket.destroy(), 20));
  }) satisfies RequestListener;
}

/** Reads a body to its end. */
export async function bytesOf(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(body).arrayBuffer());
}

/** Reads a request to its end. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Waits in steps until something holds; fails when it does not within ten seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !holds();) {
    if (Date.now() > deadline) throw new Error(`Never came true: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
