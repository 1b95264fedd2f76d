import assert from 'node:assert/strict';
import { examplesOf } from './fences.js';
import { ShownOutput } from './shown-output.js';

describe('shown output', () => {
  it('lets ids, times, sizes and digests differ', () => {
    const shown = new ShownOutput();
    shown.compare('│ doc_0123456789ab │ 2026-11-23 10:30:00 │\n', '│ doc_ffffffffffff │ 2027-01-01 00:00:00 │\n');
    shown.compare('Size: 24.5 KB (25088 bytes)\n', 'Size: 3 B (3 bytes)\n');
    shown.compare(`SHA-256: ${'a'.repeat(64)}\n`, `SHA-256: ${'b'.repeat(64)}\n`);
    shown.compare(
      '"size_bytes": 1,\n"at": "2026-11-23T10:30:00.000Z"\n',
      '"size_bytes": 22,\n"at": "2027-11-23T10:30:00.123Z"\n',
    );
  });

  it('finds what else differs', () => {
    const shown = new ShownOutput();
    for (const [page, actual] of [
      ['Name: a\n', 'Name: b\n'],
      ['Name: a\n', 'Name: a\nTags: b\n'],
      ['Name: a\nTags: b\n', 'Name: a\n'],
      ['Size: 24.5 KB\n', 'Size: large\n'],
      ['ID: doc_0123456789ab\n', 'ID: 0123456789ab\n'],
      ['a.b\n', 'a-b\n'],
      ['a (b)\n', 'a b\n'],
    ] as const) {
      assert.throws(() => {
        shown.compare(page, actual);
      }, /does not print what the page shows/);
    }
  });

  it('takes a line of dots for any lines, and dots in a line for anything in it', () => {
    const shown = new ShownOutput();
    shown.compare('first\n…\nlast\n', 'first\nlast\n');
    shown.compare('first\n…\nlast\n', 'first\nmore\nand more\nlast\n');
    shown.compare('Saved to: …/copy.md\n', 'Saved to: /tmp/x/copy.md\n');
    assert.throws(() => {
      shown.compare('Saved to: …/copy.md\n', 'Saved to: /tmp/x\n/copy.md\n');
    });
  });

  it('learns which document an id stands for, and holds to it', () => {
    const shown = new ShownOutput();
    shown.compare(
      'ID: doc_0123456789ab\nURL: …/doc_0123456789ab\n',
      'ID: doc_aaaaaaaaaaaa\nURL: /documents/doc_aaaaaaaaaaaa\n',
    );
    assert.equal(shown.translate('doc pull doc_0123456789ab'), 'doc pull doc_aaaaaaaaaaaa');
    assert.equal(shown.translate('doc pull doc_000000000000'), 'doc pull doc_000000000000');
    assert.throws(() => shown.translate('doc pull doc_111111111111'), /no earlier output has shown/);
    assert.throws(() => {
      shown.compare('ID: doc_0123456789ab\n', 'ID: doc_bbbbbbbbbbbb\n');
    });
    assert.throws(() => {
      shown.compare('doc_222222222222 doc_222222222222\n', 'doc_cccccccccccc doc_dddddddddddd\n');
    });
  });
});

describe('examples of a page', () => {
  it('are its sh and ts fences with the output behind them', () => {
    const page = [
      '```sh',
      'ls',
      '```',
      'prints',
      '```text output',
      'a',
      '```',
      '```ts no-run',
      'f();',
      '```',
      '```json',
      '{}',
      '```',
    ];
    assert.deepEqual(examplesOf(page.join('\n')), [
      { language: 'sh', code: 'ls\n', line: 1, output: 'a\n', noRun: false },
      { language: 'ts', code: 'f();\n', line: 8, output: undefined, noRun: true },
    ]);
  });

  it('cannot hide under another language or word, or in an open fence', () => {
    for (const page of [
      '```bash\nls\n```',
      '```\nls\n```',
      '```sh norun\nls\n```',
      '```text output\na\n```',
      '```sh\nls',
    ]) {
      assert.throws(() => examplesOf(page));
    }
  });
});
