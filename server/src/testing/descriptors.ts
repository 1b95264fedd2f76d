import assert from 'node:assert/strict';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where Linux lists a process's own open descriptors; other systems have no such place, and their leaks go unseen. */
const OWN_DESCRIPTORS = '/proc/self/fd';

/** The files below `folder` that this process holds open, with a removed one's ` (deleted)` left on. */
export function openFilesBelow(folder: string): string[] {
  if (!fs.existsSync(OWN_DESCRIPTORS)) return [];
  const targets = fs.readdirSync(OWN_DESCRIPTORS).map((descriptor) => {
    try {
      return fs.readlinkSync(`${OWN_DESCRIPTORS}/${descriptor}`);
    } catch {
      // The descriptor of the listing itself.
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(`${folder}/`));
}

/** Fails when a file below `folder` is still open after a moment: closing takes a turn of the thread pool. */
export async function assertNothingOpenBelow(folder: string): Promise<void> {
  for (let turn = 0; turn < 50 && openFilesBelow(folder).length > 0; turn += 1) await sleep(10);
  assert.deepEqual(openFilesBelow(folder), []);
}
