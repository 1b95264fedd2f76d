import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SyncTrack } from './sync-track.js';

const FILES = 10_000;
const MOST_SECONDS = 5;

describe('a folder with many files', () => {
  it(`is planned in less than ${MOST_SECONDS} s when none of ${FILES} has changed`, async function () {
    this.timeout(240_000);
    const track = await SyncTrack.open(1);
    const [folder] = track.folders;
    assert.ok(folder !== undefined);
    try {
      await makeFiles(folder.root);
      assert.equal((await track.sync(folder)).steps, FILES);
      const seconds: number[] = [];
      for (let run = 0; run < 3; run += 1) {
        const startedAt = performance.now();
        assert.deepEqual(await track.sync(folder), { steps: 0, failed: 0 });
        seconds.push((performance.now() - startedAt) / 1000);
      }
      console.log(`      ${seconds.map((value) => value.toFixed(2)).join(', ')} s`);
      assert.ok(Math.min(...seconds) < MOST_SECONDS);
    } finally {
      await track.close();
    }
  });
});

async function makeFiles(root: string): Promise<void> {
  for (let start = 0; start < FILES; start += 100) {
    const folder = path.join(root, `folder-${start / 100}`);
    await mkdir(folder);
    const numbers = Array.from({ length: 100 }, (_, index) => start + index);
    await Promise.all(numbers.map((number) => writeFile(path.join(folder, `${number}.md`), `file ${number}\n`)));
  }
}
