import assert from 'node:assert/strict';

import { DocumentClient } from '../src/index.js';
import { refusedAs } from './refusals.js';
import { type ServerProcess, startServer } from './server-process.js';

describe('collections and links', () => {
  let server: ServerProcess;
  let client: DocumentClient;
  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_LOG_LEVEL: 'warn' });
    client = new DocumentClient({ baseUrl: server.url });
  });
  after(() => server.stop());

  it('makes, lists, changes and deletes collections, and fills them', async () => {
    const made = await client.createCollection({ name: 'Design' });
    const id = made.collection_id;
    await client.createCollection({ name: 'Another' });
    await assert.rejects(client.createCollection({ name: 'Design' }), refusedAs('collection_exists'));
    const { collections, cursor } = await client.listCollections({ limit: 1 });
    assert.deepEqual([collections.map(({ name }) => name), typeof cursor], [['Another'], 'string']);
    const names: string[] = [];
    for await (const { name } of client.listCollectionsAll({ limit: 1 })) names.push(name);
    assert.deepEqual(names, ['Another', 'Design']);

    const inside = await client.upload(new Blob(['inside']), { filename: 'a.md', collectionId: id });
    const other = await client.upload(new Blob(['other']), { filename: 'b.md' });
    const [many] = await client.pushMany([{ source: new Blob(['many']), filename: 'c.md', collectionId: id }]);
    await client.addToCollection(id, other.document_id);
    await client.addToCollection(id, other.document_id);
    assert.equal((await client.getCollection(id)).document_count, 3);
    await client.removeFromCollection(id, other.document_id);
    const { documents } = await client.query({ collection: id });
    assert.deepEqual(
      documents.map(({ document_id }) => document_id),
      [many?.document?.document_id, inside.document_id],
    );
    assert.equal(
      (await client.updateCollection(id, { description: 'How it is made.' })).description,
      'How it is made.',
    );
    await client.deleteCollection(id);
    await assert.rejects(client.getCollection(id), refusedAs('collection_not_found'));
    assert.equal((await client.get(inside.document_id)).revision, inside.revision);
  });

  it('grants roles and takes them back', async () => {
    const { collection_id } = await client.createCollection({ name: 'Granted' });
    const grant = await client.setGrant(collection_id, 'everyone', 'viewer');
    assert.deepEqual([grant.grantee, grant.role], ['everyone', 'viewer']);
    await client.setGrant(collection_id, 'everyone', 'editor');
    assert.deepEqual(
      (await client.listGrants(collection_id)).map(({ role }) => role),
      ['editor'],
    );
    await client.removeGrant(collection_id, 'everyone');
    assert.deepEqual(await client.listGrants(collection_id), []);
    const nobody = '0'.repeat(16);
    await assert.rejects(client.setGrant(collection_id, nobody, 'viewer'), refusedAs('api_key_not_found'));
  });

  it('shares a version by a link, until it is revoked', async () => {
    const { document_id } = await client.upload(new Blob(['shared']), { filename: 'a.md' });
    const link = await client.createLink(document_id, { expiresInSeconds: 60, maxDownloads: 2, version: 1 });
    assert.equal(link.url, `${server.url}/shared/${link.token}`);
    assert.equal(await (await fetch(link.url)).text(), 'shared');
    const [listed] = (await client.listLinks(document_id)).links;
    assert.deepEqual([listed?.link_id, listed?.downloads, listed?.max_downloads], [link.link_id, 1, 2]);
    await client.revokeLink(document_id, link.link_id);
    assert.equal((await fetch(link.url)).status, 410);
    const all: string[] = [];
    for await (const { link_id } of client.listLinksAll(document_id, { limit: 1 })) all.push(link_id);
    assert.deepEqual(all, [link.link_id]);
    await assert.rejects(client.revokeLink(document_id, 'lnk_0000000000000000'), refusedAs('link_not_found'));
  });

  it('sends no id that would lead elsewhere', async () => {
    for (const wrong of ['', '.', '..']) {
      await assert.rejects(client.getCollection(wrong), TypeError);
      await assert.rejects(client.addToCollection('col_0123456789ab', wrong), TypeError);
      await assert.rejects(client.removeGrant('col_0123456789ab', wrong), TypeError);
      await assert.rejects(client.revokeLink('doc_0123456789ab', wrong), TypeError);
    }
  });
});
