/** `POST /batch`: many changes of metadata, deletions and restores, all of them or none. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { postChanges, pushBatch, filePart, type BatchChangesResult } from './batch-client.js';
import { find, push, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';

interface Failures {
  readonly failures: readonly { index: number; document_id: string; code: string; detail: string }[];
}

describe('a batch of changes', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.close());

  async function apply(...operations: object[]): Promise<BatchChangesResult['results']> {
    const response = await postChanges(server, operations);
    assert.equal(response.status, 200, response.text);
    return (response.body as BatchChangesResult).results;
  }

  async function expectFailures(...operations: object[]): Promise<Failures['failures']> {
    const response = await postChanges(server, operations);
    const { detail } = expectProblem(response, 409, 'batch_failed');
    const { failures } = response.body as Failures;
    assert.equal(detail, `${failures.length} of ${operations.length} changes cannot be made. Nothing was changed.`);
    return failures;
  }

  async function metadata({ document_id }: Document): Promise<Document> {
    return (await request(server.url).get(`/documents/${document_id}/metadata`).expect(200)).body as Document;
  }

  it('makes each in its order, on what those before it leave', async () => {
    const a = await push(server, 'a', { tags: 'draft,x' });
    const b = await push(server, 'b');
    const document_id = a.document_id;
    const results = await apply(
      { op: 'update', document_id, name: 'A', add_tags: ['approved'], remove_tags: ['draft'], if_match: '"1"' },
      { op: 'delete', document_id: b.document_id },
      { op: 'restore', document_id: b.document_id },
      { op: 'update', document_id, description: 'twice', if_match: '"2"' },
      { op: 'delete', document_id, if_match: `"${a.checksum_sha256}"` },
    );
    assert.deepEqual(
      results.map(({ op, document_id: id, document }) => [op, id, document?.revision]),
      [
        ['update', document_id, 2],
        ['delete', b.document_id, undefined],
        ['restore', b.document_id, 2],
        ['update', document_id, 3],
        ['delete', document_id, undefined],
      ],
    );
    assert.deepEqual([results[0]?.document?.name, results[0]?.document?.tags], ['A', ['x', 'approved']]);
    assert.deepEqual(
      (await find(server, {})).map((found) => found.document_id),
      [b.document_id],
    );
  });

  it('purges what is there and what is in the trash', async () => {
    const [a, b] = [await push(server, 'a'), await push(server, 'b')];
    await apply(
      { op: 'delete', document_id: a.document_id },
      { op: 'delete', document_id: a.document_id, purge: true },
      { op: 'delete', document_id: b.document_id, purge: true, if_match: '*' },
    );
    assert.deepEqual((await request(server.url).get('/trash').expect(200)).body, []);
    const failures = await expectFailures({ op: 'restore', document_id: a.document_id });
    assert.equal(failures[0]?.code, 'document_not_found');
  });

  it('makes none when some cannot be made, and tells every one of these', async () => {
    const a = await push(server, 'a', { tags: 'x' });
    const b = await push(server, 'b');
    const before = [await metadata(a), await metadata(b)];
    const failures = await expectFailures(
      { op: 'update', document_id: a.document_id, name: 'changed' },
      { op: 'update', document_id: a.document_id, name: 'late', if_match: '"1"' },
      { op: 'delete', document_id: 'doc_000000000000' },
      { op: 'delete', document_id: b.document_id },
      { op: 'update', document_id: b.document_id, name: 'in the trash' },
      { op: 'restore', document_id: 'doc_000000000001' },
      { op: 'restore', document_id: b.document_id },
      { op: 'delete', document_id: b.document_id, purge: true, if_match: '"x"' },
    );
    assert.deepEqual(
      failures.map(({ index, document_id, code }) => [index, document_id, code]),
      [
        [1, a.document_id, 'version_mismatch'],
        [2, 'doc_000000000000', 'document_not_found'],
        [4, b.document_id, 'document_not_found'],
        [5, 'doc_000000000001', 'document_not_found'],
        [7, b.document_id, 'version_mismatch'],
      ],
    );
    assert.match(failures[2]?.detail ?? '', /in the trash/);
    assert.deepEqual([await metadata(a), await metadata(b)], before);
  });

  it('takes nobody along when it fails: changes that share its transaction are made', async () => {
    const documents = await Promise.all(Array.from({ length: 20 }, (_, index) => push(server, `${index}`)));
    const answers = await Promise.all(
      documents.map(({ document_id }, index) =>
        postChanges(server, [
          { op: 'update', document_id, name: `changed ${index}` },
          ...(index % 2 === 0 ? [{ op: 'delete', document_id: 'doc_000000000000' }] : []),
        ]),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      documents.map((_, index) => (index % 2 === 0 ? 409 : 200)),
    );
    const names = await Promise.all(documents.map(async (document) => (await metadata(document)).name));
    assert.deepEqual(
      names,
      documents.map((_, index) => (index % 2 === 0 ? 'file.txt' : `changed ${index}`)),
    );
  });

  it('changes lists of tags without losing their order, up to fifty', async () => {
    const { document_id } = await push(server, 'a', { tags: 'a,b,c' });
    const tagsAfter = async (change: object): Promise<string[] | undefined> =>
      (await apply({ op: 'update', document_id, ...change }))[0]?.document?.tags;
    assert.deepEqual(await tagsAfter({ add_tags: ['b', 'd', 'd'] }), ['a', 'b', 'c', 'd']);
    assert.deepEqual(await tagsAfter({ remove_tags: ['a', 'nobody has it'] }), ['b', 'c', 'd']);
    assert.deepEqual(await tagsAfter({ add_tags: ['b'], remove_tags: ['b'] }), ['c', 'd', 'b']);
    assert.deepEqual(await tagsAfter({ tags: ['x', 'y'], add_tags: ['z'], remove_tags: ['x'] }), ['y', 'z']);
    assert.deepEqual(await tagsAfter({ name: 'no word of tags' }), ['y', 'z']);
    assert.deepEqual((await find(server, { tags: 'y,z' })).length, 1);
    assert.deepEqual(await find(server, { tags: 'b' }), []);
    const fifty = Array.from({ length: 50 }, (_, index) => `t${index}`);
    assert.equal((await tagsAfter({ tags: fifty }))?.length, 50);
    const failures = await expectFailures({ op: 'update', document_id, add_tags: ['one more'] });
    assert.deepEqual([failures[0]?.code, /51 tags/.test(failures[0]?.detail ?? '')], ['validation_failed', true]);
    assert.equal((await tagsAfter({ add_tags: ['one more'], remove_tags: ['t0'] }))?.length, 50);
  });

  it('takes a thousand changes at once, and no more', async () => {
    const items = Array.from({ length: 1000 }, (_, index) => ({ file: 'same', name: `${index}` }));
    const batch = await pushBatch(server, items, filePart('same', 'same content'));
    const ids = batch.results.map(({ document }) => document?.document_id ?? '');
    const updates = ids.map((document_id) => ({ op: 'update', document_id, add_tags: ['all'] }));
    assert.equal((await apply(...updates)).length, 1000);
    assert.equal((await find(server, { tags: 'all', limit: 1000 })).length, 1000);
    const failures = await expectFailures(...updates.map((update) => ({ ...update, if_match: '"1"' })));
    assert.equal(failures.length, 1000);
    expectInvalid(await postChanges(server, [...updates, updates[0]]), 'body.operations');
  });

  it('is refused as a whole for what is no batch', async () => {
    const { document_id } = await push(server, 'a');
    const update = { op: 'update', document_id, name: 'x' };
    expectInvalid(await postChanges(server, []), 'body.operations');
    expectInvalid(await postChanges(server, [{ op: 'update', document_id }]), 'body.operations.0');
    expectInvalid(await postChanges(server, [update, { op: 'purge', document_id }]), 'body.operations.1.op');
    expectInvalid(await postChanges(server, [{ ...update, version: 1 }]), 'body.operations.0.version');
    expectInvalid(await postChanges(server, [{ ...update, document_id: 'x' }]), 'body.operations.0.document_id');
    const { detail } = expectInvalid(
      await postChanges(server, [update, { ...update, if_match: '1' }, { ...update, if_match: '"1", 2' }]),
      'body.operations.1.if_match',
      'body.operations.2.if_match',
    );
    assert.match(detail, /double quotes/);
    expectProblem(await request(server.url).post('/batch').type('text/plain').send('x'), 415, 'unsupported_media_type');
    const large = [{ ...update, if_match: 'x'.repeat(4 * 1024 * 1024) }];
    expectProblem(await postChanges(server, large), 413, 'body_too_large');
    assert.equal((await find(server, {}))[0]?.revision, 1);
  });
});
