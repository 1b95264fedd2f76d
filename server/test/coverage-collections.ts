/** Provokes every answer that the contract lists for collections, grants and links. */
import { Caller } from './collections-client.js';
import { push } from './documents-client.js';
import { eventually } from './eventually.js';
import type { TestServer } from './test-server.js';
import { pushVersion } from './versions-client.js';

const LARGE = 'x'.repeat(100_000);

/**
 * @param server without keys
 * @param forgetful keeps nothing but the current version
 */
export async function meetCollectionAnswers(server: TestServer, forgetful: TestServer): Promise<void> {
  const caller = new Caller(server);
  const { document_id } = await push(server, 'collected');
  const { collection_id } = await caller.addCollection('covered');
  const place = `/collections/${collection_id}`;
  const missing = '/collections/col_000000000000';

  // Collections and grants: with each body what it can be wrong with.
  const bodies = [
    ['post', '/collections', { name: 'covered' }],
    ['patch', place, { name: 'covered too' }],
    ['put', `${place}/grants/everyone`, { role: 'viewer' }],
  ] as const;
  for (const [method, path, body] of bodies) {
    await caller.call(method, path).send(body);
    await caller.call(method, path).send({});
    await caller.call(method, path).send({ ...body, description: LARGE });
    await caller.call(method, path).type('text/plain').send('x');
  }
  await caller.addCollection('covered');
  await caller.call('patch', place).send({ name: 'covered' });
  await caller.call('patch', missing).send({ name: 'x' });
  for (const path of [place, missing, '/collections/x']) {
    await caller.call('get', path);
    await caller.call('get', `${path}/grants`);
    await caller.grant(path.slice('/collections/'.length), 'everyone', 'viewer');
    await caller.call('delete', `${path}/grants/everyone`);
    await caller.put(path.slice('/collections/'.length), document_id);
    await caller.call('delete', `${path}/documents/${document_id}`);
  }
  await caller.call('get', '/collections');
  await caller.call('get', '/collections?limit=0');
  for (const path of [place, missing, '/collections/x']) await caller.call('delete', path);

  // Links.
  const links = `/documents/${document_id}/links`;
  const { link_id, url } = await caller.share(document_id, { max_downloads: 2 });
  for (const body of [{ version: 9 }, { version: 0 }, { version: LARGE }]) await caller.call('post', links).send(body);
  await caller.call('post', links).type('text/plain').send('x');
  await caller.call('get', links);
  await caller.call('get', `${links}?limit=0`);
  await caller.call('get', '/documents/doc_000000000000/links');
  await caller.call('get', url).set('Range', 'bytes=99-');
  await caller.call('get', url).set('If-None-Match', '*');
  await caller.call('get', url).set('Range', 'bytes=0-0');
  for (const path of [url, url, '/shared/x', `/shared/${'x'.repeat(513)}`]) await caller.call('get', path);
  for (const id of [link_id, 'lnk_0000000000000000', 'x']) await caller.call('delete', `${links}/${id}`);
  const thinned = await push(forgetful, 'v1');
  await pushVersion(forgetful, thinned.document_id, 'v2');
  const { document_id: gone } = thinned;
  await untilGone(forgetful, gone);
  await new Caller(forgetful).call('post', `/documents/${gone}/links`).send({ version: 1 });
}

async function untilGone(forgetful: TestServer, document_id: string): Promise<void> {
  await eventually(async () => {
    await new Caller(forgetful).call('get', `/documents/${document_id}/versions/1`).expect(410);
  });
}
