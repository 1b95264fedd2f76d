import fs from 'node:fs';
import path from 'node:path';
import type { ByteRange, ByteStream } from '../../kernel/content.js';
import { BlobMissingError, type BlobBackend, type BlobEntry, type BlobKey } from '../backend.js';
import { DirectorySyncs } from '../directory-syncs.js';
import { openFileRange } from '../file-range.js';
import {
  isErrno,
  makeDirectory,
  readDirectory,
  removeFolder,
  statFile,
  syncDirectory,
  touchFile,
  unlinkFile,
} from '../file-operations.js';

/** Tenant folders: whatever does not begin with a dot (`.staging` is not a tenant) and is not one of the store's files. */
const TENANT_FOLDER = /^[a-z0-9][a-z0-9-]*$/;

/** Blobs on the local disk: `<root>/<tenant>/<first two hex digits>/<sha256>`, one file each. */
export class LocalBackend implements BlobBackend {
  readonly #root: string;
  /** The partitions that this process has seen to be durable, or is bringing to the disk. */
  readonly #partitions = new Map<string, Promise<void>>();
  readonly #syncs = new DirectorySyncs();

  constructor(root: string) {
    this.#root = root;
  }

  async put(key: BlobKey, stagedPath: string, size_bytes: number): Promise<void> {
    const target = this.#path(key);
    const partition = path.dirname(target);
    await this.#makePartition(partition);
    try {
      store(stagedPath, target, size_bytes);
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
      // Somebody has taken the folder away since.
      this.#partitions.delete(partition);
      await this.#makePartition(partition);
      store(stagedPath, target, size_bytes);
    }
    // Also when the file was there already: whoever put it there may not have come to this line yet.
    await this.#syncs.sync(partition);
  }

  has(key: BlobKey): Promise<boolean> {
    // Asked inside write transactions: a few microseconds here, where a turn of the thread pool would queue up behind
    // other pushes' fsyncs while the transaction waits.
    return Promise.resolve(fs.existsSync(this.#path(key)));
  }

  open(key: BlobKey, range: ByteRange): Promise<ByteStream> {
    try {
      return Promise.resolve(openFileRange(this.#path(key), range));
    } catch (error) {
      return Promise.reject(isErrno(error, 'ENOENT') ? new BlobMissingError(key) : (error as Error));
    }
  }

  async remove(key: BlobKey): Promise<void> {
    const target = this.#path(key);
    try {
      await unlinkFile(target);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return;
      throw error;
    }
    await syncDirectory(path.dirname(target));
  }

  async removeTenant(tenant_id: string): Promise<void> {
    const folder = path.join(this.#root, tenant_id);
    await removeFolder(folder);
    for (const partition of this.#partitions.keys()) {
      if (path.dirname(partition) === folder) this.#partitions.delete(partition);
    }
    await syncDirectory(this.#root);
  }

  async tenants(): Promise<string[]> {
    const entries = await readDirectory(this.#root, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && TENANT_FOLDER.test(entry.name)).map((entry) => entry.name);
  }

  async list(tenant_id: string, partition: string): Promise<BlobEntry[]> {
    const folder = path.join(this.#root, tenant_id, partition);
    let names: string[];
    try {
      names = await readDirectory(folder);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    }
    const entries: BlobEntry[] = [];
    for (const name of names) {
      try {
        const { size, mtimeMs } = await statFile(path.join(folder, name));
        entries.push({ checksum_sha256: name, size_bytes: size, touched_at_ms: mtimeMs });
      } catch (error) {
        if (!isErrno(error, 'ENOENT')) throw error;
      }
    }
    return entries;
  }

  async check(): Promise<void> {
    // Touching the folder needs what a push needs: the disk answers and lets us write.
    const now = new Date();
    await touchFile(this.#root, now, now);
  }

  /**
   * Makes a partition's folder, and brings it to the disk with the folder above. Once for each partition: whoever comes
   * meanwhile, to a folder that is there but may not be durable yet, waits for the same.
   */
  #makePartition(partition: string): Promise<void> {
    const known = this.#partitions.get(partition);
    if (known) return known;
    const making = this.#makeDurably(partition).catch((error: unknown) => {
      this.#partitions.delete(partition);
      throw error;
    });
    this.#partitions.set(partition, making);
    return making;
  }

  async #makeDurably(partition: string): Promise<void> {
    await makeDirectory(partition, { recursive: true, mode: 0o700 });
    await syncDirectory(path.dirname(partition));
    await syncDirectory(this.#root);
  }

  #path({ tenant_id, checksum_sha256 }: BlobKey): string {
    return path.join(this.#root, tenant_id, checksum_sha256.slice(0, 2), checksum_sha256);
  }
}

/** Puts the content under its address; what is there already is kept, unless it is damaged. */
function store(stagedPath: string, target: string, size_bytes: number): void {
  try {
    // A hard link and not a rename: the staged file must stay until the document's row is committed.
    fs.linkSync(stagedPath, target);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    if (!renew(target, size_bytes)) replace(stagedPath, target);
  }
}

/** Marks a stored copy as found again just now; false when it is gone or damaged. */
function renew(target: string, size_bytes: number): boolean {
  try {
    if (fs.statSync(target).size !== size_bytes) return false;
    const now = new Date();
    fs.utimesSync(target, now, now);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Puts the good copy there in one step, whatever is or is not there. */
function replace(stagedPath: string, target: string): void {
  const copy = `${stagedPath}.copy`;
  fs.linkSync(stagedPath, copy);
  fs.renameSync(copy, target);
}
