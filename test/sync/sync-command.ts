import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedFolder } from './shared-folder.js';
import { type SyncTrack, TAG } from './sync-track.js';

const DOC = fileURLToPath(new URL('../../../cli/bin/doc.cjs', import.meta.url));

/**
 * Syncs a folder with the real command, in a process of its own.
 *
 * @param killAfterMs when it is killed, if it has not ended by then; undefined lets it end
 * @returns its exit code; null for one that was killed
 */
export async function syncByCommand(
  track: SyncTrack,
  folder: SharedFolder,
  killAfterMs?: number,
): Promise<number | null> {
  const child = spawn(process.execPath, [DOC, 'sync', folder.root, '--tag', TAG, '--delete', '--max-delete', '1000'], {
    env: { PATH: process.env['PATH'], DOCUMENT_SERVER_URL: track.url, DOCUMENT_CACHE_DIR: track.cacheOf(folder) },
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  if (killAfterMs !== undefined) {
    await Promise.race([exit, sleep(killAfterMs)]);
    child.kill('SIGKILL');
  }
  const [code] = (await exit) as [number | null];
  return code;
}
