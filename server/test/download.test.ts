/** Pulling documents: bytes, headers, ranges and conditions (RFC 9110 §13, §14), and content that is a trap for browsers. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import request, { type Response, type Test } from 'supertest';
import { binary, postForm, push, sha256, type Document } from './documents-client.js';
import { field, file } from './form-body.js';
import { expectProblem } from './problem.js';
import { rawExchange, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

const CONTENT = '0123456789abcdefghij';
const SIZE = CONTENT.length;
/** What a 304 says beside the ETag, for whoever keeps the content. */
const KEPT = ['content-type', 'x-document-id', 'x-document-name', 'x-document-filename', 'x-document-version'];

describe('downloadDocument', () => {
  let server: TestServer;
  let document: Document;
  let etag: string;
  before(async () => {
    server = await startServer();
    document = await push(server, CONTENT, { filename: 'letters.txt', name: 'Letters' });
    etag = `"${sha256(CONTENT)}"`;
  });
  after(() => server.close());

  function get(headers: Record<string, string> = {}, id = document.document_id): Test {
    return request(server.url).get(`/documents/${id}`).set(headers).buffer(true).parse(binary);
  }
  const text = (response: Response): string => (response.body as Buffer).toString();

  it('answers with the bytes and all that is known of them', async () => {
    const response = await get();
    assert.equal(response.status, 200);
    assert.equal(text(response), CONTENT);
    const digest = createHash('sha256').update(CONTENT).digest('base64');
    const expected: Record<string, string> = {
      'content-type': 'text/plain',
      'content-length': String(SIZE),
      'x-document-id': document.document_id,
      'x-document-name': 'Letters',
      'x-document-filename': 'letters.txt',
      etag,
      'repr-digest': `sha-256=:${digest}:`,
      'accept-ranges': 'bytes',
      'last-modified': new Date(document.uploaded_at).toUTCString(),
      'x-content-type-options': 'nosniff',
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(response.headers[name], value, name);
    assert.match(response.headers['content-disposition'] ?? '', /^attachment; filename=("?)letters\.txt\1$/);
  });

  it('answers HEAD with the header of GET and nothing after it', async () => {
    const empty = await push(server, '');
    const missing = 'doc_000000000000';
    const { document_id } = document;
    for (const id of [
      document_id,
      `${document_id}/metadata`,
      empty.document_id,
      missing,
      `${missing}/metadata`,
      'no-id',
    ]) {
      const [got, head] = [await get({}, id), await request(server.url).head(`/documents/${id}`)];
      const raw = await rawExchange(server.port, requestHead(`HEAD /documents/${id}`, 'Connection: close'), {
        bodiless: true,
      });
      const changing = { date: '', 'x-request-id': '' };
      assert.equal(head.status, got.status);
      assert.deepEqual({ ...head.headers, ...changing }, { ...got.headers, ...changing });
      assert.equal(raw.status, got.status);
      assert.equal(raw.bytes.length, 0);
    }
  });

  describe('ranges', () => {
    const parts: [range: string, first: number, last: number][] = [
      ['bytes=0-0', 0, 0],
      ['bytes=0-4', 0, 4],
      ['bytes=5-9', 5, 9],
      ['bytes=19-19', 19, 19],
      ['bytes=10-', 10, 19],
      ['bytes=0-', 0, 19],
      ['bytes=-1', 19, 19],
      ['bytes=-5', 15, 19],
      ['bytes=-20', 0, 19],
      ['bytes=15-1000', 15, 19],
      ['bytes=0-99999999999999999999', 0, 19],
      ['bytes=00005-00009', 5, 9],
      ['bytes= 5-9', 5, 9],
    ];
    for (const [range, first, last] of parts) {
      it(`gives bytes ${first}-${last} for ${range}`, async () => {
        const response = await get({ Range: range });
        assert.equal(response.status, 206);
        assert.equal(text(response), CONTENT.slice(first, last + 1));
        assert.equal(response.headers['content-range'], `bytes ${first}-${last}/${SIZE}`);
        assert.equal(response.headers['content-length'], String(last - first + 1));
        assert.equal(response.headers['etag'], etag);
        assert.match(response.headers['repr-digest'] ?? '', /^sha-256=:/);
      });
    }

    it('gives the whole content for a suffix that is longer than it', async () => {
      for (const range of ['bytes=-21', 'bytes=-1000']) {
        const response = await get({ Range: range });
        assert.equal(response.status, 206, text(response));
        assert.equal(response.headers['content-range'], `bytes 0-19/${SIZE}`);
        assert.equal(text(response), CONTENT);
      }
    });

    const ignored = [
      'bytes=0-0,2-3',
      'bytes=0-0, -1',
      'bytes=0-4,3-8',
      'items=0-4',
      'bytes',
      'bytes=',
      'bytes=abc',
      'bytes=1-b',
      'bytes=--5',
      'bytes=-',
      'bytes=0x1-5',
      'bytes=1.5-3',
      'bytes:0-4',
      '0-4',
    ];
    for (const range of ignored) {
      it(`gives the whole content for ${range}`, async () => {
        const response = await get({ Range: range });
        assert.equal(response.status, 200, text(response));
        assert.equal(text(response), CONTENT);
        assert.equal(response.headers['content-range'], undefined);
      });
    }

    for (const range of ['bytes=20-', 'bytes=20-30', 'bytes=1000-', 'bytes=-0', 'bytes=99999999999999999999-']) {
      it(`refuses ${range}, which lies outside`, async () => {
        const response = await request(server.url).get(`/documents/${document.document_id}`).set('Range', range);
        expectProblem(response, 416, 'range_not_satisfiable');
        assert.equal(response.headers['content-range'], `bytes */${SIZE}`);
      });
    }

    it('never gives what a reversed range would be', async () => {
      // RFC 9110 §14.2 leaves it open whether such a range is ignored or refused.
      const response = await get({ Range: 'bytes=9-5' });
      assert.ok([200, 416].includes(response.status));
      if (response.status === 200) assert.equal(text(response), CONTENT);
    });

    it('joins two Range lines to a list, and so gives the whole content', async () => {
      const head = requestHead(`GET /documents/${document.document_id}`, 'Range: bytes=0-1', 'Range: bytes=4-5');
      const response = await rawExchange(server.port, head);
      assert.equal(response.status, 200);
      assert.equal(response.bytes.toString(), CONTENT);
    });

    it('knows no satisfiable range of an empty document', async () => {
      const { document_id } = await push(server, '');
      for (const range of ['bytes=0-', 'bytes=0-0', 'bytes=-1']) {
        const response = await request(server.url).get(`/documents/${document_id}`).set('Range', range);
        expectProblem(response, 416, 'range_not_satisfiable');
        assert.equal(response.headers['content-range'], 'bytes */0');
      }
    });

    it('cuts ranges of a large document where they are, over the borders of its reads', async () => {
      const content = Buffer.alloc(3 * 1024 * 1024 + 17, 'a streamed document; ');
      content.forEach((byte, index) => (content[index] = (byte + (index >> 10)) & 0xff));
      const { document_id } = await push(server, content);
      const mebibyte = 1024 * 1024;
      const cuts: [first: number, last: number][] = [
        [0, 65_535],
        [0, 65_536],
        [mebibyte - 1, mebibyte],
        [1, content.length - 1],
        [content.length - 65_537, content.length - 1],
      ];
      for (const [first, last] of cuts) {
        const response = await get({ Range: `bytes=${first}-${last}` }, document_id);
        assert.equal(response.status, 206);
        assert.ok(content.subarray(first, last + 1).equals(response.body as Buffer), `${first}-${last}`);
      }
    });

    it('uses a range only while If-Range still names the content', async () => {
      const modified = new Date(document.uploaded_at).toUTCString();
      const cases: [condition: string, status: number][] = [
        [etag, 206],
        [modified, 206],
        [`W/${etag}`, 200],
        ['"other"', 200],
        [etag.slice(1, -1), 200],
        [new Date(Date.parse(modified) - 1000).toUTCString(), 200],
        ['nonsense', 200],
      ];
      for (const [condition, status] of cases) {
        const response = await get({ Range: 'bytes=0-4', 'If-Range': condition });
        assert.equal(response.status, status, condition);
        assert.equal(text(response), status === 206 ? CONTENT.slice(0, 5) : CONTENT);
      }
      const beyond = await get({ Range: 'bytes=1000-', 'If-Range': '"other"' });
      assert.equal(beyond.status, 200);
    });
  });

  describe('If-None-Match', () => {
    it('answers 304 without a body when one of the ETags is that of the content', async () => {
      const conditions = [etag, `W/${etag}`, '*', ` ${etag} `, `"a", ${etag}`, `W/"a",W/${etag},"b"`];
      const whole = await get({});
      for (const condition of conditions) {
        const response = await get({ 'If-None-Match': condition, Range: 'bytes=0-1' });
        assert.equal(response.status, 304, condition);
        assert.equal(response.headers['etag'], etag);
        assert.equal((response.body as Buffer).length, 0);
        assert.equal(response.headers['content-length'], undefined);
        assert.equal(response.headers['cache-control'], 'private, no-cache', 'RFC 9110 §15.4.5: as 200 would have it');
        for (const header of KEPT) assert.equal(response.headers[header], whole.headers[header]);
      }
    });

    it('answers 200 when none is', async () => {
      for (const condition of ['"other"', etag.slice(1, -1), `"${'0'.repeat(64)}"`, '"a", "b"', '']) {
        assert.equal((await get({ 'If-None-Match': condition })).status, 200, condition);
      }
    });

    it('is asked before the document is missing, not after', async () => {
      expectProblem(
        await request(server.url).get('/documents/doc_000000000000').set('If-None-Match', '*'),
        404,
        'document_not_found',
      );
    });
  });

  it('writes text that is not plain ASCII percent-encoded into headers, and the file name as RFC 8187 asks', async () => {
    const response = await postForm(server, file('x', 'Pläne für „Öl“.md'), field('name', 'Pläne 設計'));
    const { document_id } = response.body as Document;
    const { headers } = await get({}, document_id);
    assert.equal(headers['x-document-name'], encodeURIComponent('Pläne 設計'));
    assert.equal(headers['x-document-filename'], encodeURIComponent('Pläne für „Öl“.md'));
    const disposition = String(headers['content-disposition']);
    assert.match(disposition, /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''/);
    const extended = /filename\*=UTF-8''(\S+)$/.exec(disposition)?.[1] ?? '';
    assert.equal(decodeURIComponent(extended), 'Pläne für „Öl“.md');
  });

  it('lets no name and no file name make a header of its own', async () => {
    const names = ['a"; filename="evil.exe', '%0d%0aSet-Cookie: a=b', 'a; b, c', "UTF-8''x", '\\', 'é"; x="y'];
    for (const name of names) {
      const quoted = name.replace(/["\\]/g, '\\$&');
      const sent = name.includes('\\') ? 'plain' : quoted;
      const response = await postForm(server, file('x', sent), field('name', name));
      assert.equal(response.status, 201, response.text);
      const { headers } = await get({}, (response.body as Document).document_id);
      assert.equal(headers['set-cookie'], undefined);
      const disposition = String(headers['content-disposition']);
      assert.equal(disposition.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/filename=/g)?.length, 1, disposition);
      const shown = String(headers['x-document-name']);
      assert.equal(/^[\x20-\x7e]*$/.test(name) ? shown : decodeURIComponent(shown), name);
    }
  });

  it('gives a page or a drawing as an attachment that no browser runs', async () => {
    const traps: [filename: string, type: string][] = [
      ['page.html', 'text/html'],
      ['drawing.svg', 'image/svg+xml'],
      ['page.xhtml', 'application/xhtml+xml'],
      ['script.js', 'text/javascript'],
    ];
    for (const [filename, type] of traps) {
      const { document_id } = await push(server, '<script>alert(1)</script>', { filename });
      const { headers } = await get({}, document_id);
      assert.equal(headers['content-type'], type);
      assert.match(String(headers['content-disposition']), /^attachment;/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(String(headers['content-security-policy']), /default-src 'none'.*sandbox/);
    }
  });

  it('says nothing of who may embed or read the answer from elsewhere', async () => {
    const { headers } = await get();
    for (const name of ['access-control-allow-origin', 'x-powered-by', 'server'])
      assert.equal(headers[name], undefined);
  });

  it('names the document that is not there', async () => {
    const problem = expectProblem(
      await request(server.url).get('/documents/doc_abcdef012345'),
      404,
      'document_not_found',
    );
    assert.match(problem.detail, /doc_abcdef012345/);
  });
});
