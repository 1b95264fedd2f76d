/** Calls of collections and links that several tests make, with a key. */
import assert from 'node:assert/strict';
import type { components } from '@document-sync/sdk';
import request, { type Response, type Test } from 'supertest';
import { withKey } from './access-client.js';
import type { Document } from './documents-client.js';

export type Collection = components['schemas']['Collection'];
export type Grant = components['schemas']['Grant'];
export type CreatedLink = components['schemas']['CreatedLink'];

/** A server as the holder of a key sees it; without a key, as everybody does. */
export class Caller {
  readonly url: string;
  readonly key: string | undefined;
  /** As it is named in grants. */
  readonly key_id: string;

  constructor(server: { readonly url: string }, key?: string) {
    this.url = server.url;
    this.key = key;
    this.key_id = key?.split('_')[1] ?? '';
  }

  call(method: 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete', place: string): Test {
    const sending = request(this.url)[method](place);
    return this.key === undefined ? sending : sending.set(withKey(this.key));
  }

  async push(content: string, fields: Record<string, string> = {}): Promise<Document> {
    const sending = this.call('post', '/documents').attach('file', Buffer.from(content), 'a.md');
    for (const [name, value] of Object.entries(fields)) void sending.field(name, value);
    return expectBody(await sending, 201);
  }

  async addCollection(name: string): Promise<Collection> {
    return expectBody(await this.call('post', '/collections').send({ name }), 201);
  }

  /** Puts a document into a collection. */
  put(collection_id: string, document_id: string): Test {
    return this.call('put', `/collections/${collection_id}/documents/${document_id}`);
  }

  grant(collection_id: string, grantee: string, role: Grant['role']): Test {
    return this.call('put', `/collections/${collection_id}/grants/${grantee}`).send({ role });
  }

  async share(document_id: string, wanted: object = {}): Promise<CreatedLink> {
    return expectBody(await this.call('post', `/documents/${document_id}/links`).send(wanted), 201);
  }

  /** The ids of the documents in a listing. */
  async ids(place: string): Promise<string[]> {
    const documents = expectBody<Document[]>(await this.call('get', place), 200);
    return documents.map(({ document_id }) => document_id);
  }
}

/** The body of an answer of this status. */
export function expectBody<T>(response: Response, status: number): T {
  assert.equal(response.status, status, response.text);
  return response.body as T;
}
