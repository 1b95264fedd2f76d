import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { uploadMemoryIn } from '../index.js';

const UPLOAD_ID = '0123456789abcdef0123456789abcdef';

describe('uploadMemoryIn', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-memory-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const KEY = 'a'.repeat(64);

  it('remembers in files of its user alone, and forgets', async () => {
    const root = join(folder, 'deep/er');
    const memory = uploadMemoryIn(root);
    assert.equal(await memory.recall(KEY), undefined);
    await memory.remember(KEY, { uploadId: UPLOAD_ID });
    assert.deepEqual(await uploadMemoryIn(root).recall(KEY), { uploadId: UPLOAD_ID });
    assert.deepEqual(await readdir(root), [`${KEY}.upload`]);
    if (process.platform !== 'win32') {
      assert.equal((await stat(root)).mode & 0o777, 0o700);
      assert.equal((await stat(join(root, `${KEY}.upload`))).mode & 0o777, 0o600);
    }
    await memory.forget(KEY);
    await memory.forget(KEY);
    assert.equal(await memory.recall(KEY), undefined);
  });

  it('removes what is old, and nothing that is not its own', async () => {
    const memory = uploadMemoryIn(folder);
    await memory.remember(KEY, { uploadId: UPLOAD_ID });
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const longAgo = Date.now() / 1000 - 8 * 24 * 60 * 60;
    for (const name of await readdir(folder)) await utimes(join(folder, name), longAgo, longAgo);
    await memory.remember('b'.repeat(64), { uploadId: UPLOAD_ID });
    assert.deepEqual((await readdir(folder)).sort(), [`${'b'.repeat(64)}.upload`, 'notes.txt']);
    assert.equal(await readFile(join(folder, 'notes.txt'), 'utf8'), 'mine');
  });
});
