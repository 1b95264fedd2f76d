import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { estimateTokenCount } from 'tokenx';
import { splitLines } from './lines.js';
import { LineMeter, MAX_TOKEN_BYTES } from './tokens.js';

const meter = new LineMeter();

function tokensOf(text: string): number {
  return splitLines(text).reduce((sum, line) => sum + meter.measure(line, 0, line.length).tokens, 0);
}

/** Lines of all kinds of characters, each kind often enough to make runs. */
const line = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.stringMatching(/^[a-z]{0,30}$/),
      fc.stringMatching(/^ {0,40}$/),
      fc.constantFrom('漢字かな交じり文', '한국어', 'größe', 'привет', '😀😀😀', '\t\t', '12345678', '-----', '\r'),
    ),
  )
  .map((parts) => parts.join('').replaceAll('\n', ''));

describe('token estimate', () => {
  it('agrees with the calibrated library within a tenth on prose, code and other scripts', () => {
    const root = new URL('../../../../', import.meta.url);
    const samples = {
      prose: readFileSync(new URL('CONTRIBUTING.md', root), 'utf8') + readFileSync(new URL('README.md', root), 'utf8'),
      code: readFileSync(new URL('server/src/text/tokens.ts', root), 'utf8'),
      yaml: readFileSync(new URL('openapi.yaml', root), 'utf8'),
      german: 'Er lag auf seinem panzerartig harten Rücken und sah, wenn er den Kopf ein wenig hob, den Bauch.\n',
      russian: 'Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n',
      japanese: '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n',
    };
    for (const [name, text] of Object.entries(samples)) {
      const ratio = tokensOf(text) / estimateTokenCount(text);
      assert.ok(ratio > 0.88 && ratio < 1.12, `${name}: ${ratio.toFixed(2)}`);
    }
  });

  it('never shrinks when a line grows, and holds little text in a token', () => {
    fc.assert(
      fc.property(line, fc.boolean(), (text, ended) => {
        const whole = ended ? `${text}\n` : text;
        let before = 0;
        for (let end = 0; end <= whole.length; end++) {
          const { tokens } = meter.measure(whole, 0, end);
          assert.ok(tokens >= before, `${end}: ${tokens} < ${before}`);
          before = tokens;
        }
        assert.ok(Buffer.byteLength(whole) <= MAX_TOKEN_BYTES * before);
      }),
      { numRuns: 500 },
    );
  });

  it('ends where the budget does, at a character, with what was spent so far', () => {
    fc.assert(
      fc.property(line, fc.constantFrom('', '\n', '\r\n'), fc.nat(60), (start, lineEnd, budget) => {
        const text = start + lineEnd;
        const { tokens, end } = meter.measure(text, 0, text.length, budget);
        assert.ok(tokens <= budget);
        assert.equal(meter.measure(text, 0, end).tokens, tokens);
        if (end === text.length) return;
        assert.ok(text.slice(end).isWellFormed(), 'cut inside a character');
        const next = end + (/^(?:\r\n|[^])/u.exec(text.slice(end))?.[0].length ?? 0);
        assert.ok(meter.measure(text, 0, next).tokens > budget, 'one more would have fitted');
      }),
      { numRuns: 500 },
    );
  });

  it('counts CRLF like LF', () => {
    for (const text of ['word\n', 'mark.\n', '\n', '  \n']) {
      assert.equal(tokensOf(text.replace('\n', '\r\n')), tokensOf(text), JSON.stringify(text));
    }
  });

  it('takes time in proportion to the text, on one long line too', () => {
    const started = performance.now();
    assert.ok(meter.measure('a1 '.repeat(3_000_000), 0, 9_000_000).tokens > 3_000_000);
    assert.ok(performance.now() - started < 3_000);
  });
});
