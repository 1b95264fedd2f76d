import assert from 'node:assert/strict';

import { bodyAfter } from './answer-body.js';

describe('the body of an answer', () => {
  /** Gives the bytes in pieces of a size; what was read of them, and how many pieces it took. */
  const read = (status: number, head: string, wire: string, pieceBytes: number) => {
    const body = bodyAfter(status, head);
    assert.ok(body);
    const bytes = Buffer.from(wire);
    let content = '';
    let ended = body.take(Buffer.alloc(0), () => undefined);
    let at = 0;
    for (; at < bytes.length; at += pieceBytes) {
      assert.ok(!ended, 'ended before the last piece');
      ended = body.take(bytes.subarray(at, at + pieceBytes), (piece) => (content += piece.toString()));
    }
    return { content, ended };
  };
  const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked';
  const IN_CHUNKS = '5\r\nhello\r\n00A\r\n, \r\n world\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n';

  for (const pieceBytes of [1, 2, 3, 7, 1000]) {
    it(`is read to its end in pieces of ${pieceBytes}`, () => {
      const chunked = read(200, CHUNKED, IN_CHUNKS, pieceBytes);
      assert.deepEqual(chunked, { content: 'hello, \r\n world!', ended: true });
      const sized = read(200, 'HTTP/1.1 200 OK\r\nContent-Length: 5', 'hello', pieceBytes);
      assert.deepEqual(sized, { content: 'hello', ended: true });
    });
  }

  it('has not ended before the line behind the last chunk', () => {
    const cut = IN_CHUNKS.slice(0, -1);
    assert.equal(read(200, CHUNKED, cut, 5).ended, false);
  });

  it('is none by the status or by its length, and unknown without any word of it', () => {
    assert.equal(read(204, 'HTTP/1.1 204 No Content', '', 1).ended, true);
    assert.equal(read(201, 'HTTP/1.1 201 Created\r\nContent-Length: 0', '', 1).ended, true);
    assert.equal(bodyAfter(200, 'HTTP/1.1 200 OK'), undefined);
  });

  it('fails on what is no chunk, on chunks longer than said, and on bytes behind the end', () => {
    assert.throws(() => read(200, CHUNKED, 'hello\r\n', 100), /not the size of a chunk: hello/);
    assert.throws(() => read(200, CHUNKED, '1\r\nhello\r\n', 100), /longer than its size/);
    assert.throws(() => read(200, CHUNKED, '0\r\n\r\nmore\r\n', 100), /behind the last chunk/);
    assert.throws(() => read(200, CHUNKED, 'f'.repeat(2000), 100), /not a chunk/);
    assert.throws(() => read(204, 'HTTP/1.1 204 No Content', 'more', 100), /ended before|more bytes/);
  });
});
