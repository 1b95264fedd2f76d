import assert from 'node:assert/strict';
import fc from 'fast-check';
import { visitWords } from './words.js';

/** The words of a text, each with its link unless it stands apart. */
function wordsOf(text: string): string {
  const words: string[] = [];
  visitWords(text, ({ text: word }, _start, _end, link) => {
    words.push(link === 'apart' ? word : `${word}~${link}`);
  });
  return words.join(' ');
}

const CUTS: readonly (readonly [text: string, words: string])[] = [
  ['', ''],
  ['Plain words, here.', 'plain words here'],
  ['parseConfig', 'parse config~part'],
  ['HTTPServer', 'http server~part'],
  ['parse_config parse-config', 'parse config~part parse config~part'],
  ['--dry-run', 'dry run~part'],
  ['ERR_TIMEOUT', 'err timeout~part'],
  ['v1.2.3', 'v1 2 3'],
  ['src/http/router.ts', 'src http router ts'],
  ["it's don't we’ll", 'it don we'],
  ['C++ and C#', 'cplusplus and csharp'],
  ['utf-8 sha256', 'utf 8~part sha256'],
  ['x.__proto__', 'x proto'],
  ['Ärger naïve Straße ＦＵＬＬ', 'arger naive strasse full'],
  ['東京都', '東京 京都~pair 都~tail'],
  ['京', '京'],
  ['go 🚀 now', 'go 🚀 now'],
  ['a\0b', 'a b'],
];

describe('the words of a text', () => {
  for (const [text, words] of CUTS) {
    it(`are cut: ${JSON.stringify(text)}`, () => {
      assert.equal(wordsOf(text), words);
    });
  }

  it('stand where they say, in order, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        let last = -1;
        visitWords(text, ({ text: word, term }, start, end) => {
          assert.ok(!/\s/.test(word) && !/[\s"]/.test(term) && word.length <= 200);
          assert.ok(start >= last && end > start && end <= text.length);
          last = start;
        });
      }),
      { numRuns: 500 },
    );
  });

  it('are cut in time that grows with the text, whatever stands in it', () => {
    const started = performance.now();
    for (const unit of ['a', 'a_', 'aA', "'", '漢', '🚀', '- ', 'A', '\ud800', 'x1']) {
      let count = 0;
      visitWords(unit.repeat(Math.ceil(500_000 / unit.length)), () => (count += 1));
      assert.ok(count >= 0);
    }
    assert.ok(performance.now() - started < 5000, `${performance.now() - started} ms`);
  });
});
