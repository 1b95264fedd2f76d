import { chmod, link, lstat, mkdir, rename, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { ChangedMeanwhileError, ConflictError } from './conflict-error.js';
import { parentsOf } from './document-path.js';
import { digestOfFile } from './local-files.js';

/** File systems without hard links answer with one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK']);

/** Changes files of a folder, each whole or not at all, and only what still is what the plan saw. */
export class FolderFiles {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  absolute(name: string): string {
    return path.join(this.root, ...name.split('/'));
  }

  /** @throws ChangedMeanwhileError for a file that is not there, or has another content */
  async expect(name: string, sha256: string): Promise<void> {
    const found = await digestOfFile(this.absolute(name)).catch(() => undefined);
    if (found !== sha256) throw new ChangedMeanwhileError(name);
  }

  /**
   * Gives a staged file its path.
   * @param replaces The digest of the file that it takes the place of; without one there must be none.
   * @throws ChangedMeanwhileError; ConflictError where a folder on the way is none; the file system's error
   */
  async place(staged: string, name: string, replaces: string | undefined): Promise<void> {
    const target = this.absolute(name);
    await this.#makeParents(name);
    if (replaces === undefined) {
      await this.#moveToFreePath(staged, target, name);
      return;
    }
    const { mode } = await lstat(target);
    await chmod(staged, mode & 0o7777);
    await this.expect(name, replaces);
    await rename(staged, target);
  }

  /** @throws as `place` */
  async move(from: string, to: string, sha256: string): Promise<void> {
    await this.expect(from, sha256);
    await this.#makeParents(to);
    await this.#moveToFreePath(this.absolute(from), this.absolute(to), to);
    await this.#removeEmptyParents(from);
  }

  /** @throws as `place` */
  async remove(name: string, sha256: string): Promise<void> {
    await this.expect(name, sha256);
    await unlink(this.absolute(name));
    await this.#removeEmptyParents(name);
  }

  /** Never over a file that somebody has put there a moment ago: a link, unlike a rename, replaces nothing. */
  async #moveToFreePath(from: string, to: string, name: string): Promise<void> {
    try {
      await link(from, to);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code !== 'EEXIST' && !NO_LINKS.has(code)) throw error;
      const [source, found] = [await lstat(from), await lstat(to).catch(() => undefined)];
      // The same file under another spelling, where the file system does not tell them apart, may well be renamed.
      if (found !== undefined && (found.ino !== source.ino || found.dev !== source.dev)) {
        throw new ChangedMeanwhileError(name);
      }
      await rename(from, to);
      return;
    }
    await unlink(from);
  }

  /** Makes the folders on the way to a path. A symbolic link among them might lead out of the folder. */
  async #makeParents(name: string): Promise<void> {
    for (const parent of parentsOf(name)) {
      const absolute = this.absolute(parent);
      await mkdir(absolute).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      });
      if (!(await lstat(absolute)).isDirectory()) {
        throw new ConflictError(`${parent} is no folder, so ${name} cannot be written.`);
      }
    }
  }

  /** Folders are not synced: one that has become empty goes with its last file. */
  async #removeEmptyParents(name: string): Promise<void> {
    for (const parent of parentsOf(name).reverse()) {
      try {
        await rmdir(this.absolute(parent));
      } catch {
        return;
      }
    }
  }
}
