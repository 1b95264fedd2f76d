/** Keys that reach a part of a tenant: by limits to tags or collections, or by grants alone. The rest is not there for them. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { components } from '@document-sync/sdk';
import { startKeyedServer, type KeyedServer } from './access-client.js';
import { callerOf, listed, nextOf, type Caller } from './caller.js';
import { insertCollection, insertGrant } from './collection-rows.js';
import { binary, type Document } from './documents-client.js';
import { expectNoDifference } from './foreign-ids.js';
import { expectProblem } from './problem.js';
import { metadata } from './uploads-client.js';

type SearchResults = components['schemas']['SearchResults'];

const COLLECTION = 'col_0123456789ab';
const OTHER = 'col_ba9876543210';
/** With words that hidden documents have nearly, and one that looks like another of them. */
const CONTENT = 'reports and budgets: harbor widgets wedgets\n';
const MISSING = 'doc_000000000000';

describe('keys that reach a part of a tenant', () => {
  let server: KeyedServer;
  let owner: Caller;
  let visible: Document;
  let hidden: Document;
  let hiddenTrash: Document;
  let upload = '';
  const keys = new Map<string, Caller>();
  const key = (name: string): Caller => keys.get(name) ?? assert.fail(name);

  before(async () => {
    server = await startKeyedServer();
    owner = callerOf(server, await server.addKey('default'));
    for (const id of [COLLECTION, OTHER]) insertCollection(server, 'default', id);
    visible = await owner.push(CONTENT, {
      name: 'Report',
      tags: 'open,plans',
      filename: 'report.txt',
      collection_id: COLLECTION,
    });
    hidden = await owner.push('zinfandel one\n', { name: 'Zinfandel', tags: 'zebrafish', collection_id: OTHER });
    const next = owner.post(`/documents/${hidden.document_id}/versions`).set('If-Match', '*');
    await next.attach('file', Buffer.from('zinfandel reports two harbour\n'), 'z.txt').expect(201);
    // The same content under a name that tells something.
    await owner.push(CONTENT, { name: 'Copy', filename: 'merger-with-acme.pdf' });
    hiddenTrash = await owner.push('xylophone', { name: 'Xylophone', tags: 'xylem', collection_id: OTHER });
    await owner.delete(`/documents/${hiddenTrash.document_id}`).expect(200);
    const said = { 'Upload-Length': '10', 'Upload-Metadata': metadata({ filename: 'u.bin', tags: 'open' }) };
    upload = (await owner.post('/uploads').set(said).expect(201)).headers['location'] ?? '';

    const add = async (name: string, description: Parameters<KeyedServer['addKey']>[1]): Promise<string> => {
      const made = await server.addKey('default', description);
      keys.set(name, callerOf(server, made));
      return made;
    };
    await add('limited to a tag', { limits: { tags: ['open'], collections: [] } });
    await add('limited to a collection', { limits: { tags: [], collections: [COLLECTION] } });
    for (const role of ['viewer', 'editor', 'manager'] as const) {
      insertGrant(server, 'default', COLLECTION, await add(role, { scopes: [] }), role);
    }
  });
  after(() => server.close());

  for (const name of ['limited to a tag', 'limited to a collection', 'viewer', 'editor', 'manager']) {
    it(`lists, counts and finds what is its own: ${name}`, async () => {
      const caller = key(name);
      assert.deepEqual(
        (await listed(caller, '/documents')).map(({ document_id }) => document_id),
        [visible.document_id],
      );
      assert.deepEqual(await listed(caller, '/documents', { tags: 'zebrafish' }), []);
      assert.deepEqual(await listed(caller, '/documents', { collection: OTHER }), []);
      assert.deepEqual(await listed(caller, '/trash'), []);
      assert.deepEqual((await caller.get('/tags')).body, [
        { tag: 'open', document_count: 1 },
        { tag: 'plans', document_count: 1 },
      ]);
      assert.deepEqual((await caller.get('/tags', { similar_to: 'zebrafihs' })).body, []);
    });

    it(`hears of no hidden word: ${name}`, async () => {
      const caller = key(name);
      for (const q of ['zinfandel', 'zinfandle', 'zinf*', 'tag:zebrafihs', 'xylophone', `tag:"\u0001${COLLECTION}"`]) {
        for (const query of [{ q }, { q, fuzzy: true }]) {
          const found = (await caller.get('/search', query).expect(200)).body as SearchResults;
          const { corrections, results, similar_tags, total } = found;
          assert.deepEqual([total, results, corrections, similar_tags], [0, [], [], []], q);
        }
        assert.doesNotMatch(
          (await caller.get('/context', { q }).expect(200)).text,
          /zinfandel (?:one|reports)|xylophone"/,
        );
      }
      // A word that only hidden documents have is treated like one that nobody has.
      const answers: unknown[] = [];
      for (const word of ['harbour', 'harbeur']) {
        const q = `${word} widgets`;
        const { corrections, total } = (await caller.get('/search', { q }).expect(200)).body as SearchResults;
        answers.push([total, corrections.map(({ alternatives }) => alternatives)]);
      }
      assert.deepEqual(answers, [
        [1, [['harbor']]],
        [1, [['harbor']]],
      ]);
      const { total, corrections } = (await caller.get('/search', { q: 'reprots' })).body as SearchResults;
      assert.deepEqual([total, corrections], [1, [{ word: 'reprots', alternatives: ['reports'] }]]);
    });

    it(`packs what is its own: ${name}`, async () => {
      const caller = key(name);
      const archive = await caller.get('/archive', { format: 'tar' }).buffer(true).parse(binary).expect(200);
      const text = (archive.body as Buffer).toString('latin1');
      assert.ok(text.includes(CONTENT) && !/zinfandel|xylophone|merger/i.test(text));
      for (const document_id of [hidden.document_id, hiddenTrash.document_id, MISSING]) {
        const { detail } = expectProblem(
          await caller.get('/archive', { document_ids: document_id }),
          404,
          'document_not_found',
        );
        assert.equal(detail, `There is no document ${document_id}.`);
      }
    });

    it(`is told of hidden ids what is told of missing ones, by every operation: ${name}`, async () => {
      const upload_id = { hidden: path.basename(upload), missing: '0'.repeat(32) };
      for (const { document_id } of [hidden, hiddenTrash]) {
        const pairs = { document_id: { hidden: document_id, missing: MISSING } };
        // The keys with limits hold the scopes for every document, so the operator's upload is theirs to see no more than others'.
        await expectNoDifference(server, key(name).key, { ...pairs, upload_id });
      }
      const untouched = (await owner.get(`/documents/${hidden.document_id}/metadata`).expect(200)).body as Document;
      assert.equal(untouched.version, 2);
    });
  }

  it('does not get at hidden content by its digest, nor at the names that it has elsewhere', async () => {
    for (const name of ['limited to a tag', 'limited to a collection', 'editor']) {
      const more = { tags: ['open'], collection_id: COLLECTION, name: 'x' };
      const said = name === 'limited to a tag' ? { tags: ['open'], name: 'x' } : more;
      const push = (checksum_sha256: string) =>
        key(name)
          .post('/documents')
          .send({ checksum_sha256, ...said });
      expectProblem(await push(hidden.checksum_sha256), 404, 'content_not_found');
      const known = await push(visible.checksum_sha256);
      assert.equal(known.status, 201, known.text);
      const { document_id, original_filename } = known.body as Document;
      assert.equal(original_filename, 'report.txt');
      await owner.delete(`/documents/${document_id}?purge=true`).expect(200);
    }
  });

  it('may do what its role says, and hears 403 for the rest', async () => {
    const at = `/documents/${visible.document_id}`;
    expectProblem(await key('viewer').patch(at).send({ name: 'x' }), 403, 'insufficient_scope');
    await key('editor').patch(at).send({ description: 'edited' }).expect(200);
    expectProblem(await key('editor').delete(at), 403, 'insufficient_scope');
    await key('manager').delete(at).expect(200);
    assert.equal((await listed(key('viewer'), '/trash')).length, 1);
    expectProblem(await key('viewer').post(`${at}/restore`), 403, 'insufficient_scope');
    await key('editor').post(`${at}/restore`).expect(200);
    // A batch asks for each of its changes.
    const batch = await key('editor')
      .post('/batch')
      .send({ operations: [{ op: 'delete', document_id: visible.document_id }] });
    const { failures } = batch.body as { failures: { code: string }[] };
    assert.deepEqual(
      failures.map(({ code }) => code),
      ['forbidden'],
    );
  });

  it('cannot push or change a document out of its reach', async () => {
    const at = `/documents/${visible.document_id}`;
    expectProblem(
      await key('limited to a tag')
        .patch(at)
        .send({ tags: ['plans'] }),
      403,
      'forbidden',
    );
    const operations = [{ op: 'update', document_id: visible.document_id, remove_tags: ['open'] }];
    const batch = await key('limited to a tag').post('/batch').send({ operations });
    assert.equal((batch.body as { failures: { code: string }[] }).failures[0]?.code, 'forbidden', batch.text);
    // A collection holds it all the same.
    await key('limited to a collection')
      .patch(at)
      .send({ tags: ['open', 'plans'] })
      .expect(200);
    for (const [name, fields] of [
      ['limited to a tag', { tags: 'plans' }],
      ['limited to a collection', { tags: 'open' }],
      ['editor', { tags: 'open' }],
    ] as const) {
      expectProblem(await key(name).send('x', fields), 403, 'forbidden');
      const begun = key(name).post('/uploads').set('Upload-Length', '1');
      expectProblem(await begun.set('Upload-Metadata', metadata({ filename: 'x', ...fields })), 403, 'forbidden');
    }
    for (const name of ['limited to a collection', 'editor']) {
      expectProblem(await key(name).send('x', { collection_id: OTHER }), 404, 'collection_not_found');
      const { document_id } = await key(name).push('x', { collection_id: COLLECTION });
      await owner.delete(`/documents/${document_id}?purge=true`).expect(200);
    }
  });

  it('is not let in by a cursor that somebody has made up', async () => {
    const made = ['name', '\u0001'];
    const cursor = Buffer.from(JSON.stringify(made)).toString('base64url');
    for (const caller of [owner, ...keys.values()]) {
      const tags = await caller.get('/tags', { cursor, sort: 'name' }).expect(200);
      assert.doesNotMatch(tags.text, /col_|\\u0001/);
    }
    const next = nextOf((await owner.get('/documents?limit=1')).headers);
    assert.deepEqual(
      (await listed(key('viewer'), next)).map(({ document_id }) => document_id),
      [visible.document_id],
    );
  });

  it('that may write and not read is shown no lines of what it changes', async () => {
    const writer = callerOf(server, await server.addKey('default', { scopes: ['documents:write'] }));
    const at = `/documents/${visible.document_id}`;
    const edits = [{ op: 'replace', old: 'reports and budget', new: 'x' }];
    expectProblem(await writer.patch(`${at}/content`).set('If-Match', '*').send({ edits }), 403, 'forbidden');
    const version = writer.post(`${at}/versions?on_conflict=merge`).set('If-Match', `"${'0'.repeat(64)}"`);
    expectProblem(await version.attach('file', Buffer.from('x'), 'x.txt'), 403, 'forbidden');
    const missing = writer.patch(`/documents/${MISSING}/content`).set('If-Match', '*').send({ edits });
    expectProblem(await missing, 404, 'document_not_found');
    await writer
      .post(`${at}/versions`)
      .set('If-Match', '*')
      .attach('file', Buffer.from('dropped'), 'x.txt')
      .expect(201);
    expectProblem(await writer.get(at), 403, 'insufficient_scope');
    assert.match((await owner.get(`${at}/text`).expect(200)).text, /dropped/);
  });
});
