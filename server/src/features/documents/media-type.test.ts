import assert from 'node:assert/strict';
import { mediaTypeOf } from './media-type.js';

describe('mediaTypeOf', () => {
  for (const [filename, declared, type] of [
    ['architecture.md', undefined, 'text/markdown'],
    ['ARCHITECTURE.MD', 'text/plain', 'text/markdown'],
    ['data.json', undefined, 'application/json'],
    ['picture.png', 'application/octet-stream', 'image/png'],
    ['archive.tar.gz', undefined, 'application/gzip'],
    ['server.ts', 'video/mp2t', 'text/x-typescript'],
    ['types.d.mts', undefined, 'text/x-typescript'],
    ['main.rs', undefined, 'text/x-rust'],
    ['fix.patch', undefined, 'text/x-diff'],
    ['.gitignore', 'text/plain', 'text/plain'],
    ['Makefile', 'text/x-makefile', 'text/x-makefile'],
    ['Makefile', 'text/plain; charset=utf-8', 'text/plain; charset=utf-8'],
    ['notes.', 'text/plain', 'text/plain'],
    ['notes.unheardof', undefined, 'application/octet-stream'],
    ['Makefile', undefined, 'application/octet-stream'],
    ['Makefile', '', 'application/octet-stream'],
    ['Makefile', 'text', 'application/octet-stream'],
    ['Makefile', 'text/html\r\nSet-Cookie: a=b', 'application/octet-stream'],
    ['Makefile', 'text/ünïcode', 'application/octet-stream'],
    ['Makefile', `text/${'x'.repeat(300)}`, 'application/octet-stream'],
  ] as const) {
    it(`of ${filename}, declared as ${JSON.stringify(declared?.slice(0, 40))}: ${type}`, () => {
      assert.equal(mediaTypeOf(filename, declared), type);
    });
  }
});
