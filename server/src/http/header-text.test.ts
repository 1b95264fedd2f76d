import assert from 'node:assert/strict';
import { validateHeaderValue } from 'node:http';
import { parse } from 'content-disposition';
import fc from 'fast-check';
import { attachment, encodeHeaderText } from './header-text.js';

/** Text as it may stand in a name: any characters, also halves of one. */
const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));

describe('encodeHeaderText', () => {
  for (const [text, encoded] of [
    ['System Architecture', 'System Architecture'],
    ['50% "off"; a=b, c', '50% "off"; a=b, c'],
    ['Größe', 'Gr%C3%B6%C3%9Fe'],
    ['設計 1', '%E8%A8%AD%E8%A8%88%201'],
    ['😀', '%F0%9F%98%80'],
    ['a\r\nSet-Cookie: x', 'a%0D%0ASet-Cookie%3A%20x'],
    ['tab\there', 'tab%09here'],
    ['\ud800', '%EF%BF%BD'],
    ['', ''],
  ] as const) {
    it(`${JSON.stringify(text)} becomes ${encoded}`, () => {
      assert.equal(encodeHeaderText(text), encoded);
    });
  }

  it('makes a header value of any text, and loses nothing that is not plain ASCII', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const encoded = encodeHeaderText(text);
        validateHeaderValue('X-Document-Name', encoded);
        assert.match(encoded, /^[\x20-\x7e]*$/);
        if (encoded !== text) assert.equal(decodeURIComponent(encoded), text.toWellFormed());
      }),
    );
  });
});

describe('attachment', () => {
  for (const [filename, header] of [
    ['architecture.md', 'attachment; filename=architecture.md'],
    ['two words.md', 'attachment; filename="two words.md"'],
    ['a "quoted" name.md', String.raw`attachment; filename="a \"quoted\" name.md"`],
  ] as const) {
    it(`of ${filename}`, () => {
      assert.equal(attachment(filename), header);
    });
  }

  it('of a name that is not plain ASCII carries it as RFC 8187', () => {
    assert.match(attachment('Größe.md'), /filename\*=UTF-8''Gr%C3%B6%C3%9Fe\.md$/i);
  });

  it('of any file name is a header value that gives the name back', () => {
    const fileName = anyText.filter((text) => /^(?!\.{1,2}$)[^/\\\p{Cc}\u2028\u2029]+$/u.test(text));
    fc.assert(
      fc.property(fileName, (filename) => {
        const header = attachment(filename);
        validateHeaderValue('Content-Disposition', header);
        assert.match(header, /^[\x20-\x7e]*$/);
        const { type, parameters } = parse(header);
        assert.deepEqual([type, parameters['filename']], ['attachment', filename.toWellFormed()]);
      }),
      { numRuns: 300 },
    );
  });
});
