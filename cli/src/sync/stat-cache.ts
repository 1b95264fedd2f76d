import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What tells that a file is the one that was hashed. */
export interface FileStat {
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
}

type Row = [size: number, mtimeMs: number, ctimeMs: number, ino: number, sha256: string];

const FORMAT = 1;

/**
 * Remembers the digests of a folder's files, so that files that have not changed need not be read. Every change of a file
 * sets its ctime, which nobody can set back; but two changes within one tick of the file system's clock look like one.
 * Therefore only files that had been left alone for longer than a tick when they were hashed are remembered; the others are
 * hashed again next time (git calls them "racily clean").
 */
export class StatCache {
  readonly #file: string | undefined;
  readonly #known: Map<string, Row>;
  readonly #seen = new Map<string, Row>();

  private constructor(file: string | undefined, known: Map<string, Row>) {
    this.#file = file;
    this.#known = known;
  }

  /**
   * Reads what is remembered about a folder. A cache that cannot be read holds nothing.
   * @param cacheFolder Where caches are; without one nothing is remembered.
   */
  static async open(cacheFolder: string | undefined, root: string): Promise<StatCache> {
    if (cacheFolder === undefined) return new StatCache(undefined, new Map());
    const name = createHash('sha256').update(root).digest('hex').slice(0, 32);
    const file = path.join(cacheFolder, 'folders', `${name}.json`);
    return new StatCache(file, await readRows(file, root));
  }

  /** The digest of a file, if it still is the file that was hashed. */
  digestOf(name: string, stat: FileStat): string | undefined {
    const row = this.#known.get(name);
    if (row === undefined) return undefined;
    const [size, mtimeMs, ctimeMs, ino, sha256] = row;
    const isSame = size === stat.size && mtimeMs === stat.mtimeMs && ctimeMs === stat.ctimeMs && ino === stat.ino;
    if (!isSame) return undefined;
    this.#seen.set(name, row);
    return sha256;
  }

  /**
   * Remembers what was hashed, if a later change of the file will be seen.
   * @param now When it was hashed, or before, by the clock of the file system that the file is on.
   */
  remember(name: string, stat: FileStat, sha256: string, now: number): void {
    const { size, mtimeMs, ctimeMs, ino } = stat;
    if (Math.max(mtimeMs, ctimeMs) + tickOf(stat) < now) {
      this.#seen.set(name, [size, mtimeMs, ctimeMs, ino, sha256]);
    }
  }

  /** Keeps what was seen for the next run. A cache that cannot be written costs time, and nothing else. */
  async save(root: string): Promise<void> {
    if (this.#file === undefined || !this.#isChanged()) return;
    const staging = `${this.#file}.${process.pid}`;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      await writeFile(staging, JSON.stringify({ format: FORMAT, root, files: [...this.#seen] }), { mode: 0o600 });
      await rename(staging, this.#file);
    } catch {
      await unlink(staging).catch(() => undefined);
    }
  }

  #isChanged(): boolean {
    if (this.#known.size !== this.#seen.size) return true;
    return [...this.#seen].some(([name, row]) => this.#known.get(name) !== row);
  }
}

/** How far apart two changes must be to be told apart: FAT counts in 2 s, all others in some milliseconds at the most. */
function tickOf({ mtimeMs, ctimeMs }: FileStat): number {
  return mtimeMs % 1000 === 0 && ctimeMs % 1000 === 0 ? 2_000 : 100;
}

async function readRows(file: string, root: string): Promise<Map<string, Row>> {
  try {
    const cache = JSON.parse(await readFile(file, 'utf8')) as {
      format?: number;
      root?: string;
      files?: [string, Row][];
    };
    if (cache.format !== FORMAT || cache.root !== root || !Array.isArray(cache.files)) return new Map();
    return new Map(cache.files);
  } catch {
    return new Map();
  }
}
