import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FolderChanges, watchChanges } from './folder-changes.js';

const WRITES = 30;
const BETWEEN_MS = 20;

describe('the changes of a folder', () => {
  let root: string;
  let changes: FolderChanges;
  let stop: AbortController;
  beforeEach(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'doc-folder-changes-'));
    writeFileSync(path.join(root, '.docignore'), '*.log\n');
    changes = await watchChanges(root);
    stop = new AbortController();
  });
  afterEach(async () => {
    await changes.close();
    rmSync(root, { recursive: true });
  });

  it('are one when they come shortly after each other', async () => {
    let [isWriting, told] = [true, 0];
    const writing = (async () => {
      for (let count = 0; count < WRITES; count += 1) {
        writeFileSync(path.join(root, `${count % 3}.md`), `${count}`);
        await sleep(BETWEEN_MS);
      }
      isWriting = false;
    })();
    while ((await changes.next(isWriting ? 10_000 : 1_000, stop.signal)) === 'changed') told += 1;
    await writing;
    // One, if the machine has no other work; each time that it stops for a while may make one more.
    assert.ok(told >= 1 && told < WRITES / 4, `${told} changes of ${WRITES} writes`);
  });

  it('are none where no sync looks', async () => {
    writeFileSync(path.join(root, 'a.log'), 'ignored');
    mkdirSync(path.join(root, '.doc-sync'));
    writeFileSync(path.join(root, '.doc-sync', 'staged'), 'of the sync itself');
    assert.equal(await changes.next(1_000, stop.signal), 'elapsed');
  });

  it('are not waited for any longer when that is told', async () => {
    const waiting = changes.next(60_000, stop.signal);
    stop.abort();
    assert.equal(await waiting, 'stopped');
  });
});
