import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type Profile, profilePath } from './profile-files.js';

/**
 * Writes a profile, for its user alone: it is there whole, or as it was before.
 * @throws The file system's errors.
 */
export function writeProfile(folder: string, name: string, { server_url, api_key }: Profile): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = profilePath(folder, name);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      // Whatever the umask has taken away.
      fchmodSync(file, 0o600);
      writeSync(file, `${JSON.stringify({ server_url, api_key }, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
