import assert from 'node:assert/strict';
import fc from 'fast-check';
import { limitBytes, safeSegment } from './safe-segment.js';

/** What no system may be asked to make, told in other words than the code does. */
function assertSafe(segment: string): void {
  assert.notEqual(segment, '');
  assert.ok(Buffer.byteLength(segment) <= 255, `${Buffer.byteLength(segment)} bytes`);
  assert.ok(segment.isWellFormed());
  assert.equal(segment.normalize('NFC'), segment);
  assert.doesNotMatch(segment, /[. ]$/);
  assert.doesNotMatch(segment, /[/\\:*?"<>|]|\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
  assert.notEqual(segment, '.');
  assert.notEqual(segment, '..');
  const [stem = ''] = segment
    .replace(/[\u200b-\u200f]/g, '')
    .toLowerCase()
    .split('.');
  assert.doesNotMatch(stem.trim(), /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/);
  assert.doesNotMatch(segment.replace(/[\u200b-\u200f]/g, '').toLowerCase(), /^(\.git|git~[0-9]+)$/);
}

const HOSTILE = [
  ['..', '_'],
  ['.', '_'],
  ['...', '_'],
  ['   ', '_'],
  ['C:', 'C_'],
  ['a:b', 'a_b'],
  ['a\\b', 'a_b'],
  ['a/b', 'a_b'],
  ['CON', '_CON'],
  ['con.txt', '_con.txt'],
  ['NUL .txt', '_NUL .txt'],
  ['nul. ', '_nul'],
  ['LPT9.tar.gz', '_LPT9.tar.gz'],
  ['COM¹', '_COM¹'],
  ['CONIN$', '_CONIN$'],
  ['a.md.', 'a.md'],
  ['a.md . .', 'a.md'],
  ['a\u0000b', 'a_b'],
  ['a\nb\u009f', 'a_b_'],
  ['what? "really"*.md', 'what_ _really__.md'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['.git', '_.git'],
  ['.GIT ', '_.GIT'],
  ['.g\u200cit', '_.g\u200cit'],
  ['GIT~1', '_GIT~1'],
  ['e\u0301.md', '\u00e9.md'],
  ['\ud800.md', '\ufffd.md'],
] as const;

describe('a safe segment', () => {
  for (const [segment, expected] of HOSTILE) {
    it(`is ${JSON.stringify(expected)} for ${JSON.stringify(segment)}`, () => {
      assert.equal(safeSegment(segment), expected);
      assertSafe(expected);
    });
  }

  for (const segment of [
    'a.md',
    '.gitignore',
    '.github',
    'CONTRIBUTING.md',
    'console',
    'nullable.ts',
    'Größe 1.md',
    '設計',
    '-rf',
    '~',
  ]) {
    it(`leaves ${segment} as it is`, () => {
      assert.equal(safeSegment(segment), segment);
    });
  }

  it('is safe whatever it is made of, and stays as it is', () => {
    const nasty = fc.constantFrom(
      '.',
      ' ',
      '/',
      '\\',
      ':',
      'con',
      'NUL',
      '.git',
      'e\u0301',
      '😀',
      '\u202e',
      '\u0000',
      'x'.repeat(300),
      'é'.repeat(200),
    );
    const segments = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 });
    fc.assert(
      fc.property(segments, (parts) => {
        const segment = safeSegment(parts.join(''));
        assertSafe(segment);
        assert.equal(safeSegment(segment), segment);
      }),
      { numRuns: 200 },
    );
  });

  it('that is too long is cut between characters, and keeps its ending', () => {
    const cut = safeSegment(`${'設'.repeat(250)}.md`);
    assert.match(cut, /^設+\.md$/);
    assert.ok(Buffer.byteLength(cut) > 250 && Buffer.byteLength(cut) <= 255);
    assert.equal(limitBytes('abc.md', 251), 'a.md');
    assert.equal(limitBytes('abc.md', 249), 'abc.md');
  });
});
