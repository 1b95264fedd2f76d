import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';

import { isSystemError } from '../platform/node-rename.js';

/** From here on the notes are longer to read than the cache is to measure anew. */
const LONGEST_BYTES = 64 * 1024;

/**
 * What a cache takes up, noted down by all its processes in one file: the total of the last measurement in the first line,
 * and one line for everything that has come since. Lines that get lost when two measure at once are made good by the next
 * measurement.
 */
export class Usage {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns the total with these bytes; undefined when it must be measured */
  async grow(bytes: number): Promise<number | undefined> {
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if (isSystemError(error, 'ENOENT')) return '';
      throw error;
    });
    if (text === '' || text.length > LONGEST_BYTES) return undefined;
    await appendFile(this.#path, `${bytes}\n`, { mode: 0o600 });
    const total = text.split('\n').reduce((sum, line) => sum + Number(line), bytes);
    return Number.isFinite(total) ? total : undefined;
  }

  /** Begins anew with what was measured. */
  async reset(total: number): Promise<void> {
    const staging = `${this.#path}.${crypto.randomUUID().slice(0, 8)}`;
    await writeFile(staging, `${total}\n`, { mode: 0o600, flag: 'wx' });
    await rename(staging, this.#path);
  }

  /** It must be measured next time. */
  async forget(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
