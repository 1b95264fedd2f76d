import assert from 'node:assert/strict';

import { contentHeaders } from '../test/loopback-server.js';
import { attachmentName, contentFacts, headerText, sha256OfDigest } from './download-headers.js';

describe('download headers', () => {
  const headers = contentHeaders(Buffer.from('content'));

  it('give the facts about the content', () => {
    assert.deepEqual(contentFacts(200, new Headers(headers)), {
      version: 1,
      name: 'System Architecture',
      filename: 'architecture.md',
      mimeType: 'text/markdown',
      sizeBytes: 7,
      etag: headers['etag'],
      checksumSha256: headers['etag']?.replaceAll('"', ''),
    });
  });

  it('give the size of the whole for a part, and none when it is not told', () => {
    const part = new Headers({ ...headers, 'content-length': '2', 'content-range': 'bytes 0-1/7' });
    assert.equal(contentFacts(206, part)?.sizeBytes, 7);
    assert.equal(contentFacts(200, new Headers({ ...headers, 'content-encoding': 'gzip' }))?.sizeBytes, undefined);
  });

  it('are none when one is missing', () => {
    for (const name of ['x-document-version', 'x-document-name', 'x-document-filename', 'etag', 'repr-digest']) {
      const without = new Headers(headers);
      without.delete(name);
      assert.equal(contentFacts(200, without), undefined, name);
    }
  });

  it('decode text that had to be encoded, and no other', () => {
    assert.equal(headerText('Gr%C3%B6%C3%9Fe%20100%25'), 'Größe 100%');
    for (const plain of ['System Architecture', '100%', '50%25 off', 'a%20b', 'bad %FF', '%C3']) {
      assert.equal(headerText(plain), plain);
    }
  });

  it('carry the exact file name in the disposition', () => {
    const cases: [string, string | undefined][] = [
      ['attachment; filename="architecture.md"', 'architecture.md'],
      ['attachment; filename=" a \\"b\\" 50%25.md"', ' a "b" 50%25.md'],
      ['attachment; filename="gr?e.md"; filename*=UTF-8\'\'gr%C3%B6%C3%9Fe%20100%25.md', 'größe 100%.md'],
      ["attachment; filename*=UTF-8''caf%25C3%25A9.txt", 'caf%C3%A9.txt'],
      ["attachment; filename*=UTF-8''plain.txt", 'plain.txt'],
      ['attachment; filename=token.txt', 'token.txt'],
      ['attachment', undefined],
      ['', undefined],
    ];
    for (const [header, expected] of cases) assert.equal(attachmentName(header), expected);
    const both = new Headers({ ...headers, 'content-disposition': 'attachment; filename="caf%C3%A9.txt"' });
    assert.equal(contentFacts(200, both)?.filename, 'caf%C3%A9.txt');
  });

  it('find the SHA-256 among digests', () => {
    const base64 = Buffer.alloc(32, 0xab).toString('base64');
    const hex = 'ab'.repeat(32);
    assert.equal(sha256OfDigest(`sha-256=:${base64}:`), hex);
    assert.equal(sha256OfDigest(`sha-512=:AAAA:, sha-256=:${base64}:`), hex);
    for (const none of ['', 'sha-256=:short=:', `md5=:${base64}:`]) assert.equal(sha256OfDigest(none), undefined);
  });
});
