import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import type { DiffHunk } from '../kernel/contract.js';
import { diffTexts, type DiffJob, type Side } from './diff.js';
import { encoded, utf8 } from './testing/arbitrary-text.js';
import { hasCode } from './testing/problems.js';

function side(content: string | Uint8Array, version: number): Side {
  return { content: typeof content === 'string' ? utf8(content) : content, filename: 'notes.md', version };
}

function diff(
  before: string | Uint8Array,
  after: string | Uint8Array,
  more: Partial<DiffJob> = {},
  timeoutMs = 10_000,
) {
  const job = { from: side(before, 1), to: side(after, 2), context: 3, form: 'patch', ...more } as const;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(diffTexts(job, timeoutMs));
}

function hunks(before: string, after: string, context = 3): DiffHunk[] {
  return JSON.parse(diff(before, after, { form: 'hunks', context })) as DiffHunk[];
}

/** Texts of few different lines, so that there is much in common and much that moved. */
const lines = fc
  .tuple(
    fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd\r\n', 'e e\n', '\r\n', '-\n', '+x\n', '漢\n'), {
      maxLength: 60,
    }),
    fc.constantFrom('', 'end', 'end\r', 'a'),
  )
  .map(([all, last]) => all.join('') + last);

describe('the difference of two texts', () => {
  it('is a unified diff with the versions in its header', () => {
    const before = Array.from({ length: 20 }, (_, at) => `line ${at + 1}\n`).join('');
    const after = before
      .replace('line 2\n', 'line two\n')
      .replace('line 18\n', '')
      .replace('line 19\n', 'line 19\nmore\n');
    assert.equal(
      diff(before, after, { context: 1 }),
      [
        '--- notes.md\tversion 1\n+++ notes.md\tversion 2\n',
        '@@ -1,3 +1,3 @@\n line 1\n-line 2\n+line two\n line 3\n',
        '@@ -17,4 +17,4 @@\n line 17\n-line 18\n line 19\n+more\n line 20\n',
      ].join(''),
    );
    assert.equal(diff(before, before), '');
  });

  it('says where a line has no end', () => {
    assert.match(diff('a\nb', 'a\nb\n'), /-b\n\\ No newline at end of file\n\+b\n$/);
    assert.match(diff('a\nb', 'x\nb'), / b\n\\ No newline at end of file\n$/);
  });

  it('is as hunks what the contract says', () => {
    assert.deepEqual(hunks('a\nb\nc\n', 'a\nB\nc'), [
      {
        old_start: 1,
        old_lines: 3,
        new_start: 1,
        new_lines: 3,
        lines: [' a', '-b', '-c', '+B', '+c', '\\ No newline at end of file'],
      },
    ]);
    assert.deepEqual(hunks('', 'a\n'), [{ old_start: 0, old_lines: 0, new_start: 1, new_lines: 1, lines: ['+a'] }]);
    assert.deepEqual(hunks('a\nb\n', 'a\nx\nb\n', 0), [
      { old_start: 1, old_lines: 0, new_start: 2, new_lines: 1, lines: ['+x'] },
    ]);
    assert.deepEqual(hunks('a\n', 'a\n'), []);
  });

  it('applies: for any two texts, the library makes the new one of the old one', () => {
    fc.assert(
      fc.property(lines, lines, fc.nat(5), (before, after, context) => {
        const patch = diff(before, after, { context });
        if (before === after) assert.equal(patch, '');
        else assert.equal(applyPatch(before, patch, { autoConvertLineEndings: false }), after);
      }),
      { numRuns: 1_000 },
    );
  });

  it('applies: patch makes the new file of the old one, byte for byte', function () {
    if (spawnSync('patch', ['--version']).status !== 0) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'document-diff-'));
    const file = join(folder, 'file');
    try {
      const check = (before: string, after: string, context: number) => {
        if (before === after) return;
        writeFileSync(file, before);
        const input = diff(before, after, { context });
        const { status, stdout } = spawnSync('patch', ['--binary', '-s', '-F0', file], { input, cwd: folder });
        assert.equal(status, 0, `${stdout.toString()}\n${input}`);
        assert.equal(readFileSync(file, 'utf8'), after);
      };
      check('\ufeffa\r\nb\r\nlast', '\ufeffa\r\nB\r\nlast', 3);
      check('a\r\nb\r\n', 'a\nb\n', 3);
      check('a\nb', 'a\nb\n', 3);
      check('', 'new\n', 3);
      check('old\n', '', 3);
      fc.assert(fc.property(lines, lines, fc.integer({ min: 1, max: 4 }), check), { numRuns: 100 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('finds what is common in texts whose encodings differ, and names the encodings', () => {
    const before = encoded({ text: 'é\nb\n', encoding: 'windows-1252', bom: false });
    const after = encoded({ text: 'é\nB\n', encoding: 'utf-16le', bom: true });
    assert.equal(
      diff(before, after),
      '--- notes.md\tversion 1 (windows-1252)\n+++ notes.md\tversion 2 (utf-16le)\n@@ -1,2 +1,2 @@\n é\n-b\n+B\n',
    );
    assert.match(diff(before, utf8('é\nb\n')), /^--- .*\(windows-1252\)\n\+\+\+ .*\(utf-8\)\n$/);
    assert.match(diff('a\n', '\ufeffa\n'), /-a\n\+\ufeffa\n$/);
  });

  it('quotes file names that patch would misread', () => {
    const to = { ...side('b\n', 2), filename: 'höh "e".md' };
    assert.match(diff('a\n', '', { to }), /^--- notes.md\tversion 1\n\+\+\+ "h\\303\\266h \\"e\\"\.md"\tversion 2\n/);
  });

  it('is refused for what is binary, with the version', () => {
    assert.throws(
      () => diff('a\n', Uint8Array.of(0)),
      hasCode('not_text', /^Version 2 is binary: it has NUL bytes; pull it/),
    );
  });

  it('is fast for a small change in a large text, and for texts that have nothing in common', () => {
    const large = Array.from({ length: 250_000 }, (_, at) => `a line of an ordinary length: ${at}\n`);
    const changed = large.with(100, 'changed\n').with(249_900, 'changed too\n');
    const started = performance.now();
    assert.equal(diff(large.join(''), changed.join('')).split('@@ -').length, 3);
    const other = large.map((line) => `other ${line}`);
    assert.ok(diff(large.join(''), other.join('')).length > 10_000_000);
    assert.ok(performance.now() - started < 6_000, `${performance.now() - started} ms`);
  }).timeout(20_000);

  it('is given up when the texts are too different, in time', () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) % 40;
    const noise = () => Array.from({ length: 60_000 }, () => `${random()}\n`).join('');
    const started = performance.now();
    assert.throws(() => diff(noise(), noise(), {}, 300), hasCode('text_too_large', /Versions 1 and 2 .* diff -u/));
    assert.ok(performance.now() - started < 3_000);
    assert.throws(() => diff('a\n'.repeat(600_000), 'b\n'.repeat(600_000)), hasCode('text_too_large'));
  });
});
