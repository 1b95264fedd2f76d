import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describesEdits, type EditArguments, editsOf } from './content-edits.js';
import type { CommandContext } from './context.js';
import { UsageError } from './errors.js';

const NONE: EditArguments = {
  replace: undefined,
  with: undefined,
  all: undefined,
  append: undefined,
  prepend: undefined,
  section: undefined,
  text: undefined,
  edits: undefined,
};

function edits(given: Partial<EditArguments>, stdin = '') {
  const context = { stdin: Readable.from([Buffer.from(stdin)]), signal: new AbortController().signal };
  return editsOf(context as unknown as CommandContext, { ...NONE, ...given });
}

describe('edits of a command line', () => {
  for (const [given, edit] of [
    [
      { replace: 'a', with: '' },
      { op: 'replace', old: 'a', new: '' },
    ],
    [
      { replace: ' a', with: 'b ', all: true },
      { op: 'replace', old: ' a', new: 'b ', all: true },
    ],
    [{ append: '- x' }, { op: 'append', text: '- x\n' }],
    [{ append: '-' }, { op: 'append', text: 'from stdin' }],
    [{ prepend: 'x\n' }, { op: 'prepend', text: 'x\n' }],
    [
      { section: '#a', text: 'x' },
      { op: 'replace_section', section: '#a', text: 'x\n' },
    ],
    [
      { section: 'A', text: '' },
      { op: 'replace_section', section: 'A', text: '' },
    ],
    [
      { section: 'A', text: '-' },
      { op: 'replace_section', section: 'A', text: 'from stdin' },
    ],
  ] as const) {
    it(`are what ${JSON.stringify(given)} says`, async () => {
      assert.deepEqual(await edits(given, 'from stdin'), [edit]);
    });
  }

  it('are none where nothing is said of the text', () => {
    assert.equal(describesEdits(NONE), false);
    for (const given of [{ append: '' }, { with: 'a' }, { all: false }, { edits: '-' }]) {
      assert.equal(describesEdits({ ...NONE, ...given }), true);
    }
  });

  for (const [given, message] of [
    [{ replace: 'a', append: 'b' }, /^--replace and --append cannot go together/],
    [{ section: 'a', edits: 'b' }, /^--section and --edits cannot go together/],
    [{ with: 'a' }, /^--with goes with --replace/],
    [{ append: 'x', all: true }, /^--all goes with --replace/],
    [{ text: 'a' }, /^--text goes with --section/],
    [{ replace: 'a' }, /^--with is missing/],
    [{ section: 'a' }, /^--text is missing/],
    [{ replace: '', with: 'a' }, /^--replace has no text/],
    [{ append: '' }, /^--append has no text/],
    [{ prepend: '-' }, /^--prepend has no text/],
    [{ section: '', text: 'a' }, /^--section has no text/],
  ] as const) {
    it(`cannot be ${JSON.stringify(given)}`, async () => {
      await assert.rejects(edits(given), (error) => error instanceof UsageError && message.test(error.message));
    });
  }
});

describe('a list of edits', () => {
  const list = [{ op: 'append', text: 'x' }];
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'document-sync-edits-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('comes out of a file or from stdin', async () => {
    const file = path.join(folder, 'edits.json');
    writeFileSync(file, `\uFEFF${JSON.stringify(list)}`);
    assert.deepEqual(await edits({ edits: file }), list);
    assert.deepEqual(await edits({ edits: '-' }, JSON.stringify(list)), list);
  });

  for (const text of ['', '{', '{"op":"append","text":"x"}', '[]', '"x"']) {
    it(`cannot be ${JSON.stringify(text)}`, async () => {
      await assert.rejects(edits({ edits: '-' }, text), (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /^stdin holds no (JSON|list of edits)/);
        assert.match(error.hint ?? '', /"op": "append"/);
        return true;
      });
    });
  }

  it('is not there', async () => {
    await assert.rejects(edits({ edits: path.join(folder, 'missing.json') }), { code: 'ENOENT' });
  });
});
