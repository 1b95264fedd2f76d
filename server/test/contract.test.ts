/** The contract itself: its examples hold, its operations are all served, and every example request gets a listed answer. */
import assert from 'node:assert/strict';
import request from 'supertest';
import {
  contract,
  contractRoutes,
  contractText,
  resolve,
  schemaMistakes,
  type ContractOperation,
  type Described,
} from './contract-document.js';
import { Caller } from './collections-client.js';
import { push } from './documents-client.js';
import { expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import { beginUpload, PIECE_TYPE } from './uploads-client.js';
import { pushVersion } from './versions-client.js';

/** Where an example stands, which schema it has to keep, and itself. */
interface FoundExample {
  readonly place: string;
  readonly schema: string;
  readonly value: unknown;
}

/** Bodies that fit the document at hand, where the contract's example is about another one. */
const exampleBodies = (document_id: string): Readonly<Record<string, object>> => ({
  applyBatch: { operations: [{ op: 'update', document_id, add_tags: ['x'] }] },
  editContent: { edits: [{ op: 'append', text: 'one more line' }] },
});

/** What is deleted here must be there for the operations that follow. */
async function standIn(caller: Caller, operationId: string, collection_id: string): Promise<string> {
  return operationId === 'deleteCollection'
    ? (await caller.addCollection('to be deleted')).collection_id
    : collection_id;
}

const escape = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

/** Every example of everything that has a schema beside it: parameters, headers, bodies, answers. */
function* findExamples(node: unknown, place: string): Generator<FoundExample> {
  if (typeof node !== 'object' || node === null) return;
  const described = node as Described;
  if (described.schema && typeof described.schema === 'object') {
    for (const [name, example] of Object.entries(described.examples ?? {})) {
      const { value } = resolve(example);
      yield { place: `${place}/examples/${name}`, schema: `${place}/schema`, value };
    }
  }
  // A schema's own examples: a list of values. (`properties` is a list of names, not a schema.)
  const values = (node as { examples?: unknown }).examples;
  if (Array.isArray(values)) {
    for (const [index, value] of values.entries()) yield { place: `${place}/examples/${index}`, schema: place, value };
  }
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'examples') yield* findExamples(child, `${place}/${escape(key)}`);
  }
}

describe('the contract', () => {
  const examples = [...findExamples(contract.paths, '#/paths'), ...findExamples(contract.components, '#/components')];

  it('has an example of every kind, and each keeps its schema', () => {
    assert.ok(examples.length > 40, `${examples.length} examples found`);
    const mistakes = examples.flatMap(({ place, schema, value }) =>
      schemaMistakes(schema, value).map((mistake) => `${place}${mistake}`),
    );
    assert.deepEqual(mistakes, []);
  });

  it('would notice an example that does not', () => {
    assert.notDeepEqual(schemaMistakes('#/components/schemas/Document', { document_id: 'doc_1' }), []);
    assert.notDeepEqual(schemaMistakes('#/components/schemas/DocumentName', 'a\nb'), []);
    assert.deepEqual(schemaMistakes('#/components/schemas/DocumentName', 'a b'), []);
  });

  it('describes every operation: id, tag, summary, description, an example of each answer, and its problems', () => {
    assert.ok(contractRoutes.length >= 8);
    for (const { method, path, operation } of contractRoutes) {
      const place = `${method} ${path}`;
      const { operationId, responses } = operation;
      const { tags, summary, description } = operation as ContractOperation &
        Record<'tags' | 'summary' | 'description', unknown>;
      assert.ok(operationId && Array.isArray(tags) && tags.length === 1 && summary && description, place);
      assert.ok(
        Object.keys(responses).some((status) => status.startsWith('2')),
        place,
      );
      for (const status of ['403', '500', '503']) assert.ok(responses[status], `${place} lists no ${status}`);
      for (const [status, response] of Object.entries(responses)) {
        const { content = {}, headers = {} } = resolve(response);
        assert.ok(headers['X-Request-ID'], `${place} ${status} has no X-Request-ID`);
        for (const media of Object.values(content)) assert.ok(media.examples, `${place} ${status} has no example`);
        if (Number(status) >= 400)
          assert.deepEqual(Object.keys(content), ['application/problem+json'], `${place} ${status}`);
      }
    }
  });

  it('uses every problem code, each in an example with its own status, type and title', () => {
    const { enum: codes } = contract.components['schemas']?.['ProblemCode'] as { enum: string[] };
    for (const code of codes) assert.ok(contractText.includes(`\`${code}\``), `${code} is not explained`);
    const problems = examples.flatMap(({ value }) => {
      const { code, status, type } = (value ?? {}) as { code?: string; status?: number; type?: string };
      return code === undefined ? [] : [{ code, status, type }];
    });
    assert.ok(problems.length >= 10);
    for (const { code, type } of problems) assert.equal(type, `urn:document-sync:problem:${code}`);
  });
});

