import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { summariseProfiles } from './profile-summary.js';

/** A node of a profile; `url` empty for native code. */
function node(id: number, functionName: string, url: string, children: number[] = []) {
  return { id, callFrame: { functionName, url, lineNumber: 9 }, children };
}

describe('the summary of profiles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'profile-summary-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(pid: number, thread = 0): void {
    const nodes = [
      node(1, '(root)', '', [2, 5, 6]),
      node(2, 'put', 'file:///x/server/dist/src/blobs/backends/local.js', [3]),
      node(3, 'fsync', 'node:fs', [4]),
      node(4, 'fsync', ''),
      node(5, '_query', 'file:///x/node_modules/knex/lib/query.js'),
      node(6, '(idle)', ''),
    ];
    const profile = { nodes, startTime: 1000, samples: [5, 4, 5, 6, 5], timeDeltas: [100, 300, 100, 500, 7] };
    writeFileSync(join(folder, `CPU.20260101.000000.${pid}.${thread}.001.cpuprofile`), JSON.stringify(profile));
  }
  const server = (pid: number) => ({
    pid,
    port: 1,
    logFile: '',
    hasEnded: () => true,
    loads: [{ begin: 1200, end: 2000 }],
    stop: () => Promise.resolve(),
  });

  it('counts what ran under load, native code for the room that called it', () => {
    write(42);
    const text = summariseProfiles(folder, [server(42)]);
    assert.match(text, /^## Profile, main thread: 0\.0 s busy/);
    assert.match(text, /\| +75\.0 % \| 0 ms \| server\/src\/blobs\/backends \|/);
    assert.match(text, /\| +25\.0 % \| 0 ms \| knex \|/);
    assert.match(text, /\| +75\.0 % \| 0 ms \| fsync \|/);
    assert.match(text, /\| +25\.0 % \| 0 ms \| _query node_modules\/knex\/lib\/query\.js:10 \|/);
  });

  it('keeps worker threads apart, which are busy beside the main thread', () => {
    write(42);
    assert.doesNotMatch(summariseProfiles(folder, [server(42)]), /worker/);
    write(42, 1);
    const [main, workers] = summariseProfiles(folder, [server(42)]).split('## Profile, worker threads: ');
    assert.match(main ?? '', /\| +75\.0 % \| 0 ms \| server\/src\/blobs\/backends \|/);
    assert.equal(workers, main?.replace('## Profile, main thread: ', '').trimEnd().concat('\n'));
  });

  it('takes a worker that waits for work for idle', () => {
    const nodes = [
      node(1, '(root)', '', [2, 3]),
      node(2, 'atomicsWaitLoop', 'file:///x/node_modules/tinypool/dist/entry/worker.js'),
      node(3, 'merge', 'file:///x/server/dist/src/text/merge.js'),
    ];
    const profile = { nodes, startTime: 1200, samples: [2, 3], timeDeltas: [700, 100] };
    writeFileSync(join(folder, 'CPU.20260101.000000.42.1.001.cpuprofile'), JSON.stringify(profile));
    const text = summariseProfiles(folder, [server(42)]);
    assert.match(text, /\| 100\.0 % \| 0 ms \| server\/src\/text\/merge \|/);
    assert.doesNotMatch(text, /atomicsWaitLoop|tinypool/);
  });

  it('leaves the profiles of other processes out', () => {
    write(43);
    assert.doesNotMatch(summariseProfiles(folder, [server(42)]), /knex/);
  });
});
