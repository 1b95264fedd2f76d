import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * All files under a folder, in a fixed order.
 *
 * @param {string} folder
 * @param {(name: string) => boolean} [enter] which folders to look into, by their own name
 * @returns {string[]} full paths; empty when there is no such folder
 */
export function filesUnder(folder, enter = () => true) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return enter(entry.name) ? filesUnder(path, enter) : [];
    return entry.isFile() ? [path] : [];
  });
}

/**
 * One digest over the names and contents of files; a missing file counts as such. Contents rather than times, because a
 * checkout changes times; reading a few hundred source files takes some milliseconds.
 *
 * @param {string} root the folder that the names are seen from, so that a clone that was moved is still the same
 * @param {string[]} files full paths
 * @returns {string} SHA-256 in hex
 */
export function digestOf(root, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = contentOf(file);
    hash.update(`${relative(root, file)}\0${content?.length ?? 'missing'}\0`);
    if (content) hash.update(content);
  }
  return hash.digest('hex');
}

/** @param {string} file */
function contentOf(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
