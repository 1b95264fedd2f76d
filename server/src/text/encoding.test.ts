import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeRange, decodeText, encodeText, wholeCharacters } from './encoding.js';
import { hasCode } from './testing/problems.js';
import { arbitraryText, encoded, utf8 } from './testing/arbitrary-text.js';
import { firstOutsideWindows1252 } from '../kernel/windows-1252.js';

function decode(...bytes: number[]) {
  return decodeText(Uint8Array.from(bytes), 'The content');
}

describe('text encodings', () => {
  it('reads UTF-8, with and without a byte order mark, and the empty text', () => {
    assert.deepEqual(decodeText(utf8('ä\n'), 'It'), { text: 'ä\n', encoding: 'utf-8', bom: false });
    assert.deepEqual(decode(0xef, 0xbb, 0xbf, 0x61), { text: 'a', encoding: 'utf-8', bom: true });
    assert.deepEqual(decode(), { text: '', encoding: 'utf-8', bom: false });
    assert.deepEqual(decode(0x01, 0x7f), { text: '\u0001\u007f', encoding: 'utf-8', bom: false });
  });

  it('reads UTF-16 by its byte order mark', () => {
    assert.deepEqual(decode(0xff, 0xfe, 0x61, 0, 0x0a, 0), { text: 'a\n', encoding: 'utf-16le', bom: true });
    assert.deepEqual(decode(0xfe, 0xff, 0, 0x61, 0xd8, 0x3d, 0xde, 0), {
      text: 'a😀',
      encoding: 'utf-16be',
      bom: true,
    });
    assert.deepEqual(decode(0xff, 0xfe), { text: '', encoding: 'utf-16le', bom: true });
  });

  it('reads what is neither as windows-1252, all of its bytes', () => {
    assert.deepEqual(decode(0x93, 0xe9, 0x80, 0x81, 0x94), {
      text: '“é€\u0081”',
      encoding: 'windows-1252',
      bom: false,
    });
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte).filter(
      (byte) => byte > 31 || [9, 10, 12, 13, 27].includes(byte),
    );
    const text = decodeText(all, 'It');
    assert.equal(new Set(text.text).size, all.length);
    assert.deepEqual(Uint8Array.from(encoded(text)), all);
  });

  it('refuses what is binary, and says why', () => {
    for (const [bytes, reason] of [
      [[0x61, 0x00], /NUL bytes/],
      [[0xff, 0x01], /control characters/],
      [[0xff, 0xfe, 0x61], /UTF-16 is broken/],
      [[0xff, 0xfe, 0x00, 0xd8], /UTF-16 is broken/],
      [[0xff, 0xfe, 0x00, 0x00, 0x61, 0x00, 0x00, 0x00], /NUL characters/],
    ] as const) {
      assert.throws(() => decode(...bytes), hasCode('not_text', reason));
    }
    assert.throws(
      () => decodeText(Uint8Array.of(0), 'Version 3'),
      hasCode('not_text', /^Version 3 is binary: .*pull it/),
    );
  });

  it('gives random bytes back, or refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        let text;
        try {
          text = decodeText(bytes, 'It');
        } catch (error) {
          hasCode('not_text')(error);
          return;
        }
        assert.deepEqual(Uint8Array.from(encoded(text)), bytes);
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives texts back, in memory of their own', () => {
    fc.assert(
      fc.property(arbitraryText(), (text) => {
        const bytes = encoded(text);
        assert.equal(bytes.byteLength, bytes.buffer.byteLength);
        assert.deepEqual(decodeText(bytes, 'It'), text);
      }),
    );
  });

  it('names what windows-1252 cannot hold', () => {
    assert.equal(encodeText({ text: 'a漢', encoding: 'windows-1252', bom: false }), undefined);
    assert.equal(firstOutsideWindows1252('€ “quotes” é 😀 漢'), '😀');
    assert.equal(firstOutsideWindows1252('\u0080'), '\u0080');
    assert.equal(firstOutsideWindows1252('plain €'), undefined);
  });

  it('knows where the last whole character ends', () => {
    fc.assert(
      fc.property(arbitraryText(20), fc.nat(200), (text, cut) => {
        const bytes = encoded(text).subarray(text.bom ? (text.encoding === 'utf-8' ? 3 : 2) : 0);
        const piece = bytes.subarray(0, cut);
        let expected = 0;
        for (const character of text.text) {
          const size =
            encoded({ ...text, text: character, bom: false }).length - (text.encoding.startsWith('utf-16') ? 2 : 0);
          if (expected + size > piece.length) break;
          expected += size;
        }
        assert.equal(wholeCharacters(piece, text.encoding), expected);
        assert.ok(text.text.startsWith(decodeRange(piece.subarray(0, expected), text.encoding)));
      }),
    );
  });
});
