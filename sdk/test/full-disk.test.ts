import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { contentHeaders, serveContent, useLoopbackServers } from './loopback-server.js';

const PROGRAM = fileURLToPath(new URL('./full-disk-program.js', import.meta.url));
const MEBIBYTE = 1024 * 1024;
const run = promisify(execFile);

describe('a full disk', () => {
  const listen = useLoopbackServers();
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-full-disk-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** Runs a command with a small file system of its own on a folder; nobody else sees it. Needs no rights on most Linuxes. */
  const withSmallDisk = (disk: string, ...command: string[]): Promise<{ stdout: string }> =>
    run('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=2m none "$0" && exec "$@"', disk, ...command]);

  it('leaves no file of a download behind, and is no obstacle as a cache', async function () {
    const disk = join(folder, 'full');
    const roomy = join(folder, 'roomy');
    await mkdir(disk);
    await mkdir(roomy);
    try {
      await withSmallDisk(disk, 'true');
    } catch {
      this.skip();
    }
    const content = randomBytes(8 * MEBIBYTE);
    const baseUrl = await listen(serveContent(content, {}));
    const { 'x-document-id': id = '' } = contentHeaders(content);
    const { stdout } = await withSmallDisk(disk, process.execPath, PROGRAM, baseUrl, id, disk, roomy);
    const { message, ...rest } = JSON.parse(stdout) as { message: string };
    assert.match(message, /^There is no room for .*pulled\.bin: the disk is full\. Nothing was left there/);
    assert.deepEqual(rest, {
      code: 'ENOSPC',
      leftThere: [],
      cacheErrors: 1,
      fromCache: false,
      length: content.byteLength,
      staged: [],
      entries: 0,
    });
  });
});
