import { constants, type Stats } from 'node:fs';
import { access, chmod, lstat, open, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import type { Download } from '../download.js';
import type { DownloadedFile, DownloadToFileOptions } from '../download-to-file.js';
import { FileExistsError } from '../errors.js';
import { LONGEST_NAME_BYTES, safeFilename, truncatedToBytes } from '../filename.js';
import { isSystemError, renameWithoutReplacing } from './node-rename.js';

/**
 * Writes a download to a staging file beside its target, and gives it the target's name when it is complete, verified
 * and on the disk. Whatever goes wrong, the target is as it was and the staging file is gone.
 *
 * @param download starts the download
 */
export async function saveDownload(
  download: () => Promise<Download>,
  options: DownloadToFileOptions,
): Promise<DownloadedFile> {
  const overwrite = options.overwrite ?? false;
  const folder = resolve(options.path === undefined ? (options.directory ?? '.') : dirname(options.path));
  // With the dot, a file in the folder's place is an error, too.
  await access(`${folder}/.`, constants.W_OK);
  if (options.path !== undefined) await checkTarget(resolve(options.path), overwrite);

  const content = await download();
  const { documentId, version, name, filename, sizeBytes, checksumSha256, fromCache } = content;
  const path = resolve(options.path ?? join(folder, safeFilename(filename)));
  try {
    const replaced = await checkTarget(path, overwrite);
    const staging = stagingPath(path);
    try {
      await writeDurably(staging, content.body);
      options.signal?.throwIfAborted();
      if (replaced !== undefined) await chmod(staging, replaced.mode);
      await (overwrite ? rename(staging, path) : renameWithoutReplacing(staging, path));
    } catch (error) {
      await unlink(staging).catch(() => undefined);
      throw fullDisk(path, error) ?? error;
    }
  } catch (error) {
    // Ends the transfer when it was not the transfer that failed.
    await content.body.cancel(error).catch(() => undefined);
    throw error;
  }
  return { path, documentId, version, name, filename, sizeBytes, checksumSha256, fromCache };
}

/** @returns the file that will be replaced, if there is one */
async function checkTarget(path: string, overwrite: boolean): Promise<Stats | undefined> {
  const found = await stat(path).catch(async (error: unknown) => {
    if (!isSystemError(error, 'ENOENT')) throw error;
    // A dangling symbolic link is a name that is taken, too.
    return await lstat(path).catch(() => undefined);
  });
  if (found === undefined) return undefined;
  if (!overwrite) throw new FileExistsError(path);
  if (found.isDirectory()) throw systemError('EISDIR', path, `${path} is a folder; name a file in it.`);
  // Renaming over /dev/null would replace the device by a file.
  if (!found.isFile() && !found.isSymbolicLink()) throw systemError('EINVAL', path, `${path} is no regular file.`);
  return found.isFile() ? found : undefined;
}

function stagingPath(target: string): string {
  const suffix = `.${crypto.randomUUID().slice(0, 8)}.part`;
  const name = truncatedToBytes(basename(target), LONGEST_NAME_BYTES - suffix.length - 1);
  return join(dirname(target), `.${name}${suffix}`);
}

async function writeDurably(path: string, body: ReadableStream<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await writeFile(handle, body);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk, or a share of it that is used up, in words; undefined for every other error. */
function fullDisk(path: string, cause: unknown): Error | undefined {
  const code = ['ENOSPC', 'EDQUOT'].find((code) => isSystemError(cause, code));
  if (code === undefined) return undefined;
  const message = `There is no room for ${path}: the disk is full. Nothing was left there; make room and try again.`;
  return Object.assign(new Error(message, { cause }), { code, path });
}

function systemError(code: string, path: string, message: string): Error {
  return Object.assign(new Error(message), { code, path });
}
