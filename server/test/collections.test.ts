/** Collections: named sets of documents, and what grants on them let keys do. */
import assert from 'node:assert/strict';
import { startKeyedServer, type KeyedServer } from './access-client.js';
import { Caller, expectBody, type Collection, type Grant } from './collections-client.js';
import type { Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';

describe('collections', () => {
  let server: KeyedServer;
  /** May do everything in the tenant. */
  let owner: Caller;
  /** Makes a caller of the tenant. */
  let caller: (scopes: Parameters<KeyedServer['addKey']>[1]) => Promise<Caller>;
  before(async () => {
    server = await startKeyedServer();
    owner = new Caller(server, await server.addKey('default'));
    caller = async (more) => new Caller(server, await server.addKey('default', more));
  });
  after(() => server.close());

  it('are made, listed by name, read, changed and deleted; the documents stay', async () => {
    const made = await owner.call('post', '/collections').send({ name: 'b life', description: 'one' });
    const collection = expectBody<Collection>(made, 201);
    const place = `/collections/${collection.collection_id}`;
    assert.equal(made.headers['location'], place);
    assert.deepEqual([collection.document_count, collection.role], [0, 'manager']);
    await owner.addCollection('a life');
    const names = async (query: string) =>
      expectBody<Collection[]>(await owner.call('get', `/collections${query}`), 200).map(({ name }) => name);
    assert.deepEqual(await names(''), ['a life', 'b life']);
    const first = await owner.call('get', '/collections?limit=1');
    const next = /<([^>]*)>/.exec(String(first.headers['link']))?.[1] ?? '';
    assert.deepEqual(await names(next.replace('/collections', '')), ['b life']);

    expectProblem(await owner.call('post', '/collections').send({ name: 'a life' }), 409, 'collection_exists');
    expectProblem(await owner.call('patch', place).send({ name: 'a life' }), 409, 'collection_exists');
    const changed = expectBody<Collection>(await owner.call('patch', place).send({ name: 'c life' }), 200);
    assert.deepEqual([changed.name, changed.description], ['c life', 'one']);

    const { document_id, revision } = await owner.push('x', { tags: 'kept' });
    await owner.put(collection.collection_id, document_id).expect(204);
    await owner.put(collection.collection_id, document_id).expect(204);
    assert.equal(expectBody<Collection>(await owner.call('get', place), 200).document_count, 1);
    assert.deepEqual(await owner.ids(`/documents?collection=${collection.collection_id}`), [document_id]);
    await owner.call('delete', place).expect(204);
    expectProblem(await owner.call('get', place), 404, 'collection_not_found');
    assert.deepEqual(await owner.ids(`/documents?collection=${collection.collection_id}`), []);
    const kept = expectBody<Document>(await owner.call('get', `/documents/${document_id}/metadata`), 200);
    assert.deepEqual([kept.revision, kept.tags], [revision, ['kept']]);
  });

  it('keep a document through the trash, and forget one that is purged', async () => {
    const { collection_id } = await owner.addCollection('trash');
    const place = `/collections/${collection_id}`;
    const { document_id } = await owner.push('x');
    await owner.put(collection_id, document_id).expect(204);
    const count = async () => expectBody<Collection>(await owner.call('get', place), 200).document_count;
    await owner.call('delete', `/documents/${document_id}`).expect(200);
    assert.equal(await count(), 0);
    expectProblem(await owner.put(collection_id, document_id), 404, 'document_not_found');
    await owner.call('post', `/documents/${document_id}/restore`).expect(200);
    assert.equal(await count(), 1);
    await owner.call('delete', `${place}/documents/${document_id}`).expect(204);
    await owner.call('delete', `${place}/documents/${document_id}`).expect(204);
    assert.equal(await count(), 0);
    await owner.put(collection_id, document_id).expect(204);
    await owner.call('delete', `/documents/${document_id}?purge=true`).expect(200);
    assert.equal(await count(), 0);
  });

  it('let a grant act at once, and until it is taken back', async () => {
    const { collection_id } = await owner.addCollection('grants');
    const grants = `/collections/${collection_id}/grants`;
    const { document_id } = await owner.push('x', { collection_id });
    const nobody = await caller({ scopes: [] });
    expectProblem(await nobody.call('get', '/documents'), 403, 'insufficient_scope');
    const granted = expectBody<Grant>(await owner.grant(collection_id, nobody.key_id, 'viewer'), 200);
    assert.deepEqual([granted.grantee, granted.role], [nobody.key_id, 'viewer']);
    assert.deepEqual(await nobody.ids('/documents'), [document_id]);
    expectProblem(await nobody.call('get', grants), 403, 'insufficient_scope');
    await owner.grant(collection_id, nobody.key_id, 'editor').expect(200);
    await nobody.call('patch', `/documents/${document_id}`).send({ name: 'edited' }).expect(200);
    const listed = expectBody<Grant[]>(await owner.call('get', grants), 200);
    assert.deepEqual(
      listed.map(({ grantee, role }) => [grantee, role]),
      [[nobody.key_id, 'editor']],
    );
    await owner.call('delete', `${grants}/${nobody.key_id}`).expect(204);
    await owner.call('delete', `${grants}/${nobody.key_id}`).expect(204);
    expectProblem(await nobody.call('get', '/documents'), 403, 'insufficient_scope');
    await owner.grant(collection_id, 'everyone', 'viewer').expect(200);
    assert.deepEqual(await nobody.ids('/documents'), [document_id]);
    await owner.call('delete', `${grants}/everyone`).expect(204);
  });

  it('grant nothing to keys that the tenant does not have', async () => {
    const { collection_id } = await owner.addCollection('strangers');
    await server.addTenant('stranger');
    const stranger = new Caller(server, await server.addKey('stranger'));
    for (const grantee of [stranger.key_id, '0'.repeat(16)]) {
      expectProblem(await owner.grant(collection_id, grantee, 'viewer'), 404, 'api_key_not_found');
    }
    expectInvalid(await owner.grant(collection_id, 'nobody', 'viewer'), 'path.grantee');
    expectInvalid(await owner.grant(collection_id, 'everyone', 'owner' as 'viewer'), 'body.role');
    // Nor does another tenant see them, whatever it may do in its own.
    const place = `/collections/${collection_id}`;
    for (const sending of [
      stranger.call('get', place),
      stranger.call('patch', place).send({ name: 'mine' }),
      stranger.call('delete', place),
      stranger.call('get', `${place}/grants`),
      stranger.grant(collection_id, 'everyone', 'viewer'),
    ]) {
      expectProblem(await sending, 404, 'collection_not_found');
    }
    const { document_id } = await owner.push('x');
    expectProblem(await stranger.put(collection_id, document_id), 404, 'collection_not_found');
    const own = await stranger.addCollection('own');
    expectProblem(await stranger.put(own.collection_id, document_id), 404, 'document_not_found');
  });

  it('let a viewer read, and do nothing else', async () => {
    const { collection_id } = await owner.addCollection('viewed');
    const other = await owner.addCollection('hidden');
    const { document_id } = await owner.push('viewed words', { collection_id });
    const hidden = await owner.push('hidden words', { collection_id: other.collection_id });
    const both = await owner.push('both', { collection_id });
    await owner.put(other.collection_id, both.document_id).expect(204);
    const viewer = await caller({ scopes: [] });
    await owner.grant(collection_id, viewer.key_id, 'viewer').expect(200);
    const place = `/collections/${collection_id}`;

    const [seen] = expectBody<Collection[]>(await viewer.call('get', '/collections'), 200);
    assert.deepEqual([seen?.name, seen?.role, seen?.document_count], ['viewed', 'viewer', 2]);
    assert.deepEqual((await viewer.ids('/documents')).sort(), [document_id, both.document_id].sort());
    // What is in a collection that it does not see is not told, even of a document that it does see.
    assert.deepEqual(await viewer.ids(`/documents?collection=${other.collection_id}`), []);
    expectProblem(await viewer.call('get', `/collections/${other.collection_id}`), 404, 'collection_not_found');
    expectProblem(await viewer.call('get', `/documents/${hidden.document_id}`), 404, 'document_not_found');

    for (const sending of [
      viewer.call('post', '/collections').send({ name: 'more' }),
      viewer.call('patch', place).send({ name: 'more' }),
      viewer.call('delete', place),
      viewer.call('get', `${place}/grants`),
      viewer.grant(collection_id, viewer.key_id, 'manager'),
      viewer.call('delete', `${place}/grants/everyone`),
      viewer.put(collection_id, document_id),
      viewer.call('delete', `${place}/documents/${document_id}`),
      viewer.call('patch', `/documents/${document_id}`).send({ name: 'more' }),
      viewer.call('delete', `/documents/${document_id}`),
    ]) {
      expectProblem(await sending, 403, 'insufficient_scope');
    }
    assert.equal(expectBody<Collection>(await owner.call('get', place), 200).document_count, 2);
  });

  it('let nobody gain rights on a document by putting it somewhere', async () => {
    const managed = await owner.addCollection('managed');
    const edited = await owner.addCollection('edited');
    const { document_id } = await owner.push('x', { collection_id: edited.collection_id });
    const foreign = await owner.push('y');
    const both = await caller({ scopes: [] });
    await owner.grant(managed.collection_id, both.key_id, 'manager').expect(200);
    await owner.grant(edited.collection_id, both.key_id, 'editor').expect(200);
    // It may write here, and could delete there.
    expectProblem(await both.put(managed.collection_id, document_id), 403, 'forbidden');
    expectProblem(await both.put(managed.collection_id, foreign.document_id), 404, 'document_not_found');
    const viewed = await owner.addCollection('only viewed');
    const seen = await owner.push('z', { collection_id: viewed.collection_id });
    await owner.grant(viewed.collection_id, both.key_id, 'viewer').expect(200);
    expectProblem(await both.put(edited.collection_id, seen.document_id), 403, 'forbidden');
    expectProblem(await both.put(viewed.collection_id, document_id), 403, 'forbidden');
    expectProblem(
      await both.call('delete', `/collections/${viewed.collection_id}/documents/${document_id}`),
      403,
      'forbidden',
    );
    const own = await both.push('w', { collection_id: managed.collection_id });
    await both.put(edited.collection_id, own.document_id).expect(204);
  });

  it('let a manager grant on his own, and nobody more than he may do himself', async () => {
    const { collection_id } = await owner.addCollection('delegated');
    const foreign = await owner.addCollection('not delegated');
    const manager = await caller({ scopes: [] });
    const friend = await caller({ scopes: [] });
    await owner.grant(collection_id, manager.key_id, 'manager').expect(200);
    await manager.grant(collection_id, friend.key_id, 'manager').expect(200);
    await manager.call('patch', `/collections/${collection_id}`).send({ description: 'ours' }).expect(200);
    expectProblem(await manager.call('post', '/collections').send({ name: 'new' }), 403, 'forbidden');
    expectProblem(await manager.grant(foreign.collection_id, friend.key_id, 'viewer'), 404, 'collection_not_found');

    const clerk = await caller({ scopes: ['collections:manage', 'documents:read'] });
    await clerk.grant(foreign.collection_id, friend.key_id, 'viewer').expect(200);
    for (const role of ['editor', 'manager'] as const) {
      expectProblem(await clerk.grant(foreign.collection_id, clerk.key_id, role), 403, 'forbidden');
    }
    const blind = await caller({ scopes: ['collections:manage'] });
    expectProblem(await blind.grant(foreign.collection_id, blind.key_id, 'viewer'), 403, 'forbidden');
    const listed = expectBody<Collection[]>(await blind.call('get', '/collections'), 200);
    assert.ok(listed.some(({ name, role }) => name === 'delegated' && role === undefined));
  });

  it('are out of reach for a key whose limits do not name them', async () => {
    const inside = await owner.addCollection('inside');
    const outside = await owner.addCollection('outside');
    const limits = { collections: [inside.collection_id], tags: ['x'] };
    const limited = await caller({ limits, scopes: ['documents:read', 'documents:write', 'collections:manage'] });
    const names = expectBody<Collection[]>(await limited.call('get', '/collections'), 200).map(({ name }) => name);
    assert.deepEqual(names, ['inside']);
    await limited.call('patch', `/collections/${inside.collection_id}`).send({ description: 'd' }).expect(200);
    const place = `/collections/${outside.collection_id}`;
    expectProblem(await limited.call('get', place), 404, 'collection_not_found');
    expectProblem(await limited.call('delete', place), 404, 'collection_not_found');
    expectProblem(await limited.grant(outside.collection_id, 'everyone', 'viewer'), 404, 'collection_not_found');
    expectProblem(await limited.call('post', '/collections').send({ name: 'mine' }), 403, 'forbidden');
    const { document_id } = await owner.push('x', { tags: 'x' });
    expectProblem(await limited.put(outside.collection_id, document_id), 404, 'collection_not_found');
    await limited.put(inside.collection_id, document_id).expect(204);
    const inIt = `/collections/${inside.collection_id}/documents`;
    await limited.call('delete', `${inIt}/${document_id}`).expect(204);
    const { document_id: only } = await limited.push('y', { collection_id: inside.collection_id });
    expectProblem(await limited.call('delete', `${inIt}/${only}`), 403, 'forbidden');
    // A grant does not lift the limits.
    await owner.grant(outside.collection_id, limited.key_id, 'manager').expect(200);
    expectProblem(await limited.call('get', place), 404, 'collection_not_found');
  });
});
