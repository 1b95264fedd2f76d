/** Pushes that are over a limit or break the contract: refused with a word on what is wrong, and nothing left behind. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { find, postForm, push } from './documents-client.js';
import { BOUNDARY, field, file, FORM_TYPE, formBody, type Part } from './form-body.js';
import { expectInvalid, expectProblem } from './problem.js';
import { RawConnection, requestHead } from './raw-connection.js';
import { removeBlobs, startServer, type TestServer } from './test-server.js';

const MAX_FILE_BYTES = 100_000;

describe('uploadDocument, refused', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ config: { maxFileBytes: MAX_FILE_BYTES } });
  });
  afterEach(async () => {
    // Whatever was refused: nothing of it is staged, stored or recorded, and the next push is served.
    await server.untilNothingIsStaged();
    assert.deepEqual(await find(server, {}), []);
    assert.deepEqual(await server.storedBlobs(), []);
  });
  after(() => server.close());

  const refused: [what: string, parts: Part[], ...locations: string[]][] = [
    ['a form without a file', [field('name', 'x')], 'body.file'],
    ['an empty form', [], 'body.file'],
    ['a text field called file', [field('file', 'content')], 'body.file'],
    ['two files', [file('one'), file('two')], 'body.file'],
    [
      'a file under another name',
      [{ headers: ['Content-Disposition: form-data; name="attachment"; filename="a"'], content: 'x' }],
      'body.attachment',
    ],
    [
      'a field that is a file',
      [file(), { headers: ['Content-Disposition: form-data; name="name"; filename="a"'], content: 'x' }],
    ],
    [
      'a file part without a file name',
      [
        {
          headers: ['Content-Disposition: form-data; name="file"', 'Content-Type: application/octet-stream'],
          content: 'x',
        },
      ],
      'body.file',
    ],
    ['an empty file name', [file('x', '')], 'body.file'],
    ['an unknown field before the file', [field('nmae', 'x'), file()], 'body.nmae'],
    ['an unknown field after the file', [file(), field('nmae', 'x')], 'body.nmae'],
    ['a repeated field', [file(), field('name', 'a'), field('name', 'b')], 'body.name'],
    ['repeated tags', [field('tags', 'a'), file(), field('tags', 'b')], 'body.tags'],
    ['a field called __proto__', [file(), field('__proto__', 'x')], 'body.__proto__'],
    ['a field called constructor', [file(), field('constructor', 'x')], 'body.constructor'],
    ['a field called hasOwnProperty', [field('hasOwnProperty', 'x'), file()], 'body.hasOwnProperty'],
    ['a field called toString', [file(), field('toString', 'x')], 'body.toString'],
    ['tags in brackets', [file(), field('tags[]', 'x')], 'body.tags[]'],
    ['a field without a name', [file(), { headers: ['Content-Disposition: form-data'], content: 'x' }]],
    ['a field with an empty name', [file(), field('', 'x')]],
    ['a field with a very long name', [file(), field('n'.repeat(5000), 'x')]],
    ['an empty name', [file(), field('name', '')], 'body.name'],
    ['a name of blanks', [file(), field('name', ' \u00a0 ')], 'body.name'],
    ['a name of 513 characters', [file(), field('name', 'x'.repeat(513))], 'body.name'],
    ['a name of 513 emoji', [file(), field('name', '😀'.repeat(513))], 'body.name'],
    ['a name with a line end', [file(), field('name', 'a\r\nX-Evil: 1')], 'body.name'],
    ['a name with NUL', [file(), field('name', 'a\0b')], 'body.name'],
    ['a name with ESC', [file(), field('name', 'a\x1b[31mb')], 'body.name'],
    ['a name with DEL', [file(), field('name', 'a\x7fb')], 'body.name'],
    ['a name with a C1 control', [file(), field('name', 'a\u0085b')], 'body.name'],
    ['a name with a line separator', [file(), field('name', 'a\u2028b')], 'body.name'],
    ['51 tags', [file(), field('tags', Array.from({ length: 51 }, (_, index) => `t${index}`).join(','))], 'body.tags'],
    ['a tag of 101 characters', [file(), field('tags', `ok,${'x'.repeat(101)}`)], 'body.tags.1'],
    ['a tag with a control character', [file(), field('tags', 'a\x07b')], 'body.tags.0'],
    ['a description of 10,001 characters', [file(), field('description', 'x'.repeat(10_001))], 'body.description'],
    [
      'every mistake at once',
      [file(), field('name', ''), field('tags', 'x'.repeat(101)), field('description', 'x'.repeat(10_001))],
      'body.name',
      'body.tags.0',
      'body.description',
    ],
  ];
  for (const [what, parts, ...locations] of refused) {
    it(`refuses ${what}`, async () => {
      expectInvalid(await postForm(server, ...parts), ...locations);
    });
  }

  const fileNames = [
    '../evil',
    '..',
    '.',
    '/etc/passwd',
    'a/b',
    'a/',
    '/',
    'C:\\\\evil',
    '..\\\\..\\\\evil',
    '\\\\',
    'a\tb',
    'a\u0085b',
    'a\u2028b',
    'x'.repeat(256),
    '😀'.repeat(256),
    '..%2f/..',
  ];
  for (const name of fileNames) {
    it(`refuses the file name ${JSON.stringify(name.slice(0, 20))}`, async () => {
      expectInvalid(await postForm(server, file('x', name)), 'body.file');
    });
  }

  it('refuses a file name with NUL, or with a line end in it', async () => {
    for (const name of ['a\0b.txt', 'a\x01b', 'a\x7fb', 'a\rb', 'a\nb', 'a\r\nX-Evil: 1']) {
      const response = await postForm(server, file('x', name));
      assert.equal(response.status, 400, `${JSON.stringify(name)}: ${response.text}`);
    }
  });

  it('refuses a file name with a folder in its RFC 8187 form too', async () => {
    for (const encoded of ['..%2F..%2Fevil', '%2e%2e', 'a%00b', '%5Cevil', 'a%0D%0Ab']) {
      const headers = [`Content-Disposition: form-data; name="file"; filename="fine.txt"; filename*=UTF-8''${encoded}`];
      expectInvalid(await postForm(server, { headers, content: 'x' }), 'body.file');
    }
  });

  it('refuses more fields than any form has', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => field(`f${index}`, 'x'));
    expectInvalid(await postForm(server, ...many, file()));
    const same = Array.from({ length: 1000 }, () => field('name', 'x'));
    expectInvalid(await postForm(server, file(), ...same), 'body.name');
    const files = Array.from({ length: 100 }, () => file());
    expectInvalid(await postForm(server, ...files), 'body.file');
  });

  it('refuses a field that is too large to be looked at', async () => {
    for (const name of ['name', 'tags', 'description']) {
      const parts = [file(), field(name, 'x'.repeat(1024 * 1024))];
      expectProblem(await postForm(server, ...parts), 413, 'body_too_large');
      expectProblem(await postForm(server, ...parts.reverse()), 413, 'body_too_large');
    }
  });

  describe('for its size', () => {
    it('takes a file of exactly the limit and refuses one byte more', async () => {
      const fits = await push(server, Buffer.alloc(MAX_FILE_BYTES));
      assert.equal(fits.size_bytes, MAX_FILE_BYTES);
      await request(server.url).delete(`/documents/${fits.document_id}`).expect(200);
      const response = await postForm(server, file(Buffer.alloc(MAX_FILE_BYTES + 1)));
      const problem = expectProblem(response, 413, 'file_too_large');
      assert.match(problem.detail, /100000 bytes.*DOCUMENT_MAX_FILE_BYTES/);
      await server.untilNothingIsStaged();
      // The blob of the file that fits waits for the collector; the refused one must have left none.
      assert.equal((await server.storedBlobs()).length, 1);
      await removeBlobs(server);
    });

    it('lets the client read the refusal while it is still sending', async () => {
      const connection = await RawConnection.open(server.port);
      const body = formBody(file(Buffer.alloc(3 * 1024 * 1024)));
      await connection.write(
        requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`),
      );
      const sending = sendInPieces(connection, body);
      expectProblem(await connection.response(), 413, 'file_too_large');
      await sending;
      connection.destroy();
    });

    it('refuses at once what calls itself too long, before it comes', async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write(
        requestHead(
          'POST /documents',
          `Content-Type: ${FORM_TYPE}`,
          `Content-Length: ${MAX_FILE_BYTES + 10 * 1024 * 1024}`,
        ),
      );
      expectProblem(await connection.response(), 413, 'file_too_large');
      connection.destroy();
    });

    it('refuses a body in chunks, which does not say how long it is', async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write(
        requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Transfer-Encoding: chunked'),
      );
      const body = formBody(file(Buffer.alloc(MAX_FILE_BYTES * 2)));
      const sending = sendInPieces(connection, body, chunked);
      expectProblem(await connection.response(), 413, 'file_too_large');
      await sending;
      connection.destroy();
    });

    it('is not deceived by a small Content-Length: what comes after it is no part of the body', async () => {
      const body = formBody(file(Buffer.alloc(MAX_FILE_BYTES * 2)));
      const connection = await RawConnection.open(server.port);
      const head = requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Content-Length: 200');
      await connection.write(Buffer.concat([Buffer.from(head), body]));
      const response = await connection.response();
      expectProblem(response, 400, 'malformed_request');
      connection.destroy();
    });

    it('is not deceived by endless parts that are no file', async () => {
      const padding = Buffer.alloc(64 * 1024, 'x');
      const connection = await RawConnection.open(server.port);
      await connection.write(
        requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Transfer-Encoding: chunked'),
      );
      const headless = Buffer.from(`--${BOUNDARY}\r\nX-No-Disposition: 1\r\n\r\n`);
      const sending = (async () => {
        await connection.write(chunked(headless));
        for (let sent = 0; sent < 40 && connection.pendingBytes === 0; sent += 1) {
          await connection.write(chunked(Buffer.concat([padding, Buffer.from('\r\n'), headless])));
          await sleep(1);
        }
        assert.ok(connection.pendingBytes > 0, 'more than 2 MiB that are no file, and no refusal');
      })();
      await sending;
      const response = await connection.response();
      assert.ok([400, 413].includes(response.status));
      connection.destroy();
    });
  });
});

function chunked(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}

async function sendInPieces(connection: RawConnection, body: Buffer, pack = (piece: Buffer) => piece): Promise<void> {
  for (let at = 0; at < body.length; at += 32 * 1024) await connection.write(pack(body.subarray(at, at + 32 * 1024)));
}
