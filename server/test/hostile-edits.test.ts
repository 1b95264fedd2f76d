/** Edits, versions and parts of texts as nobody means them. */
import assert from 'node:assert/strict';
import request, { type Response } from 'supertest';
import { pull, push, type Document } from './documents-client.js';
import { FORM_TYPE, field, file, formBody, type Part } from './form-body.js';
import { expectInvalid, expectProblem } from './problem.js';
import { rawExchange, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';
import { get, patchContent, postVersion, versionsOf } from './versions-client.js';

const MEBIBYTE = 1024 * 1024;

describe('a hostile edit', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
    document = await push(server, '# Heading\n\ntext\n', { filename: 'a.md' });
  });
  after(() => server.close());
  afterEach(async () => {
    assert.equal((await pull(server, document.document_id)).toString(), '# Heading\n\ntext\n');
  });

  const edit = (edits: unknown): Promise<Response> =>
    patchContent(server, document.document_id, edits, { ifMatch: '*' });
  const send = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    request(server.url)
      .patch(`/documents/${document.document_id}/content`)
      .set({ 'Content-Type': 'application/json', 'If-Match': '*', ...headers })
      .serialize((bytes: unknown) => bytes as string)
      .send(Buffer.from(body));

  it('that is none is refused, and its place is named', async () => {
    for (const [edits, ...places] of [
      [undefined, 'body.edits'],
      [null, 'body.edits'],
      ['append', 'body.edits'],
      [{}, 'body.edits'],
      [[], 'body.edits'],
      [[null], 'body.edits.0'],
      [['append'], 'body.edits.0'],
      [[[]], 'body.edits.0'],
      [[{}], 'body.edits.0.op'],
      [[{ op: 'delete' }], 'body.edits.0.op'],
      [[{ op: 'APPEND', text: 'x' }], 'body.edits.0.op'],
      [[{ op: '__proto__', text: 'x' }], 'body.edits.0.op'],
      [[{ op: null, text: 'x' }], 'body.edits.0.op'],
      [[{ op: ['append'], text: 'x' }], 'body.edits.0.op'],
      [[{ op: 'append' }], 'body.edits.0.text'],
      [[{ op: 'append', text: '' }], 'body.edits.0.text'],
      [[{ op: 'append', text: 1 }], 'body.edits.0.text'],
      [[{ op: 'append', text: null }], 'body.edits.0.text'],
      [[{ op: 'append', text: 'a\0b' }], 'body.edits.0.text'],
      [[{ op: 'append', text: 'x', all: true }], 'body.edits.0.all'],
      [[{ op: 'append', text: 'x' }, { op: 'prepend' }], 'body.edits.1.text'],
      [[{ op: 'replace', old: '', new: 'x' }], 'body.edits.0.old'],
      [[{ op: 'replace', old: 'x' }], 'body.edits.0.new'],
      [[{ op: 'replace', old: 'x', new: 'y', all: 'true' }], 'body.edits.0.all'],
      [[{ op: 'replace', old: 'x', new: 'y', all: 1 }], 'body.edits.0.all'],
      [[{ op: 'replace_section', section: '', text: 'x' }], 'body.edits.0.section'],
      [[{ op: 'replace_section', section: 'a\nb', text: 'x' }], 'body.edits.0.section'],
      [[{ op: 'replace_section', section: 'x'.repeat(1001), text: 'x' }], 'body.edits.0.section'],
      [[{ op: 'replace_section', section: 'Heading' }], 'body.edits.0.text'],
      [Array.from({ length: 101 }, () => ({ op: 'append', text: 'x' })), 'body.edits'],
    ] as const) {
      expectInvalid(await edit(edits), ...places);
    }
  });

  it('with halves of characters is refused: they cannot be stored', async () => {
    for (const text of ['\\ud800', 'a\\udfffb', '\\udc00\\ud800']) {
      for (const one of [
        `{"op":"append","text":"${text}"}`,
        `{"op":"replace","old":"text","new":"${text}"}`,
        `{"op":"replace","old":"${text}","new":"x"}`,
        `{"op":"replace_section","section":"${text}","text":"x"}`,
      ]) {
        expectInvalid(await send(`{"edits":[${one}]}`));
      }
      expectInvalid(await send(`{"edits":[{"op":"append","text":"x"}],"message":"${text}"}`), 'body.message');
    }
  });

  it('that wants to be more than itself is refused: __proto__, unknown fields', async () => {
    for (const body of [
      '{"edits":[{"op":"append","text":"x","__proto__":{"all":true}}]}',
      '{"edits":[{"__proto__":{"op":"append","text":"x"}}]}',
      '{"__proto__":{"edits":[{"op":"append","text":"x"}]}}',
      '{"edits":[{"op":"append","text":"x"}],"if_match":"*"}',
      '{"edits":[{"op":"append","text":"x"}],"message":null}',
    ]) {
      expectInvalid(await send(body));
    }
  });

  it('over the size of a body is refused with 413, also in chunks', async () => {
    const text = 'x'.repeat(MEBIBYTE);
    const body = JSON.stringify({ edits: [1, 2, 3].map(() => ({ op: 'append', text })) });
    expectProblem(await send(body), 413, 'body_too_large');
    const head = requestHead(
      `PATCH /documents/${document.document_id}/content`,
      'Content-Type: application/json',
      'If-Match: *',
      'Transfer-Encoding: chunked',
    );
    const chunks = `${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expectProblem(await rawExchange(server.port, chunks), 413, 'body_too_large');
    expectInvalid(await edit([{ op: 'append', text: `${text}x` }]), 'body.edits.0.text');
  });

  it('that is large but allowed is served: a mebibyte of text, a hundred edits', async () => {
    const { document_id } = await push(server, 'start\n');
    const text = `${'x'.repeat(MEBIBYTE - 1)}\n`;
    const appended = await patchContent(server, document_id, [{ op: 'append', text }], { ifMatch: '*' });
    assert.equal(appended.status, 201, appended.text);
    const hundred = Array.from({ length: 100 }, (_, index) => ({ op: 'prepend', text: `${index}\n` }));
    assert.equal((await patchContent(server, document_id, hundred, { ifMatch: '*' })).status, 201);
    const size = 'start\n'.length + MEBIBYTE + Array.from({ length: 100 }, (_, index) => `${index}\n`).join('').length;
    assert.equal((await pull(server, document_id)).length, size);
    const nowhere = [{ op: 'replace', old: 'y'.repeat(MEBIBYTE), new: '' }];
    const refused = await patchContent(server, document_id, nowhere, { ifMatch: '*' });
    expectProblem(refused, 422, 'edit_failed');
    assert.ok(refused.text.length < 20_000, `${refused.text.length} bytes of refusal`);
  });

  it('that would blow a text up is refused in little time', async () => {
    const { document_id } = await push(server, 'x'.repeat(500_000));
    const started = performance.now();
    const grow = [{ op: 'replace', old: 'x', new: 'y'.repeat(MEBIBYTE), all: true }];
    expectProblem(await patchContent(server, document_id, grow, { ifMatch: '*' }), 422, 'text_too_large');
    const double = Array.from({ length: 100 }, (_, index) => {
      const [old, fresh] = index % 2 ? ['y', 'xx'] : ['x', 'yy'];
      return { op: 'replace', old, new: fresh, all: true };
    });
    expectProblem(await patchContent(server, document_id, double, { ifMatch: '*' }), 422, 'text_too_large');
    assert.ok(performance.now() - started < 10_000);
    assert.equal((await versionsOf(server, document_id)).length, 1);
  });

  it('of another content type, or of none, is refused', async () => {
    const body = '{"edits":[{"op":"append","text":"x"}]}';
    for (const type of ['text/plain', 'application/json-patch+json', 'application/merge-patch+json', FORM_TYPE]) {
      expectProblem(await send(body, { 'Content-Type': type }), 415, 'unsupported_media_type');
    }
    expectProblem(await send('{"edits":[', {}), 400, 'malformed_request');
    const small = '{"edits":[{"op":"replace","old":"text","new":"text"}]}';
    assert.equal((await send(small, { 'Content-Type': 'APPLICATION/JSON; charset=utf-8' })).status, 200);
  });

  it('to a place that is none is refused', async () => {
    expectInvalid(
      await patchContent(server, '__proto__', [{ op: 'append', text: 'x' }], { ifMatch: '*' }),
      'path.document_id',
    );
    for (const place of ['/content/', '/Content', '/content%00', '/content/1']) {
      const response = await request(server.url)
        .patch(`/documents/${document.document_id}${place}`)
        .send({ edits: [] });
      expectProblem(response, 404, 'route_not_found');
    }
    for (const method of ['get', 'put', 'post', 'delete'] as const) {
      const response = await request(server.url)[method](`/documents/${document.document_id}/content`);
      expectProblem(response, 405, 'method_not_allowed');
      assert.equal(response.headers['allow'], 'PATCH');
    }
  });
});

describe('a hostile version', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer({ config: { maxFileBytes: 1000 } });
    document = await push(server, 'content');
  });
  after(() => server.close());

  async function post(...parts: Part[]): Promise<Response> {
    return request(server.url)
      .post(`/documents/${document.document_id}/versions`)
      .set({ 'Content-Type': FORM_TYPE, 'If-Match': '*' })
      .send(formBody(...parts));
  }

  it('may have its parts in either order', async () => {
    const one = await post(field('message', 'before'), file('one', 'a.txt'));
    const two = await post(file('two', 'a.txt'), field('message', 'after'));
    assert.deepEqual([one.status, two.status], [201, 201]);
    const [newest, older] = await versionsOf(server, document.document_id);
    assert.deepEqual([older?.message, newest?.message], ['before', 'after']);
  });

  it('is refused without a file, with two, or with parts that it does not have', async () => {
    const count = (await versionsOf(server, document.document_id)).length;
    for (const parts of [
      [],
      [field('message', 'alone')],
      [file('a'), file('b')],
      [field('file', 'no file part')],
      [file('a'), field('message', 'x'), field('message', 'y')],
      [file('a'), field('name', 'x')],
      [file('a'), field('tags', 'x')],
      [file('a'), field('version', '7')],
      [file('a'), field('parents', '[1]')],
      [file('a'), field('__proto__', 'x')],
      [file('a', '..')],
      [file('a', 'x/../y\0')],
    ] as const) {
      const response = await post(...parts);
      assert.equal(response.status, 400, `${JSON.stringify(parts)} ${response.text}`);
    }
    assert.equal((await versionsOf(server, document.document_id)).length, count);
    await server.untilNothingIsStaged();
  });

  it('is refused over the limit, however it is refused besides, and leaves nothing', async () => {
    const large = Buffer.alloc(1001);
    expectProblem(await post(file(large)), 413, 'file_too_large');
    for (const ifMatch of [undefined, '"past"', 'nonsense']) {
      const response = await postVersion(server, document.document_id, Buffer.alloc(900), { ifMatch });
      assert.ok([400, 412, 428].includes(response.status), response.text);
    }
    expectProblem(await post(file('a'), field('message', 'x'.repeat(100_000))), 413, 'body_too_large');
    const json = request(server.url).post(`/documents/${document.document_id}/versions`).set('If-Match', '*');
    expectProblem(await json.send({ file: 'x' }), 400, 'validation_failed');
    const text = request(server.url).post(`/documents/${document.document_id}/versions`).set('If-Match', '*');
    expectProblem(await text.type('text/plain').send('x'), 415, 'unsupported_media_type');
    await server.untilNothingIsStaged();
  });
});

describe('hostile parts of texts', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('are read in bounded time and memory, whatever the text is made of', async () => {
    const size = 4 * MEBIBYTE;
    for (const [what, text] of [
      ['one line', 'x'.repeat(size)],
      ['line ends only', '\n'.repeat(size)],
      ['marks only', '#'.repeat(size)],
      ['headings only', '# a\n'.repeat(size / 4)],
      ['nested quotes', `${'>'.repeat(100_000)}\n`],
      ['nested lists', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth * 2)}- a\n`).join('')],
      ['open brackets', '['.repeat(200_000)],
      ['fences that never close', '```\n'.repeat(100_000)],
    ] as const) {
      const { document_id } = await push(server, text, { filename: 'a.md' });
      const started = performance.now();
      for (const [place, query] of [
        ['/outline', {}],
        ['/text', {}],
        ['/text', { lines: '-1' }],
        ['/text', { section: 'nowhere' }],
        ['/text', { max_tokens: 10 }],
      ] as const) {
        const response = await get(server, document_id, place, query);
        assert.ok([200, 404, 422].includes(response.status), `${what} ${place}: ${response.text.slice(0, 300)}`);
        assert.ok(response.text.length < 4 * MEBIBYTE, `${what} ${place}: ${response.text.length} bytes`);
      }
      assert.ok(performance.now() - started < 10_000, `${what}: ${performance.now() - started} ms`);
    }
  }).timeout(60_000);
});
