/** Requests whose end is a matter of opinion: a second request must never be read out of the body of the first. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push, type Document } from './documents-client.js';
import { FORM_TYPE } from './form-body.js';
import { expectProblem } from './problem.js';
import { RawConnection, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

describe('a request that means two things at once', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
    document = await push(server, 'content');
  });
  after(() => server.close());

  const smuggled = (): string => requestHead(`DELETE /documents/${document.document_id}`);
  async function isStillThere(): Promise<void> {
    await request(server.url).get(`/documents/${document.document_id}`).expect(200);
  }
  const ambiguous: [what: string, ...headers: string[]][] = [
    ['a length and chunks', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
    ['chunks and a length', 'Transfer-Encoding: chunked', 'Content-Length: 4'],
    ['two lengths', 'Content-Length: 4', 'Content-Length: 100'],
    ['the same length twice', 'Content-Length: 4', 'Content-Length: 4'],
    ['a list of lengths', 'Content-Length: 4, 100'],
    ['chunks that are not last', 'Transfer-Encoding: chunked, identity'],
    ['chunks by another name', 'Transfer-Encoding: xchunked'],
    ['chunks after a tab', 'Transfer-Encoding:\tchunked', 'Content-Length: 4'],
    ['two encodings', 'Transfer-Encoding: identity', 'Transfer-Encoding: chunked', 'Content-Length: 4'],
  ];
  for (const [what, ...headers] of ambiguous) {
    it(`has no second request read out of it: ${what}`, async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write(
        `${requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, ...headers)}0\r\n\r\n${smuggled()}`,
      );
      const response = await connection.response();
      assert.equal(response.status, 400);
      await connection.closed;
      await isStillThere();
    });
  }

  const chunks = [
    '0x0\r\n\r\n',
    '-1\r\n\r\n',
    'ffffffffffffffffff\r\n',
    '5 5\r\nhello\r\n',
    '\r\n\r\n',
    '2\r\nhello\r\n',
    'g\r\n',
  ];
  for (const chunk of chunks) {
    it(`has no second request read out of the chunk ${JSON.stringify(chunk)}`, async () => {
      const connection = await RawConnection.open(server.port);
      const head = requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Transfer-Encoding: chunked');
      await connection.write(`${head}${chunk}${smuggled()}`);
      assert.equal((await connection.response()).status, 400);
      await connection.closed;
      await isStillThere();
    });
  }

  it('has the body of a refused request not read as a request', async () => {
    const body = smuggled();
    const connection = await RawConnection.open(server.port);
    await connection.write(
      `${requestHead('POST /documents', 'Content-Type: text/plain', `Content-Length: ${body.length}`)}${body}`,
    );
    expectProblem(await connection.response(), 415, 'unsupported_media_type');
    await connection.write(requestHead('GET /health', 'Connection: close'));
    assert.equal((await connection.response()).status, 200);
    await connection.closed;
    await isStillThere();
  });

  it('has the body of a GET not read as a request', async () => {
    const body = smuggled();
    const connection = await RawConnection.open(server.port);
    await connection.write(
      `${requestHead('GET /health', `Content-Length: ${body.length}`)}${body}${requestHead('GET /health', 'Connection: close')}`,
    );
    assert.equal((await connection.response()).status, 200);
    assert.equal((await connection.response()).status, 200);
    await connection.closed;
    await isStillThere();
  });
});
