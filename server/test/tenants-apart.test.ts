/** Two tenants with similar documents on one server: nothing of one is to be had, seen or guessed by the other. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { components } from '@document-sync/sdk';
import { startKeyedServer, type KeyedServer } from './access-client.js';
import { callerOf, listed, nextOf, type Caller } from './caller.js';
import { contractRoutes } from './contract-document.js';
import { sha256, type Document } from './documents-client.js';
import { exampleRequest } from './example-requests.js';
import { expectNoDifference, idsInContract, shapeOf, type IdPair } from './foreign-ids.js';
import { expectProblem } from './problem.js';
import { metadata, PIECE_TYPE } from './uploads-client.js';
import { withKey } from './access-client.js';

type SearchResults = components['schemas']['SearchResults'];

const MISSING = { document_id: 'doc_000000000000', upload_id: '0'.repeat(32) };
/** Both have documents with these words. */
const COMMON = 'The quarterly report speaks of budgets.';

describe('two tenants of one server', () => {
  let server: KeyedServer;
  let red: Caller;
  let blue: Caller;
  /** A document of each with the same content, and one with a word that nobody else has. */
  let ofRed: Document;
  let ofBlue: Document;
  let secret: Document;
  let trashed: Document;
  let upload = '';

  before(async () => {
    server = await startKeyedServer();
    for (const tenant_id of ['red', 'blue']) await server.addTenant(tenant_id);
    red = callerOf(server, await server.addKey('red'));
    blue = callerOf(server, await server.addKey('blue'));
    ofRed = await red.push(COMMON, { name: 'Report', tags: 'common,crimson' });
    ofBlue = await blue.push(COMMON, { name: 'Report', tags: 'common,azurite' });
    const first = await blue.push('zinfandel one', { name: 'Zinfandel plan', tags: 'zebrafish', filename: 'z.md' });
    const next = blue.post(`/documents/${first.document_id}/versions`).set('If-Match', '*');
    await next.attach('file', Buffer.from('zinfandel two'), 'z.md').expect(201);
    secret = (await blue.get(`/documents/${first.document_id}/metadata`)).body as Document;
    trashed = await blue.push('xylophone', { name: 'Xylophone', tags: 'xylem' });
    await blue.delete(`/documents/${trashed.document_id}`).expect(200);
    const said = { 'Upload-Length': '10', 'Upload-Metadata': metadata({ filename: 'u.bin' }) };
    const begun = await blue.post('/uploads').set(said).expect(201);
    upload = begun.headers['location'] ?? '';
    await blue.patch(upload).set({ 'Upload-Offset': '0', 'Content-Type': PIECE_TYPE }).send('12345').expect(204);
  });
  after(() => server.close());

  it('are told of each other’s ids what is told of ids that nobody has, by every operation', async () => {
    const upload_id = path.basename(upload);
    for (const document_id of [ofBlue.document_id, secret.document_id, trashed.document_id]) {
      const statuses = await expectNoDifference(server, red.key, {
        document_id: { hidden: document_id, missing: MISSING.document_id },
        upload_id: { hidden: upload_id, missing: MISSING.upload_id },
      });
      assert.ok(statuses.size >= 16, `${statuses.size} operations`);
      for (const [operationId, status] of statuses) assert.equal(status, 404, operationId);
    }
    const untouched = (await blue.get(`/documents/${secret.document_id}/metadata`).expect(200)).body as Document;
    assert.deepEqual(untouched, secret);
    const { offset_bytes } = (await blue.get(upload).expect(200)).body as { offset_bytes: number };
    assert.equal(offset_bytes, 5);
  });

  it('are told the same of everything else that has an id', async () => {
    // Whatever the contract comes to name besides is made by blue, of the operation's own example, and asked for by red.
    const makers: Record<string, string> = {
      collection_id: 'createCollection',
      link_id: 'createLink',
      key_id: 'createApiKey',
    };
    for (const name of idsInContract().filter((one) => !(one in MISSING))) {
      const maker = contractRoutes.find(({ operation }) => operation.operationId === makers[name]);
      assert.ok(maker, `how is a thing with a ${name} made?`);
      const ids = { document_id: ofBlue.document_id };
      const made = await exampleRequest(server, maker, { ids, headers: withKey(blue.key) });
      assert.ok(made.ok, `${maker.operation.operationId}: ${made.text}`);
      const hidden = String((made.body as Record<string, unknown>)[name]);
      const missing = hidden.replace(/[0-9a-f]{12,}$/, (id) => '0'.repeat(id.length));
      const document_id: IdPair = { hidden: ofBlue.document_id, missing: MISSING.document_id };
      const statuses = await expectNoDifference(server, red.key, { [name]: { hidden, missing }, document_id });
      for (const [operationId, status] of statuses) assert.equal(status, 404, operationId);
    }
  });

  it('cannot name each other’s documents in batches and archives', async () => {
    const batch = (operations: object[]) => red.post('/batch').send({ operations });
    for (const more of [
      { op: 'update', name: 'x' },
      { op: 'delete' },
      { op: 'delete', purge: true },
      { op: 'restore' },
    ]) {
      const answers: unknown[] = [];
      for (const document_id of [secret.document_id, trashed.document_id, MISSING.document_id]) {
        const answer = await batch([{ ...more, document_id }]);
        assert.equal(answer.status, 409, answer.text);
        answers.push(shapeOf(answer, [document_id]));
      }
      assert.deepEqual(answers[0], answers[2]);
      assert.deepEqual(answers[1], answers[2]);
    }
    for (const document_id of [secret.document_id, trashed.document_id, MISSING.document_id]) {
      const answer = await red.get('/archive', { document_ids: `${ofRed.document_id},${document_id}` });
      const { detail } = expectProblem(answer, 404, 'document_not_found');
      assert.ok(!detail.includes(ofRed.document_id));
    }
  });

  it('do not get at content by its digest', async () => {
    const digests = [secret.checksum_sha256, trashed.checksum_sha256, sha256('nobody has it')];
    for (const checksum_sha256 of digests) {
      const push = await red.post('/documents').send({ checksum_sha256 });
      expectProblem(push, 404, 'content_not_found');
      const version = await red
        .post(`/documents/${ofRed.document_id}/versions`)
        .set('If-Match', '*')
        .send({ checksum_sha256 });
      expectProblem(version, 404, 'content_not_found');
      const manifest = JSON.stringify({ items: [{ checksum_sha256, name: 'x' }] });
      const many = await red.post('/batch/documents').field('manifest', manifest);
      const { results } = many.body as { results?: { problem?: { code: string } }[] };
      assert.equal(results?.[0]?.problem?.code, 'content_not_found', many.text);
    }
  });

  it('have blobs of their own, also of the same content', async () => {
    const again = await red.push('zinfandel two');
    assert.equal(again.checksum_sha256, secret.checksum_sha256);
    const blobOf = (tenant_id: string): string =>
      path.join(server.storageDir, tenant_id, again.checksum_sha256.slice(0, 2), again.checksum_sha256);
    assert.ok(existsSync(blobOf('red')) && existsSync(blobOf('blue')));
    assert.ok(!existsSync(blobOf('default')));
    await red.delete(`/documents/${again.document_id}?purge=true`).expect(200);
    await blue.get(`/documents/${secret.document_id}`).expect(200);
    assert.ok(readdirSync(server.storageDir).includes('blue'));
  });

  it('list their own alone', async () => {
    assert.deepEqual(await listed(red, '/documents'), [ofRed]);
    assert.deepEqual(await listed(red, '/trash'), []);
    for (const query of [{ tags: 'azurite' }, { any_tags: 'azurite,zebrafish' }, { name: 'zinf' }]) {
      assert.deepEqual(await listed(red, '/documents', query), []);
    }
    const tags = (await red.get('/tags')).body as { tag: string; document_count: number }[];
    assert.deepEqual(tags, [
      { tag: 'common', document_count: 1 },
      { tag: 'crimson', document_count: 1 },
    ]);
    for (const similar_to of ['azurit', 'zebrafihs', 'xylem']) {
      assert.deepEqual((await red.get('/tags', { similar_to })).body, []);
    }
  });

  it('find no words of each other, neither exactly nor nearly, and hear of none', async () => {
    const nothing = {
      results: [],
      match: 'exact',
      read_as: 'query',
      total: 0,
      total_capped: false,
      corrections: [],
      similar_tags: [],
    };
    for (const q of [
      'zinfandel',
      'zinfandle',
      'zinf*',
      '"zinfandel two"',
      'tag:zebrafihs',
      'tag:azurite',
      'name:zinf',
      'xylophon',
    ]) {
      for (const query of [{ q }, { q, fuzzy: true }]) {
        assert.deepEqual((await red.get('/search', query).expect(200)).body, nothing, q);
      }
      const { passages, left_out_count } = (await red.get('/context', { q }).expect(200))
        .body as components['schemas']['Context'];
      assert.deepEqual([passages, left_out_count], [[], 0], q);
    }
    const { corrections } = (await red.get('/search', { q: 'reprot budgtes' })).body as SearchResults;
    assert.deepEqual(
      corrections.map(({ word }) => word),
      ['reprot', 'budgtes'],
      'its own words are suggested',
    );
  });

  it('do not move each other’s scores', async () => {
    const scores = async (): Promise<unknown> => {
      const { results, total } = (await red.get('/search', { q: 'quarterly budgets' })).body as SearchResults;
      return [total, results.map(({ score }) => score)];
    };
    const before = await scores();
    for (let index = 0; index < 20; index += 1) await blue.push(`quarterly budgets, budgets ${index}`);
    assert.deepEqual(await scores(), before);
  });

  it('get nowhere with each other’s cursors', async () => {
    for (let index = 0; index < 3; index += 1) await red.push(`red ${index}`, { tags: `t${index}` });
    const places = ['/documents?limit=1', '/documents?limit=1&sort=name', '/search?limit=1&q=report%20OR%20quarterly'];
    for (const place of [...places, '/tags?limit=1', '/tags?limit=1&sort=count']) {
      const cursor = new URL(nextOf((await blue.get(place)).headers), server.url).searchParams.get('cursor') ?? '';
      const answer = await red.get(`${place}&cursor=${cursor}`);
      assert.equal(answer.status, 200, answer.text);
      assert.doesNotMatch(answer.text, /azurite|zebrafish|zinfandel|xyl/i, place);
      for (const id of answer.text.match(/doc_[0-9a-f]{12}/g) ?? [])
        await red.get(`/documents/${id}/metadata`).expect(200);
    }
    for (const cursor of ['0', '1', '4294967296', '9007199254740991'].map((text) =>
      Buffer.from(text).toString('base64url'),
    )) {
      for (const place of ['/documents', '/trash']) {
        assert.doesNotMatch((await red.get(place, { cursor }).expect(200)).text, /azurite|zinfandel|xyl/i);
      }
    }
  });

  it('are not mentioned where everybody may ask', async () => {
    const health = (await red.get('/health').expect(200)).body as object;
    assert.deepEqual(Object.keys(health).sort(), ['status', 'uptime_seconds', 'version']);
  });
});
