import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StatCache } from './stat-cache.js';

describe('the memory of digests', () => {
  const ROOT = '/some/folder';
  const stat = { size: 5, mtimeMs: 1_000.5, ctimeMs: 2_000.25, ino: 7 };
  const LATER = 10_000;
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'document-sync-stat-cache-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const remembered = async (...given: Parameters<StatCache['remember']>): Promise<StatCache> => {
    const cache = await StatCache.open(folder, ROOT);
    cache.remember(...given);
    await cache.save(ROOT);
    return await StatCache.open(folder, ROOT);
  };

  it('knows a file that is the same in every respect, and no other', async () => {
    const cache = await remembered('a', stat, 'digest', LATER);
    assert.equal(cache.digestOf('a', stat), 'digest');
    assert.equal(cache.digestOf('b', stat), undefined);
    for (const change of [{ size: 6 }, { mtimeMs: 1_000.6 }, { ctimeMs: 1_999 }, { ino: 8 }]) {
      assert.equal(cache.digestOf('a', { ...stat, ...change }), undefined, JSON.stringify(change));
    }
  });

  const racy: [what: string, times: { mtimeMs: number; ctimeMs: number }][] = [
    ['was changed a moment before', { mtimeMs: 1.5, ctimeMs: LATER - 50.5 }],
    ['was written a moment before', { mtimeMs: LATER - 50.5, ctimeMs: 1.5 }],
    ['is from the future', { mtimeMs: LATER * 2 + 0.5, ctimeMs: 1.5 }],
    ['has times in whole seconds, from the second before', { mtimeMs: LATER - 1_000, ctimeMs: LATER - 1_000 }],
  ];
  for (const [what, times] of racy) {
    it(`does not rely on a file that ${what}`, async () => {
      assert.equal((await remembered('a', { ...stat, ...times }, 'digest', LATER)).digestOf('a', stat), undefined);
      assert.equal(
        (await remembered('a', { ...stat, ...times }, 'digest', LATER)).digestOf('a', { ...stat, ...times }),
        undefined,
      );
    });
  }

  it('forgets what is not there any more, and writes nothing when nothing has changed', async () => {
    const cache = await remembered('a', stat, 'digest', LATER);
    cache.digestOf('a', stat);
    const [name = ''] = await readdir(path.join(folder, 'folders'));
    const file = path.join(folder, 'folders', name);
    await writeFile(file, `${await readFile(file, 'utf8')} `);
    await cache.save(ROOT);
    assert.match(await readFile(file, 'utf8'), / $/);
    await (await StatCache.open(folder, ROOT)).save(ROOT);
    assert.equal((await StatCache.open(folder, ROOT)).digestOf('a', stat), undefined);
  });

  it('is empty where it is damaged, of another folder, or cannot be kept', async () => {
    await remembered('a', stat, 'digest', LATER);
    const [name = ''] = await readdir(path.join(folder, 'folders'));
    const file = path.join(folder, 'folders', name);
    const text = await readFile(file, 'utf8');
    for (const damaged of [
      '',
      '{',
      '[]',
      'null',
      text.replace(ROOT, '/other'),
      text.replace('"format":1', '"format":2'),
    ]) {
      await writeFile(file, damaged);
      assert.equal((await StatCache.open(folder, ROOT)).digestOf('a', stat), undefined, damaged);
    }
    const nowhere = await StatCache.open(path.join(file, 'below-a-file'), ROOT);
    nowhere.remember('a', stat, 'digest', LATER);
    await nowhere.save(ROOT);
    assert.equal((await StatCache.open(undefined, ROOT)).digestOf('a', stat), undefined);
  });
});
