import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { isSystemError } from '../platform/node-rename.js';

/**
 * Removes a folder that others may be writing to at this moment: it loses its name first, so that nothing new gets into
 * what is being removed. Also removes what an earlier call could not, because it was killed.
 *
 * @throws the file system's errors; a folder that is not there is none
 */
export async function removeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  const prefix = `${basename(path)}.removed-`;
  try {
    await rename(path, join(parent, prefix + crypto.randomUUID().slice(0, 8)));
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
  }
}
