/** Requests that many tests send. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { components } from '@document-sync/sdk';
import request, { type Response } from 'supertest';
import { FORM_TYPE, formBody, type Part } from './form-body.js';
import type { TestServer } from './test-server.js';

export type Document = components['schemas']['Document'];

/** What a test says about the document it pushes. */
export interface PushFields {
  readonly filename?: string;
  readonly name?: string;
  /** As they stand in the form: comma-separated. */
  readonly tags?: string;
  readonly description?: string;
}

/** Pushes a form of these parts and gives back the answer, whatever it is. */
export function postForm(server: TestServer, ...parts: Part[]): Promise<Response> {
  return postBody(server, formBody(...parts));
}

/** Pushes a body that calls itself a form and gives back the answer, whatever it is. */
export async function postBody(server: TestServer, body: Buffer): Promise<Response> {
  return request(server.url).post('/documents').set('Content-Type', FORM_TYPE).send(body);
}

/** Pushes a document as an HTTP client does and expects that it is stored. */
export async function push(
  server: Pick<TestServer, 'url'>,
  content: string | Buffer,
  fields: PushFields = {},
): Promise<Document> {
  const { filename = 'file.txt', ...texts } = fields;
  const sending = request(server.url).post('/documents').attach('file', Buffer.from(content), filename);
  for (const [name, value] of Object.entries(texts)) void sending.field(name, value);
  const response = await sending;
  assert.equal(response.status, 201, response.text);
  return response.body as Document;
}

/** Pulls a document's bytes and expects that they come. */
export async function pull(server: TestServer, document_id: string): Promise<Buffer> {
  const response = await request(server.url).get(`/documents/${document_id}`).buffer(true).parse(binary);
  assert.equal(response.status, 200);
  return response.body as Buffer;
}

/** The documents that a query finds; expects that it is answered. */
export async function find(server: TestServer, query: Record<string, string | number>): Promise<Document[]> {
  const response = await request(server.url).get('/documents').query(query);
  assert.equal(response.status, 200, response.text);
  return response.body as Document[];
}

/** supertest's parser for bytes of any type. */
export function binary(response: Response, callback: (error: Error | null, body: unknown) => void): void {
  // superagent's types call it a response; it is Node's own stream of the body.
  const body = response as unknown as NodeJS.ReadableStream;
  const chunks: Buffer[] = [];
  body.on('data', (chunk: Buffer) => chunks.push(chunk));
  body.on('end', () => {
    callback(null, Buffer.concat(chunks));
  });
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
