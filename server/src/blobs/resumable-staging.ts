import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { appendToFile } from './appending-file.js';
import { tryLock, type FileLock } from './file-lock.js';
import { openFileRange } from './file-range.js';
import {
  isErrno,
  makeDirectory,
  readDirectory,
  removeFile,
  removeFolder,
  statFile,
  syncDirectory,
  touchFile,
} from './file-operations.js';
import type { StagedFile } from './staging.js';

/** The address of content that arrives in pieces. Both parts are made of letters, digits and hyphens. */
export interface ResumableKey {
  readonly tenant_id: string;
  readonly upload_id: string;
}

/** What lies there at this moment. */
export interface ResumableState {
  readonly size_bytes: number;
  /** When the last piece was written, in milliseconds since the epoch. */
  readonly written_at_ms: number;
}

const LOCK_ENDING = '.lock';

/**
 * Content that arrives in pieces, over several requests and perhaps several processes: one file for each upload, on the
 * file system of the blobs, so that it can be linked. What it promises:
 *
 * - The file alone says how much has arrived. A piece that is cut leaves what had come of it; what an `append` that
 *   resolved has taken survives a power cut.
 * - `lock` is held by one at a time, in all processes together, and ends with its process. Whoever appends, finishes or
 *   removes holds it; a look with `state` needs none.
 * - `finish` hashes what lies on the disk, whoever wrote it. The file stays until it is removed.
 * - Nothing here goes away by itself: who owns the rows decides, with `list` and `remove`.
 */
export class ResumableStaging {
  readonly #directory: string;

  /** @param directory made at the first `create` */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the empty file, durably. */
  async create(key: ResumableKey): Promise<void> {
    const file = this.#path(key);
    const folder = path.dirname(file);
    await makeDirectory(folder, { recursive: true, mode: 0o700 });
    fs.closeSync(fs.openSync(file, 'wx', 0o600));
    for (const each of [folder, this.#directory, path.dirname(this.#directory)]) await syncDirectory(each);
  }

  /** What lies there; undefined when nothing does. */
  async state(key: ResumableKey): Promise<ResumableState | undefined> {
    try {
      const { size, mtimeMs } = await statFile(this.#path(key));
      return { size_bytes: size, written_at_ms: mtimeMs };
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Takes the lock of an upload; undefined when somebody has it. */
  lock(key: ResumableKey): FileLock | undefined {
    return tryLock(`${this.#path(key)}${LOCK_ENDING}`);
  }

  /**
   * Writes what `source` gives behind the first `offset` bytes. However the source ends, what it gave is kept, and so is
   * what a disk took that got full.
   *
   * @throws the disk's error, else the source's
   */
  async append(key: ResumableKey, offset: number, source: Readable): Promise<void> {
    await appendToFile(this.#path(key), offset, source);
  }

  /** Hashes the whole file, in pieces, and marks it as touched now. */
  async finish(key: ResumableKey): Promise<StagedFile> {
    const file = this.#path(key);
    const { size } = await statFile(file);
    const hash = createHash('sha256');
    if (size > 0) for await (const piece of openFileRange(file, { start: 0, end: size - 1 })) hash.update(piece);
    const now = new Date();
    await touchFile(file, now, now);
    return { path: file, checksum_sha256: hash.digest('hex'), size_bytes: size };
  }

  /** Removes what lies there. Safe to repeat. */
  remove(key: ResumableKey): void {
    const file = this.#path(key);
    removeFile(file);
    removeFile(`${file}${LOCK_ENDING}`);
  }

  /** The ids of a tenant's uploads that have a file here, also where it is only the lock's. */
  async list(tenant_id: string): Promise<string[]> {
    try {
      const names = await readDirectory(path.join(this.#directory, tenant_id));
      return [...new Set(names.map((name) => path.basename(name, LOCK_ENDING)))];
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    }
  }

  /** Removes whatever a tenant has here. Safe to repeat. */
  removeTenant(tenant_id: string): Promise<void> {
    return removeFolder(path.join(this.#directory, tenant_id));
  }

  #path({ tenant_id, upload_id }: ResumableKey): string {
    return path.join(this.#directory, tenant_id, upload_id);
  }
}
