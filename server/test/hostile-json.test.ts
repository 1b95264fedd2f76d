/** Bodies that should be JSON and are not, or are more of it than anybody means. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import request, { type Response } from 'supertest';
import { push, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { rawExchange, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

describe('a JSON body', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
    document = await push(server, 'content', { name: 'Plan' });
  });
  after(() => server.close());

  async function patch(body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
    const sending = request(server.url)
      .patch(`/documents/${document.document_id}`)
      .set({ 'Content-Type': 'application/json', ...headers });
    // Bytes, which the client sends as they are.
    return sending.serialize((bytes: unknown) => bytes as string).send(Buffer.from(body));
  }

  const invalid = [
    '{',
    '{"name":',
    '{"name":"x"',
    '{name:"x"}',
    "{'name':'x'}",
    '{"name":"x",}',
    'undefined',
    '[',
    '{"name":"\t"}',
    '{"name":"\\x"}',
    'nul',
    '\u0000',
    '\ufeff\ufeff{}',
    '{"a":1}{"b":2}',
    '<xml/>',
    '--',
  ];
  for (const body of invalid) {
    it(`cannot be read: ${JSON.stringify(body)}`, async () => {
      const problem = expectProblem(await patch(body), 400, 'malformed_request');
      assert.match(problem.detail, /JSON/);
    });
  }

  it('cannot be read: bytes that are no UTF-8 leave no broken name behind', async () => {
    const response = await patch(Buffer.from([...Buffer.from('{"name":"a'), 0xff, 0xfe, ...Buffer.from('"}')]));
    assert.ok([200, 400].includes(response.status), response.text);
  });

  it('is refused: an empty body, however it is empty', async () => {
    const id = document.document_id;
    const type = 'Content-Type: application/json';
    for (const head of [
      requestHead(`PATCH /documents/${id}`, type, 'Content-Length: 0'),
      requestHead(`PATCH /documents/${id}`, type),
      `${requestHead(`PATCH /documents/${id}`, type, 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ]) {
      const response = await rawExchange(server.port, head);
      assert.equal(response.status, 400, JSON.stringify(response.body));
      expectProblem(response, 400, (response.body as { code: string }).code);
    }
  });

  it('is refused: null, numbers, strings, lists and nothing but blanks', async () => {
    for (const body of ['null', '0', '1e999', '"text"', '[]', '[{"name":"x"}]', 'true', '   ']) {
      const response = await patch(body);
      assert.equal(response.status, 400, `${body}: ${response.text}`);
      expectProblem(response, 400, (response.body as { code: string }).code);
    }
  });

  it('is refused: as deep as it goes', async () => {
    const depth = 100_000;
    const bodies = [
      '['.repeat(depth) + ']'.repeat(depth),
      '{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000),
      `{"name":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      `{"tags":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      '['.repeat(depth),
    ];
    for (const body of bodies) {
      const response = await patch(body);
      assert.equal(response.status, 400, response.text.slice(0, 300));
    }
  });

  it('is refused: as wide as it goes', async () => {
    const fields = Array.from({ length: 20_000 }, (_, index) => `"f${index}":1`).join(',');
    const response = await patch(`{${fields}}`);
    expectInvalid(response, 'body.f0');
    // One mistake after the other, but not a hundred times what was sent.
    assert.ok(response.text.length < 1024 * 1024, `${response.text.length} bytes of refusal`);
    expectInvalid(await patch(`{"tags":[${Array<string>(80_000).fill('""').join(',')}]}`), 'body.tags');
  });

  it('is refused: more than metadata can be, also in chunks and compressed', async () => {
    const huge = JSON.stringify({ description: 'x'.repeat(2 * 1024 * 1024) });
    expectProblem(await patch(huge), 413, 'body_too_large');
    expectProblem(await patch(gzipSync(huge), { 'Content-Encoding': 'gzip' }), 413, 'body_too_large');
    const head = requestHead(
      `PATCH /documents/${document.document_id}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    );
    const chunks = `${head}${huge.length.toString(16)}\r\n${huge}\r\n0\r\n\r\n`;
    expectProblem(await rawExchange(server.port, chunks), 413, 'body_too_large');
  });

  it('is refused: compressed in a way that is none', async () => {
    expectProblem(await patch('{"name":"x"}', { 'Content-Encoding': 'foo' }), 415, 'unsupported_media_type');
    for (const encoding of ['gzip', 'deflate', 'br']) {
      const response = await patch('{"name":"x"}', { 'Content-Encoding': encoding });
      expectProblem(response, 400, 'malformed_request');
    }
    expectProblem(
      await patch(gzipSync('{"name":"x"}').subarray(0, 20), { 'Content-Encoding': 'gzip' }),
      400,
      'malformed_request',
    );
  });
});
