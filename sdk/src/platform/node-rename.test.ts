import assert from 'node:assert/strict';
import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FileExistsError } from '../index.js';
import { renameWithoutReplacing } from './node-rename.js';

const unsupported = (): Promise<void> => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));

describe('renameWithoutReplacing', () => {
  let folder: string;
  let from: string;
  let to: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-rename-'));
    [from, to] = [join(folder, 'from'), join(folder, 'to')];
    await writeFile(from, 'complete');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  for (const [kind, createLink] of [
    ['with hard links', link],
    ['without hard links', unsupported],
  ] as const) {
    describe(kind, () => {
      it('takes a free name', async () => {
        await renameWithoutReplacing(from, to, createLink);
        assert.deepEqual(await readdir(folder), ['to']);
        assert.equal(await readFile(to, 'utf8'), 'complete');
      });

      it('leaves both files alone when the name is taken', async () => {
        await writeFile(to, 'mine');
        await assert.rejects(renameWithoutReplacing(from, to, createLink), FileExistsError);
        assert.equal(await readFile(to, 'utf8'), 'mine');
        assert.equal(await readFile(from, 'utf8'), 'complete');
      });

      it('leaves no name behind when it fails', async () => {
        await assert.rejects(renameWithoutReplacing(join(folder, 'none'), to, createLink), { code: 'ENOENT' });
        assert.deepEqual(await readdir(folder), ['from']);
      });
    });
  }
});
