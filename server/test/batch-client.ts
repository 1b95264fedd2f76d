/** Requests about many documents at once that several tests send. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { components } from '@document-sync/sdk';
import request, { type Response } from 'supertest';
import { FORM_TYPE, formBody, type Part } from './form-body.js';

type Schemas = components['schemas'];
export type BatchUploadResult = Schemas['BatchUploadResult'];
export type BatchChangesResult = Schemas['BatchChangesResult'];

/** A server of whatever kind: in this process or in one of its own. */
interface Addressed {
  readonly url: string;
}

/** The manifest as a text part. What is no string is written as JSON. */
export function manifest(content: unknown, ...headers: string[]): Part {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { headers: ['Content-Disposition: form-data; name="manifest"', ...headers], content: text };
}

/** A file part under a name of its own; both names go between the quotes as they are. */
export function filePart(name: string, content: string | Buffer, filename = `${name}.txt`): Part {
  return { headers: [`Content-Disposition: form-data; name="${name}"; filename="${filename}"`], content };
}

/** Pushes a form of these parts and gives back the answer, whatever it is. */
export function postBatch(server: Addressed, ...parts: Part[]): Promise<Response> {
  return postBatchBody(server, formBody(...parts));
}

/** Pushes a body that calls itself a form and gives back the answer, whatever it is. */
export async function postBatchBody(server: Addressed, body: Buffer): Promise<Response> {
  return request(server.url).post('/batch/documents').set('Content-Type', FORM_TYPE).send(body);
}

/** Pushes items with their files and expects that the form is read. */
export async function pushBatch(
  server: Addressed,
  items: readonly unknown[],
  ...files: Part[]
): Promise<BatchUploadResult> {
  const response = await postBatch(server, manifest({ items }), ...files);
  assert.equal(response.status, 200, response.text);
  return response.body as BatchUploadResult;
}

/** Sends changes and gives back the answer, whatever it is. */
export async function postChanges(server: Addressed, operations: unknown): Promise<Response> {
  return request(server.url).post('/batch').send({ operations });
}

/** Pushes content by its digest and gives back the answer, whatever it is. */
export async function pushKnown(server: Addressed, content: string, about: object = {}): Promise<Response> {
  const checksum_sha256 = createHash('sha256').update(content).digest('hex');
  return request(server.url)
    .post('/documents')
    .send({ checksum_sha256, ...about });
}
