import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mergeTexts } from './merge.js';
import type { Merge } from './sides.js';
import { arbitraryText, encoded, utf8 } from './testing/arbitrary-text.js';

function merge(base: Uint8Array, current: Uint8Array, yours: Uint8Array, timeoutMs = 10_000): Merge {
  return mergeTexts({ base, current, yours }, timeoutMs);
}

/** The text of a merge that must be clean, or what hindered it. */
function merged(base: string, current: string, yours: string): string {
  const result = merge(utf8(base), utf8(current), utf8(yours));
  return 'merged' in result ? Buffer.from(result.merged).toString() : JSON.stringify(result);
}

function conflictsOf(base: string, current: string, yours: string) {
  const result = merge(utf8(base), utf8(current), utf8(yours));
  assert.ok('conflicts' in result, JSON.stringify(result));
  return result;
}

const base = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';

describe('three-way merge', () => {
  it('keeps what either side changed', () => {
    assert.equal(
      merged(base, base.replace('two', 'TWO'), `zero\n${base.replace('five\n', '').replace('seven', 'seven\neight')}`),
      'zero\none\nTWO\nthree\nfour\nsix\nseven\neight\n',
    );
  });

  it('takes what both sides changed in the same way once', () => {
    const both = base.replace('four', 'FOUR');
    assert.equal(merged(base, both, both.replace('one', 'ONE')), both.replace('one', 'ONE'));
    assert.equal(merged(base, both.replace('seven', 'x'), both), both.replace('seven', 'x'));
  });

  it('tells the lines of a conflict, with their numbers on each side', () => {
    const { conflicts, conflict_count } = conflictsOf(
      base,
      `zero\n${base.replace('four\n', 'vier\nextra\n')}`,
      base.replace('four\n', '').replace('seven', 'sept'),
    );
    assert.equal(conflict_count, 1);
    assert.deepEqual(conflicts, [
      {
        base: { start_line: 4, line_count: 1, lines: ['four'] },
        current: { start_line: 5, line_count: 2, lines: ['vier', 'extra'] },
        yours: { start_line: 4, line_count: 0, lines: [] },
      },
    ]);
  });

  it('is a conflict when both change neighbouring lines or add at the same place', () => {
    assert.equal(conflictsOf(base, base.replace('two', 'TWO'), base.replace('three', 'THREE')).conflict_count, 1);
    assert.equal(conflictsOf(base, `${base}mine\n`, `${base}theirs\n`).conflict_count, 1);
    assert.equal(conflictsOf('', 'a\n', 'b\n').conflict_count, 1);
  });

  it('lists no more conflicts, lines and characters than an answer should hold', () => {
    const many = Array.from({ length: 100 }, (_, at) => `${at}\nkept ${at}\n`);
    const side = (name: string) => many.map((pair) => `${name} ${pair}`).join('');
    const several = conflictsOf(many.join(''), side('a'), side('b'));
    assert.deepEqual([several.conflict_count, several.conflicts.length], [100, 20]);
    const long = (name: string) => `${`${name}${'😀'.repeat(1500)}\n`.repeat(300)}`;
    const first = conflictsOf('', long('a'), long('bc')).conflicts[0];
    assert.ok(first);
    assert.equal(first.current.line_count, 300);
    assert.equal(first.current.lines.length, 5);
    assert.equal(first.current.lines[0], `a${'😀'.repeat(999)}`);
    assert.equal(first.yours.lines[0], `bc${'😀'.repeat(999)}`);
    const short = conflictsOf('', 'a\n'.repeat(300), 'b\n'.repeat(300)).conflicts[0];
    assert.deepEqual([short?.current.line_count, short?.current.lines.length], [300, 100]);
  });

  it('merges line ends like anything else when they are uniform: who changed them wins', () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    const mine = base.replace('two', 'TWO');
    const yours = base.replace('six', 'SIX');
    const both = mine.replace('six', 'SIX');
    assert.equal(merged(base, crlf(mine), yours), crlf(both));
    assert.equal(merged(base, mine, crlf(yours)), crlf(both));
    assert.equal(merged(crlf(base), mine, crlf(yours)), both);
    assert.equal(merged(crlf(base), crlf(mine), crlf(yours)), crlf(both));
    assert.equal(merged(base, crlf(mine), crlf(yours)), crlf(both));
    assert.equal(merged('a', 'a\r\nb\r\n', 'a'), 'a\r\nb\r\n');
  });

  it('takes mixed line ends as part of the lines', () => {
    const mixed = 'one\r\ntwo\nthree\r\nfour\nfive\n';
    assert.equal(
      merged(mixed, mixed.replace('two', 'TWO'), mixed.replace('five', 'FIVE')),
      'one\r\nTWO\nthree\r\nfour\nFIVE\n',
    );
    assert.equal(conflictsOf(mixed, mixed.replaceAll('\r', ''), mixed.replace('one', 'ONE')).conflict_count, 1);
  });

  it('keeps a missing final line end missing, and one that was added', () => {
    assert.equal(merged('a\nb\nc', 'A\nb\nc', 'a\nb\nc\n'), 'A\nb\nc\n');
    assert.equal(merged('a\nb\nc\n', 'A\nb\nc\n', 'a\nb\nc'), 'A\nb\nc');
    assert.equal(merged('a\nb\nc', 'a\nb\nC', 'x\nb\nc'), 'x\nb\nC');
  });

  it('merges the byte order mark like anything else', () => {
    assert.equal(merged('\ufeffa\nb\nc\n', '\ufeffA\nb\nc\n', 'a\nb\nC\n'), 'A\nb\nC\n');
    assert.equal(merged('a\nb\nc\n', '\ufeffA\nb\nc\n', 'a\nb\nC\n'), '\ufeffA\nb\nC\n');
    assert.equal(merged('\ufeffa\nb\nc\n', '\ufeffA\nb\nc\n', '\ufeffa\nb\nC\n'), '\ufeffA\nb\nC\n');
  });

  it('merges sides of one encoding, ASCII goes with any', () => {
    for (const encoding of ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const) {
      const encode = (text: string) => encoded({ text, encoding, bom: encoding.startsWith('utf-16') });
      const result = merge(utf8('a\nb\nc\n'), encode('é\nb\nc\n'), utf8('a\nb\nC\n'));
      assert.ok('merged' in result);
      assert.deepEqual(Buffer.from(result.merged), Buffer.from(encode('é\nb\nC\n')), encoding);
    }
  });

  it('says why it cannot be', () => {
    const latin = encoded({ text: 'é\nb\n', encoding: 'windows-1252', bom: false });
    const reasons = (result: Merge) => ('unmergeable' in result ? result.unmergeable : JSON.stringify(result));
    assert.equal(
      reasons(merge(utf8('é\n'), utf8('é\nb\n'), latin)),
      'the sides are in different encodings (current: utf-8, yours: windows-1252)',
    );
    assert.equal(
      reasons(merge(utf8('a'), Uint8Array.of(0), utf8('b'))),
      'the current version is binary: it has NUL bytes',
    );
    assert.match(reasons(merge(Uint8Array.of(0), utf8('a'), utf8('b'))), /^the version it is based on is binary/);
    assert.match(reasons(merge(utf8('a'), utf8('b'), Uint8Array.of(255, 254, 1))), /^the new content is binary/);
    const lines = (mark: string) => utf8(`${mark}\n`.repeat(600_000));
    assert.equal(reasons(merge(lines('a'), lines('b'), lines('c'))), 'the texts are too large');
  });

  it('is given up in time when the sides are too different', () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) % 40;
    const noise = () => utf8(Array.from({ length: 60_000 }, () => `${random()}\n`).join(''));
    const started = performance.now();
    assert.deepEqual(merge(noise(), noise(), noise(), 400), { unmergeable: 'the texts are too different' });
    assert.ok(performance.now() - started < 3_000);
  });

  it('is quick for small changes all over a large text', () => {
    const lines = Array.from({ length: 30_000 }, (_, at) =>
      at % 3 === 0 ? '\n' : `a line of an ordinary length: ${at}\n`,
    );
    const change = (offset: number, name: string) =>
      lines.map((line, at) => (at % 601 === offset ? `${name} ${at}\n` : line)).join('');
    const started = performance.now();
    const result = merged(lines.join(''), change(100, 'current'), change(400, 'yours'));
    assert.equal(
      result,
      lines
        .map((line, at) => (at % 601 === 100 ? `current ${at}\n` : at % 601 === 400 ? `yours ${at}\n` : line))
        .join(''),
    );
    assert.ok(performance.now() - started < 3_000, `${performance.now() - started} ms`);
  });

  it('gives the other side when one has not changed, byte for byte', () => {
    fc.assert(
      fc.property(arbitraryText(), arbitraryText(), (one, two) => {
        const [before, after] = [encoded(one), encoded(two)];
        for (const result of [
          merge(before, before, after),
          merge(before, after, before),
          merge(before, after, after),
        ]) {
          assert.ok('merged' in result && Buffer.compare(result.merged, after) === 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('contains all edits that do not touch each other, and nothing else', () => {
    const edit = fc.record({
      at: fc.nat(99),
      yours: fc.boolean(),
      text: fc.constantFrom('', 'new\n', '\n', 'new\nlines\n', 'tail\r\n'),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 30 }), fc.constantFrom('\n', ''), (edits, last) => {
        const lines = Array.from({ length: 100 }, (_, at) => `${at % 4 === 0 ? '' : `line ${at}`}\n`);
        // Every third place, so that an untouched line of its own stands between any two of them.
        const chosen = new Map(edits.map(({ at, ...rest }) => [3 * Math.floor(at / 3) + 1, rest]));
        const apply = (who: (yours: boolean) => boolean) =>
          lines
            .map((line, at) => {
              const change = chosen.get(at);
              return change !== undefined && who(change.yours) ? change.text : line;
            })
            .join('') + `end${last}`;
        assert.equal(
          merged(
            apply(() => false),
            apply((yours) => !yours),
            apply((yours) => yours),
          ),
          apply(() => true),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('comes to the same result whichever side is which', () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd\r\n'), { maxLength: 25 })
      .map((lines) => lines.join(''));
    fc.assert(
      fc.property(text, text, text, (one, two, three) => {
        const [left, right] = [merge(utf8(one), utf8(two), utf8(three)), merge(utf8(one), utf8(three), utf8(two))];
        assert.equal('merged' in left, 'merged' in right);
        if ('merged' in left && 'merged' in right) assert.deepEqual(left.merged, right.merged);
      }),
      { numRuns: 1_000 },
    );
  });
});
