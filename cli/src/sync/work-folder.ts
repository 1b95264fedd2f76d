import { lstat, mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WORK_FOLDER } from './document-path.js';

const IGNORE_EVERYTHING = '*\n';

/**
 * The hidden folder in a synced folder where a running sync keeps what it stages: in the same file system as the files, so
 * that what is complete gets its place by a rename, and never seen by a walk or by git.
 */
export class WorkFolder {
  readonly root: string;
  readonly path: string;
  #count = 0;

  constructor(root: string) {
    this.root = root;
    this.path = path.join(root, WORK_FOLDER);
  }

  /** @throws the file system's error where the folder cannot be written to */
  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await writeFile(path.join(this.path, '.gitignore'), IGNORE_EVERYTHING);
  }

  /** A path for something that gets its place later. */
  staging(): string {
    this.#count += 1;
    return path.join(this.path, `staged-${this.#count}`);
  }

  /** Removes what an interrupted sync has staged. To be called by who holds the folder's lock. */
  async clearStaged(): Promise<void> {
    for (const name of await readdir(this.path)) {
      // With the dot, what a download stages in its turn.
      if (/^\.?staged-/.test(name)) await rm(path.join(this.path, name), { force: true, recursive: true });
    }
  }

  /** What time it is for the file system, in milliseconds since 1970: its clock need not be this machine's. */
  async now(): Promise<number> {
    const probe = path.join(this.path, '.gitignore');
    await writeFile(probe, IGNORE_EVERYTHING);
    return (await lstat(probe)).ctimeMs;
  }

  /** Removes what the holder has no use for any more; what the next one needs stays, hidden from git. */
  async clear(): Promise<void> {
    await this.clearStaged().catch(() => undefined);
    const left = await readdir(this.path).catch((): string[] => []);
    if (left.includes('pushing') || left.includes('progress')) return;
    await rm(path.join(this.path, '.gitignore'), { force: true }).catch(() => undefined);
  }

  /** Removes the folder, unless somebody has something in it. */
  async remove(): Promise<void> {
    await rmdir(this.path).catch(() => undefined);
  }
}
