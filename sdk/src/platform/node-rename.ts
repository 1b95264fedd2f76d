import { link, open, rename, unlink } from 'node:fs/promises';

import { FileExistsError } from '../errors.js';

/**
 * Renames a file if its target's name is free at this very moment; `rename` itself replaces whatever is there.
 *
 * @param createLink `link` of the file system; others only in tests
 * @throws FileExistsError, and the file system's errors; `from` is still there then
 */
export async function renameWithoutReplacing(from: string, to: string, createLink = link): Promise<void> {
  try {
    await createLink(from, to);
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) throw new FileExistsError(to);
    // A file system without hard links: FAT, some network mounts.
    await renameOntoClaim(from, to);
    return;
  }
  await unlink(from);
}

/** Takes the name with an empty file first, and replaces that. */
async function renameOntoClaim(from: string, to: string): Promise<void> {
  const claim = await open(to, 'wx').catch((error: unknown) => {
    throw isSystemError(error, 'EEXIST') ? new FileExistsError(to) : error;
  });
  await claim.close();
  try {
    await rename(from, to);
  } catch (error) {
    await unlink(to).catch(() => undefined);
    throw error;
  }
}

/** Whether it is Node's error for this `errno` name. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
