import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a full run leaves on the disk until its end, with room to spare. */
const NEEDED_GIB = 64;
/** `f_type` of a file system in memory (`statfs(2)`). */
const TMPFS_MAGIC = 0x01021994;

/**
 * Makes a folder of its own for the bench.
 * @param parent on the disk that is to be measured; the system's temporary folder when left out
 * @throws Error when nothing sensible can be measured there: it lies in memory, where a sync does nothing, or is full
 */
export function makeWorkFolder(parent: string = tmpdir()): string {
  const { type, bavail, bsize } = statfsSync(parent);
  if (type === TMPFS_MAGIC) throw new Error(`${parent} lies in memory; name a folder on a disk with --folder`);
  const freeGib = Math.floor((bavail * bsize) / 1024 ** 3);
  if (freeGib < NEEDED_GIB)
    throw new Error(`${parent} has ${freeGib} GiB free, ${NEEDED_GIB} are needed; name another folder with --folder`);
  return mkdtempSync(join(parent, 'document-sync-bench-'));
}
