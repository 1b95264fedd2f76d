/** Requests of one key. */
import assert from 'node:assert/strict';
import request, { type Test } from 'supertest';
import { withKey } from './access-client.js';
import type { Document, PushFields } from './documents-client.js';

export interface Caller {
  readonly key: string;
  get(place: string, query?: Readonly<Record<string, string | number | boolean>>): Test;
  post(place: string): Test;
  patch(place: string): Test;
  delete(place: string): Test;
  /** Pushes a file and gives back the answer, whatever it is. */
  send(content: string | Buffer, fields?: CallerPush): Test;
  /** Pushes a file and expects that it is stored. */
  push(content: string | Buffer, fields?: CallerPush): Promise<Document>;
}

export type CallerPush = PushFields & { readonly collection_id?: string };

export function callerOf(server: { readonly url: string }, key: string): Caller {
  const call = (method: 'get' | 'post' | 'patch' | 'delete', place: string): Test =>
    request(server.url)[method](place).set(withKey(key));
  const send = (content: string | Buffer, { filename = 'file.txt', ...fields }: CallerPush = {}): Test => {
    const sending = call('post', '/documents').attach('file', Buffer.from(content), filename);
    for (const [name, value] of Object.entries(fields)) void sending.field(name, value);
    return sending;
  };
  return {
    key,
    get: (place, query = {}) => call('get', place).query(query),
    post: (place) => call('post', place),
    patch: (place) => call('patch', place),
    delete: (place) => call('delete', place),
    send,
    push: async (content, fields) => {
      const answer = await send(content, fields);
      assert.equal(answer.status, 201, answer.text);
      return answer.body as Document;
    },
  };
}

/** What a listing gives; expects that it is answered. */
export async function listed(
  caller: Caller,
  place: string,
  query: Record<string, string | number> = {},
): Promise<Document[]> {
  const answer = await caller.get(place, query);
  assert.equal(answer.status, 200, answer.text);
  return answer.body as Document[];
}

/** Where the next page is; expects that there is one. */
export function nextOf(headers: Readonly<Record<string, string | undefined>>): string {
  const link = /^<([^>]+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1];
  assert.ok(link !== undefined, 'there is no further page');
  return link;
}
