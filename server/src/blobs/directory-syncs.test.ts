import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { mock } from 'node:test';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { DirectorySyncs } from './directory-syncs.js';

describe('DirectorySyncs', () => {
  const folder = useTemporaryFolder();
  afterEach(() => {
    mock.restoreAll();
  });

  /** Directories in the order in which their syncs have begun: each one opens its directory. */
  function watchBeginnings(): string[] {
    const begun: string[] = [];
    const open = fs.openSync;
    mock.method(fs, 'openSync', (place: string, ...rest: [string]) => {
      begun.push(path.basename(place));
      return open(place, ...rest);
    });
    return begun;
  }

  it('share one sync that has not begun, and never one that has', async () => {
    const begun = watchBeginnings();
    const syncs = new DirectorySyncs();
    const first = Array.from({ length: 100 }, () => syncs.sync(folder()));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(begun.length, 1, 'the first has begun');
    const second = Array.from({ length: 100 }, () => syncs.sync(folder()));
    await Promise.all([...first, ...second]);
    assert.equal(begun.length, 2);
    await syncs.sync(folder());
    assert.equal(begun.length, 3);
  });

  it('bring every directory to the disk that is asked for', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `d${index}`);
    for (const name of names) fs.mkdirSync(path.join(folder(), name));
    const begun = watchBeginnings();
    const syncs = new DirectorySyncs();
    await Promise.all([...names, ...names].map((name) => syncs.sync(path.join(folder(), name))));
    assert.deepEqual([...begun].sort(), [...names].sort());
  });

  it('tell everyone who shared a sync that it has failed, and go on', async () => {
    const syncs = new DirectorySyncs();
    const missing = path.join(folder(), 'missing');
    const outcomes = await Promise.allSettled([syncs.sync(missing), syncs.sync(missing)]);
    assert.ok(
      outcomes.every(
        (outcome) => outcome.status === 'rejected' && (outcome.reason as { code: string }).code === 'ENOENT',
      ),
    );
    fs.mkdirSync(missing);
    await syncs.sync(missing);
  });
});
