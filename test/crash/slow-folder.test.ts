/** Two pushes, one folder: whoever finds a folder that another is just making must not answer before it is durable. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as requests from './document-requests.js';
import { eventually } from './eventually.js';
import { digestOf } from './ledger.js';
import { ServerProcess } from './server-process.js';
import { slowlySyncing, whyNotTraceable } from './system-calls.js';

const DELAY_MS = 2000;
const TEXT = { name: 'x', tags: [], description: '' };

describe('a push into a folder that another push is just making', () => {
  let folder: string;
  let server: ServerProcess;

  beforeEach(async function () {
    const reason = await whyNotTraceable();
    if (reason !== undefined) {
      // On a machine that says that it checks everything, this is not checked.
      if (process.env['CI'] !== undefined) throw new Error(reason);
      console.log(`      ${reason}`);
      this.skip();
    }
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'document-sync-folder-'));
    const tenant = path.join(folder, 'default');
    await fs.mkdir(tenant);
    server = new ServerProcess(folder, { wrapper: slowlySyncing(tenant, DELAY_MS) });
  });
  afterEach(async () => {
    if (!folder) return;
    await server.stop();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('is not answered before that folder is on the disk', async () => {
    const url = await server.url();
    const [one, other] = samePartition();
    const partition = path.join(folder, 'default', digestOf(one).slice(0, 2));
    const first = requests.push(url, one, TEXT, true);
    await eventually(() => {
      assert.ok(existsSync(partition));
      return Promise.resolve();
    });
    const made = performance.now();
    await requests.push(url, other, TEXT, true);
    const answeredAfter = performance.now() - made;
    await first;
    assert.ok(performance.now() - made > DELAY_MS / 2, 'the disk was not slow');
    // The folder comes to the disk this much after it was made; less by this clock, which looks only now and then.
    assert.ok(answeredAfter > DELAY_MS / 2, `answered ${Math.round(answeredAfter)} ms after the folder was made`);
  });
});

/** Two contents that go into the same folder. */
function samePartition(): [Buffer, Buffer] {
  const one = randomBytes(100);
  for (;;) {
    const other = randomBytes(100);
    if (digestOf(other).slice(0, 2) === digestOf(one).slice(0, 2)) return [one, other];
  }
}
