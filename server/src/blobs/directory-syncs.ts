import pLimit from 'p-limit';
import { syncDirectory } from './file-operations.js';

/** As many as the thread pool runs at once, and a few that are ready to follow. */
const AT_ONCE = 8;

/**
 * Brings directories to the disk. Those who ask for the same one while it waits for its turn share one sync: it begins
 * after all of them have asked, so what they have put there is in it.
 */
export class DirectorySyncs {
  readonly #slots = pLimit(AT_ONCE);
  readonly #waiting = new Map<string, Promise<void>>();

  /** Resolves when everything that is in the directory now is durable. */
  sync(path: string): Promise<void> {
    const waiting = this.#waiting.get(path);
    if (waiting) return waiting;
    const sync = this.#slots(() => {
      this.#waiting.delete(path);
      return syncDirectory(path);
    });
    this.#waiting.set(path, sync);
    return sync;
  }
}