describe('the server and the contract', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('agree on the operations: each one is served where the contract says', async function () {
    // Each operation's schemas are compiled with its first request.
    this.timeout(60_000);
    const { document_id } = await push(server, '# Heading\n', { filename: 'a.md' });
    await pushVersion(server, document_id, '# Heading\nx\n', { ifMatch: '*', filename: 'a.md' });
    const upload = await beginUpload(server, 3);
    const caller = new Caller(server);
    const { token } = await caller.share(document_id);
    const { link_id } = await caller.share(document_id);
    const { collection_id } = await caller.addCollection('served');
    for (const { method, path, operation } of contractRoutes) {
      const { operationId, requestBody, responses } = operation;
      const address = path
        .replace('{document_id}', document_id)
        .replace('{version}', '1')
        .replace('{key_id}', path.includes('{key_id}') ? await addKey(server) : '')
        .replace('{tenant_id}', 'acme')
        .replace('{collection_id}', await standIn(caller, operationId, collection_id))
        .replace('{grantee}', 'everyone')
        .replace('{link_id}', link_id)
        .replace('{token}', token)
        .replace('/uploads/{upload_id}', upload);
      const sending = request(server.url)[method.toLowerCase() as 'get'](address).set('If-Match', '*');
      if (path === '/search' || path === '/context') void sending.query({ q: 'heading' });
      const [type, { examples = {} } = {}] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      if (operationId === 'uploadDocuments') void sending.field('manifest', '{"items":[{"file":"file"}]}');
      if (type === PIECE_TYPE) {
        const about = { 'Upload-Length': '1', 'Upload-Metadata': 'filename YQ==', 'Upload-Offset': '0' };
        void sending.set({ ...about, 'Content-Type': type }).send('y');
      } else if (type === 'multipart/form-data') void sending.attach('file', Buffer.from('y'), 'y.md');
      else if (type !== undefined)
        void sending.send(exampleBodies(document_id)[operationId] ?? (Object.values(examples)[0]?.value as object));
      const response = await sending;
      assert.ok(responses[String(response.status)], `${operationId}: ${response.status}`);
      assert.ok(response.ok, `${operationId}: ${response.text}`);
      if (operationId === 'deleteDocument')
        await request(server.url).post(`/documents/${document_id}/restore`).expect(200);
    }
  });

  it('agree on the example of a query and of a change', async () => {
    const find = contractRoutes.find(({ operation }) => operation.operationId === 'queryDocuments')?.operation;
    const query = new URLSearchParams();
    for (const parameter of find?.parameters ?? []) {
      const example = Object.values(resolve(parameter).examples ?? {})[0]?.value;
      query.set(resolve(parameter).name ?? '', String(example));
    }
    await request(server.url).get(`/documents?${query.toString()}`).expect(200);
    const change = contractRoutes.find(({ operation }) => operation.operationId === 'updateDocument')?.operation;
    const body = Object.values(change?.requestBody?.content['application/json']?.examples ?? {})[0]?.value;
    const { document_id } = await push(server, 'content');
    const response = await request(server.url)
      .patch(`/documents/${document_id}`)
      .send(body as object)
      .expect(200);
    for (const [name, value] of Object.entries(body as object)) {
      assert.deepEqual((response.body as Record<string, unknown>)[name], value);
    }
  });

  it('agree on every problem that a client can bring about', async () => {
    const small = await startServer({ config: { maxFileBytes: 10 } });
    const { document_id } = await push(small, '0123456789');
    const address = `/documents/${document_id}`;
    const post = () => request(small.url).post('/documents');
    const cases: [sending: request.Test, status: number, code: string][] = [
      [request(small.url).get('/documents?limit=0'), 400, 'validation_failed'],
      [request(small.url).patch(address).set('Content-Type', 'application/json').send('{'), 400, 'malformed_request'],
      [request(small.url).get(address).set('Host', 'evil.com'), 403, 'host_not_allowed'],
      [request(small.url).get(address).set('Origin', 'http://evil.com'), 403, 'origin_not_allowed'],
      [request(small.url).get('/documents/doc_000000000000'), 404, 'document_not_found'],
      [request(small.url).get('/nothing'), 404, 'route_not_found'],
      [request(small.url).put(address), 405, 'method_not_allowed'],
      [post().attach('file', Buffer.alloc(11), 'a'), 413, 'file_too_large'],
      [post().attach('file', Buffer.alloc(1), 'a').field('name', 'x'.repeat(100_000)), 413, 'body_too_large'],
      [post().set('Content-Type', 'text/plain').send('x'), 415, 'unsupported_media_type'],
      [request(small.url).get(address).set('Range', 'bytes=100-'), 416, 'range_not_satisfiable'],
    ];
    try {
      for (const [sending, status, code] of cases) expectProblem(await sending, status, code);
    } finally {
      await small.close();
    }
  });
});

/** The id of a key that was made just now. */
async function addKey(server: TestServer): Promise<string> {
  const answer = await request(server.url)
    .post('/api-keys')
    .send({ name: 'x', scopes: ['documents:read'] });
  return (answer.body as { key_id: string }).key_id;
}
