/** Forms that are wrong in their own grammar, or never come to their end. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { eventually } from './eventually.js';
import { find, postBody, push } from './documents-client.js';
import { BOUNDARY, field, file, FORM_TYPE, formBody } from './form-body.js';
import { expectInvalid, expectProblem } from './problem.js';
import { RawConnection, rawExchange, requestHead } from './raw-connection.js';
import { removeBlobs, startServer, type TestServer } from './test-server.js';

const HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`;
const MEBIBYTE = 1024 * 1024;
/** So much of a file has arrived that some of it is on the disk, and not all in memory. */
const ON_DISK_BYTES = 4 * MEBIBYTE;
const END = `\r\n--${BOUNDARY}--\r\n`;

describe('a broken form', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  afterEach(async () => {
    await server.untilNothingIsStaged();
    assert.deepEqual(await find(server, {}), []);
    assert.deepEqual(await server.storedBlobs(), []);
    await request(server.url).get('/health').expect(200);
  });
  after(() => server.close());

  describe('is refused when its Content-Type', () => {
    const types: [what: string, type: string, code: string, status: number][] = [
      ['has no boundary', 'multipart/form-data', 'malformed_request', 400],
      ['has an empty boundary', 'multipart/form-data; boundary=', 'malformed_request', 400],
      ['has an empty quoted boundary', 'multipart/form-data; boundary=""', 'malformed_request', 400],
      ['has a boundary without its end quote', `multipart/form-data; boundary="${BOUNDARY}`, 'malformed_request', 400],
      ['has another boundary than the body', 'multipart/form-data; boundary=another', 'malformed_request', 400],
      [
        'has the boundary in another case',
        `multipart/form-data; boundary=${BOUNDARY.toUpperCase()}`,
        'malformed_request',
        400,
      ],
      ['has an endless boundary', `multipart/form-data; boundary=${'b'.repeat(5000)}`, 'malformed_request', 400],
      ['has nonsense for parameters', 'multipart/form-data; ;;;=', 'malformed_request', 400],
      ['is another kind of multipart', `multipart/mixed; boundary=${BOUNDARY}`, 'unsupported_media_type', 415],
      ['is a form in a URL', 'application/x-www-form-urlencoded', 'unsupported_media_type', 415],
      ['is JSON', 'application/json', 'malformed_request', 400],
      ['is text', 'text/plain', 'unsupported_media_type', 415],
      ['is nonsense', 'nonsense', 'unsupported_media_type', 415],
      ['is almost right', `multipart/form-data-x; boundary=${BOUNDARY}`, 'unsupported_media_type', 415],
    ];
    for (const [what, type, code, status] of types) {
      it(what, async () => {
        const body = formBody(file());
        const head = requestHead('POST /documents', `Content-Type: ${type}`, `Content-Length: ${body.length}`);
        expectProblem(await rawExchange(server.port, Buffer.concat([Buffer.from(head), body])), status, code);
      });
    }

    it('is missing', async () => {
      const body = formBody(file());
      const head = requestHead('POST /documents', `Content-Length: ${body.length}`);
      const problem = expectProblem(
        await rawExchange(server.port, Buffer.concat([Buffer.from(head), body])),
        415,
        'unsupported_media_type',
      );
      assert.match(problem.detail, /multipart\/form-data/);
    });

    it('says that it is compressed', async () => {
      const response = await request(server.url)
        .post('/documents')
        .set('Content-Type', FORM_TYPE)
        .set('Content-Encoding', 'gzip')
        .send(formBody(file()));
      expectProblem(response, 415, 'unsupported_media_type');
    });
  });

  const bodies: [what: string, body: string | Buffer][] = [
    ['an empty body', ''],
    ['bytes that are no form', 'garbage'],
    ['binary bytes', Buffer.alloc(100_000, 0xff)],
    ['nothing but line ends', '\r\n'.repeat(1000)],
    ['a body that ends in the first boundary', `--${BOUNDARY.slice(0, 5)}`],
    ['a body that ends after the first boundary', `--${BOUNDARY}\r\n`],
    ['a body that ends in a part header', `--${BOUNDARY}\r\nContent-Disposition: form-da`],
    ['a body that ends before the content', HEAD],
    ['a body that ends in the content', `${HEAD}some content`],
    [
      'a body that ends in a field',
      `${HEAD}x\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="name"\r\n\r\nx`,
    ],
    ['a body that ends in the last boundary', `${HEAD}content\r\n--${BOUNDARY}`],
    ['a body that ends one hyphen early', `${HEAD}content\r\n--${BOUNDARY}-`],
    ['line ends of LF alone', `${HEAD}content${END}`.replaceAll('\r\n', '\n')],
    ['a part header without a colon', `--${BOUNDARY}\r\nContent-Disposition\r\n\r\nx${END}`],
    [
      'a part header of control characters',
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="fi\0le"; filename="a"\r\n\r\nx${END}`,
    ],
    ['a part header that never ends', `--${BOUNDARY}\r\nX: ${'x'.repeat(200_000)}\r\n\r\nx${END}`],
    ['a part with a thousand headers', `--${BOUNDARY}\r\n${'X-A: b\r\n'.repeat(1000)}\r\nx${END}`],
    ['a part without a header', `--${BOUNDARY}\r\n\r\ncontent${END}`],
    ['a part without a disposition', `--${BOUNDARY}\r\nContent-Type: text/plain\r\n\r\ncontent${END}`],
    ['a part that is an attachment', HEAD.replace('form-data', 'attachment') + 'content' + END],
    [
      'a part with half a disposition',
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file\r\n\r\ncontent${END}`,
    ],
    ['a disposition of nonsense', `--${BOUNDARY}\r\nContent-Disposition: ;;;==\r\n\r\ncontent${END}`],
    ['nothing but the last boundary', `--${BOUNDARY}--\r\n`],
    ['a hundred boundaries', `--${BOUNDARY}\r\n`.repeat(100)],
  ];
  for (const [what, body] of bodies) {
    it(`is refused: ${what}`, async () => {
      const response = await postBody(server, Buffer.from(body));
      assert.equal(response.status, 400, response.text);
      const { code } = response.body as { code: string };
      assert.ok(['malformed_request', 'validation_failed'].includes(code), response.text);
    });
  }

  for (const charset of ['foo', 'utf-7', 'utf-32le', 'x'.repeat(1000)]) {
    it(`is refused when a field is in a charset that nobody knows, ${charset.slice(0, 10)}`, async () => {
      for (const name of ['name', 'tags', 'description']) {
        const parts = [file(), field(name, 'a text', `Content-Type: text/plain; charset=${charset}`)];
        expectInvalid(await postBody(server, formBody(...parts)), `body.${name}`);
      }
    });
  }

  it('is refused when a file name is in a charset that nobody knows', async () => {
    const headers = ['Content-Disposition: form-data; name="file"; filename*=foo\'\'a%20b'];
    const response = await postBody(server, formBody({ headers, content: 'x' }));
    assert.equal(response.status, 400);
  });

  describe('leaves nothing behind when the client', () => {
    const body = formBody(file(Buffer.alloc(8 * MEBIBYTE)));
    async function begin(bytes: number, ...headers: string[]): Promise<RawConnection> {
      const connection = await RawConnection.open(server.port);
      await connection.write(requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, ...headers));
      await connection.write(body.subarray(0, bytes));
      if (bytes < ON_DISK_BYTES) await sleep(30);
      else await eventually(async () => assert.equal((await server.stagedFiles()).length, 1));
      return connection;
    }

    for (const bytes of [0, 10, 150, 5000, ON_DISK_BYTES]) {
      it(`stops sending after ${bytes} bytes of a longer body, and listens`, async () => {
        const connection = await begin(bytes, `Content-Length: ${body.length}`);
        connection.halfClose();
        expectProblem(await connection.response(), 400, 'malformed_request');
        await connection.closed;
      });

      it(`vanishes after ${bytes} bytes`, async () => {
        const connection = await begin(bytes, `Content-Length: ${body.length}`);
        connection.destroy();
        await connection.closed;
        await server.untilNothingIsStaged();
      });
    }

    it('resets the connection', async () => {
      const connection = await begin(ON_DISK_BYTES, `Content-Length: ${body.length}`);
      connection.socket.resetAndDestroy();
      await server.untilNothingIsStaged();
    });

    it('ends its chunks in the middle of the form', async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write(
        requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Transfer-Encoding: chunked'),
      );
      const part = body.subarray(0, 5000);
      await connection.write(
        Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n0\r\n\r\n')]),
      );
      expectProblem(await connection.response(), 400, 'malformed_request');
      connection.destroy();
    });

    it('breaks the grammar of its chunks', async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write(
        requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Transfer-Encoding: chunked'),
      );
      const part = body.subarray(0, 5000);
      await connection.write(
        Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\nxyz\r\n')]),
      );
      expectProblem(await connection.response(), 400, 'malformed_request');
      await connection.closed;
    });

    it('vanishes fifty times at once', async () => {
      const connections = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const connection = await RawConnection.open(server.port);
          await connection.write(
            requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`),
          );
          await connection.write(body.subarray(0, 20_000));
          return connection;
        }),
      );
      await sleep(50);
      for (const connection of connections) connection.destroy();
      await server.untilNothingIsStaged();
    });

    it('vanishes when all was sent, but before the answer', async () => {
      const small = formBody(file('sent whole'));
      const connection = await RawConnection.open(server.port);
      const head = requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${small.length}`);
      await connection.write(Buffer.concat([Buffer.from(head), small]));
      connection.destroy();
      await sleep(50);
      await server.untilNothingIsStaged();
      // Stored or not: both are right, half of it is not.
      const documents = await find(server, {});
      for (const { document_id } of documents) {
        await request(server.url).get(`/documents/${document_id}`).expect(200, 'sent whole');
        await request(server.url).delete(`/documents/${document_id}`).expect(200);
      }
      await removeBlobs(server);
    });
  });

  it('does not disturb the pushes beside it', async () => {
    const broken = Array.from({ length: 20 }, () => postBody(server, Buffer.from(`${HEAD}unfinished`)));
    const good = Array.from({ length: 20 }, (_, index) => push(server, `good ${index}`));
    const [refused, stored] = await Promise.all([Promise.all(broken), Promise.all(good)]);
    assert.ok(refused.every(({ status }) => status === 400));
    for (const { document_id } of stored) await request(server.url).delete(`/documents/${document_id}`).expect(200);
    await removeBlobs(server);
  });
});
