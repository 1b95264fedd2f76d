import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeRange } from './encoding.js';
import { splitLines } from './lines.js';
import { cutPart, type CutPart } from './part.js';
import { locate, MAX_PART_BYTES, type Selection } from './selection.js';
import { arbitraryText, encoded, utf8 } from './testing/arbitrary-text.js';
import { hasCode, problemOf } from './testing/problems.js';
import { CHECKPOINT_BYTES } from './text-index.js';
import { indexText } from './index-text.js';
import { LineMeter } from './tokens.js';

/** Reads a part as a caller does: only the located range is there. */
function read(content: Uint8Array, selection: Selection): CutPart {
  const index = indexText(content);
  const located = locate(index, selection);
  const { range } = located;
  assert.ok(range === undefined || range.end < content.length);
  return cutPart(index, located, range === undefined ? new Uint8Array() : content.slice(range.start, range.end + 1));
}

function tokensOf(text: string): number {
  const meter = new LineMeter();
  return splitLines(text).reduce((sum, line) => sum + meter.measure(line, 0, line.length).tokens, 0);
}

const numbered = Array.from({ length: 20_000 }, (_, at) => `line ${at + 1}: ${'x'.repeat(at % 90)}\n`);

describe('a part of a text', () => {
  it('is the lines that were asked for, with exact totals', () => {
    const content = utf8(numbered.join(''));
    for (const [lines, first, last] of [
      ['1', 1, 1],
      ['40-120', 40, 120],
      ['7000-7010', 7000, 7010],
      ['19990-', 19_990, 20_000],
      ['19990-30000', 19_990, 20_000],
      ['-20', 19_981, 20_000],
    ] as const) {
      const part = read(content, { lines });
      const before = numbered.slice(0, first - 1).join('');
      assert.equal(part.text, numbered.slice(first - 1, last).join(''), lines);
      assert.deepEqual([part.start_line, part.end_line, part.total_lines], [first, last, 20_000]);
      assert.deepEqual([part.offset_bytes, part.length_bytes], [before.length, part.text.length]);
      assert.deepEqual([part.total_bytes, part.total_tokens], [content.length, tokensOf(numbered.join(''))]);
      assert.equal(part.tokens, tokensOf(part.text));
      assert.deepEqual([part.truncated, part.cut_short], [true, false]);
      assert.match(part.statement, /of 20000, .* the text has more\.$/);
    }
  });

  it('is the whole text when nothing is asked for, or all of it', () => {
    for (const selection of [{}, { lines: '1-' }, { lines: '1-4' }, { lines: '-9999999999' }]) {
      const part = read(utf8('\ufeffone\r\ntwo\n\nlast'), { ...selection, max_tokens: 1000 });
      assert.equal(part.text, 'one\r\ntwo\n\nlast');
      assert.deepEqual([part.offset_bytes, part.length_bytes, part.total_bytes], [3, 14, 17]);
      assert.equal(part.truncated, false);
      assert.equal(part.statement, 'This is the whole text: 4 lines, 17 bytes.');
    }
  });

  it('of an empty text is empty', () => {
    for (const text of ['', '\ufeff']) {
      const part = read(utf8(text), { lines: '-20', max_tokens: 1 });
      assert.deepEqual([part.text, part.start_line, part.end_line, part.total_lines], ['', 1, 0, 0]);
      assert.deepEqual([part.truncated, part.cut_short, part.tokens], [false, false, 0]);
    }
  });

  it('is a section, with its heading, up to the next one of its level', () => {
    const text = '# Doc\nintro\n\n## Decisions\n\nRetries are capped.\n\n### Detail\n\n## Next\n';
    const part = read(utf8(text), { section: 'decisions' });
    assert.equal(part.text, '## Decisions\n\nRetries are capped.\n\n### Detail\n\n');
    assert.deepEqual([part.start_line, part.end_line], [4, 9]);
    assert.equal(part.statement, 'Lines 4 to 9 of 10 (section "Decisions"), 47 of 68 bytes; the text has more.');
    assert.equal(read(utf8(text), { section: '#detail' }).text, '### Detail\n\n');
    assert.equal(read(utf8(text), { section: 'Next' }).end_line, 10);
  });

  it('is refused when there is no such line, with the total', () => {
    const problem = problemOf(() => read(utf8('a\nb\n'), { lines: '3' }));
    hasCode('range_not_satisfiable', /The text has 2 lines; there is no line 3/)(problem);
    assert.deepEqual(problem.headers, { 'Content-Range': 'lines */2' });
    assert.throws(() => read(utf8(''), { lines: '1-' }), hasCode('range_not_satisfiable', /0 lines/));
    assert.throws(() => read(utf8('a\nb\n'), { lines: '2-1' }), hasCode('validation_failed', /query.lines/));
    assert.throws(() => read(utf8('a\n'), { lines: '1', section: 'a' }), hasCode('validation_failed', /query.section/));
  });

  it('ends at the last line that fits into the budget, and says how to read on', () => {
    const content = utf8(numbered.join(''));
    const part = read(content, { lines: '100-5000', max_tokens: 2000 });
    assert.ok(part.tokens <= 2000 && part.tokens > 1900);
    assert.equal(part.text, numbered.slice(99, part.end_line).join(''));
    assert.ok(part.tokens + tokensOf(numbered[part.end_line] ?? '') > 2000);
    assert.equal(part.cut_short, true);
    assert.match(part.statement, new RegExp(`into max_tokens. Read on with lines=${part.end_line + 1}-5000\\.$`));
    assert.match(read(content, { max_tokens: 2000 }).statement, /Read on with lines=\d+-\.$/);
  });

  it('reads no more of the content than the budget needs', () => {
    const index = indexText(utf8(numbered.join('')));
    const { range } = locate(index, { lines: '9000-', max_tokens: 1000 });
    assert.ok(range !== undefined && range.end - range.start < 2 * CHECKPOINT_BYTES + 32_000);
    const all = locate(index, { lines: '9000-' }).range;
    assert.ok(all !== undefined && all.end - all.start < MAX_PART_BYTES + 2 * CHECKPOINT_BYTES);
  });

  it('ends inside its first line when not even that fits, and says where the rest is', () => {
    const line = 'päragraph 漢 😀 '.repeat(200_000);
    const content = utf8(`# One\n${line}\nend\n`);
    for (const max_tokens of [undefined, 1, 777]) {
      const part = read(content, { lines: '2-', max_tokens });
      assert.ok(line.startsWith(part.text));
      assert.ok(part.text.isWellFormed());
      assert.ok(max_tokens === undefined || part.tokens <= max_tokens);
      assert.ok(part.text.length > 0 && part.length_bytes <= MAX_PART_BYTES);
      assert.deepEqual([part.start_line, part.end_line, part.truncated, part.cut_short], [2, 2, true, true]);
      const rest = content.slice(part.offset_bytes + part.length_bytes);
      assert.equal(part.text + decodeRange(rest, 'utf-8'), `${line}\nend\n`);
      assert.match(part.statement, new RegExp(`byte range ${part.offset_bytes + part.length_bytes}-\\.$`));
    }
    const none = read(utf8('😀😀\n'), { max_tokens: 1 });
    assert.deepEqual([none.text, none.start_line, none.end_line, none.cut_short], ['', 1, 0, true]);
    assert.match(none.statement, /^Nothing of line 1 of 1 fits into max_tokens/);
  });

  it('holds 1 MiB of UTF-8 in every encoding', () => {
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const) {
      const text = 'é€ and more of it\n'.repeat(150_000);
      const content = encoded({ text, encoding, bom: encoding !== 'windows-1252' });
      const part = read(content, {});
      const size = Buffer.byteLength(part.text);
      assert.ok(size <= MAX_PART_BYTES && size > MAX_PART_BYTES - 22, `${encoding}: ${size}`);
      assert.match(part.statement, /no more fits into one answer. Read on with lines=\d+-\.$/);
      const next = read(content, { lines: `${part.end_line + 1}-` });
      assert.equal(next.offset_bytes, part.offset_bytes + part.length_bytes);
      assert.equal(part.text + next.text, text.slice(0, part.text.length + next.text.length));
    }
  });

  it('follows part on part until the whole text was read, whatever the text, its encoding and the budget', () => {
    fc.assert(
      fc.property(arbitraryText(3_000), fc.integer({ min: 1, max: 400 }), (text, max_tokens) => {
        const content = encoded(text);
        const index = indexText(content);
        const lines = splitLines(text.text);
        assert.equal(index.total_lines, lines.length);
        let line = 1;
        let offset = index.bom_bytes;
        let tokens = 0;
        while (line <= lines.length) {
          const part = read(content, { lines: `${line}-`, max_tokens });
          const whole = lines.slice(line - 1, part.end_line).join('');
          assert.deepEqual([part.start_line, part.offset_bytes], [line, offset]);
          assert.ok(part.tokens <= max_tokens);
          assert.equal(part.tokens, tokensOf(part.text));
          assert.deepEqual(content.slice(offset, offset + part.length_bytes), bytesOf(text, part.text));
          assert.equal(part.cut_short, part.text !== lines.slice(line - 1).join(''));
          assert.equal(part.truncated, part.text !== text.text);
          if (part.text !== whole) {
            // Not even one line fits: the rest of it comes by bytes.
            assert.ok(part.end_line <= line && whole.startsWith(part.text));
            assert.ok(tokensOf(lines[line - 1] ?? '') > max_tokens);
          }
          offset += bytesOf(text, lines.slice(line - 1, Math.max(part.end_line, line)).join('')).length;
          tokens += tokensOf(lines.slice(line - 1, Math.max(part.end_line, line)).join(''));
          line = Math.max(part.end_line, line) + 1;
        }
        assert.deepEqual([offset, tokens], [index.total_bytes, index.total_tokens]);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same as a slice of the lines, for any range', () => {
    fc.assert(
      fc.property(arbitraryText(3_000), fc.integer({ min: 1, max: 3_000 }), fc.nat(3_000), (text, from, more) => {
        const lines = splitLines(text.text);
        const content = encoded(text);
        if (from > lines.length) {
          assert.throws(() => read(content, { lines: `${from}-${from + more}` }), hasCode('range_not_satisfiable'));
          return;
        }
        const part = read(content, { lines: `${from}-${from + more}` });
        assert.equal(part.text, lines.slice(from - 1, from + more).join(''));
        assert.equal(part.end_line, Math.min(lines.length, from + more));
      }),
      { numRuns: 100 },
    );
  });

  it('takes the event loop a few milliseconds at the most', () => {
    const contents = {
      lines: utf8(numbered.join('').repeat(3)),
      'one line': utf8('words and 123 things, '.repeat(200_000)),
      'empty lines': utf8('\n'.repeat(4_000_000)),
      'other scripts': utf8('漢字 и кириллица\n'.repeat(200_000)),
    };
    for (const [name, content] of Object.entries(contents)) {
      const index = indexText(content);
      const times = Array.from({ length: 7 }, () => {
        const located = locate(index, {});
        const bytes = content.slice(0, (located.range?.end ?? 0) + 1);
        const started = performance.now();
        assert.ok(cutPart(index, located, bytes).length_bytes > 1_000_000);
        return performance.now() - started;
      });
      const middle = times.sort((one, two) => one - two)[3] ?? Infinity;
      assert.ok(middle < 40, `${name}: ${middle.toFixed(1)} ms`);
    }
  });
});

function bytesOf(text: { encoding: Parameters<typeof encoded>[0]['encoding'] }, part: string): Uint8Array {
  const mark = text.encoding.startsWith('utf-16') ? 2 : 0;
  return encoded({ text: part, encoding: text.encoding, bom: mark > 0 }).slice(mark);
}
