import path from 'node:path';
import { watch } from 'chokidar';
import { wouldWalk } from '../file-tree/index.js';
import { WORK_FOLDER } from './document-path.js';

/** Never watched: what no sync looks at, and where much changes. */
const UNWATCHED = new Set([WORK_FOLDER, '.git', 'node_modules']);
/** Files are written in bursts: what happens within this time of each other is one change. */
const QUIET_MS = 300;
/** A burst that does not end is one change after this time. */
const LONGEST_BURST_MS = 5_000;

/** Tells when files of a folder change. */
export interface FolderChanges {
  /** Resolves when something has changed since the last time and it is quiet again, or when the time is over. */
  next(milliseconds: number, signal: AbortSignal): Promise<'changed' | 'elapsed' | 'stopped'>;
  close(): Promise<void>;
}

/**
 * Begins to watch a folder; resolves when nothing can be missed any more.
 * @param root An absolute path.
 */
export async function watchChanges(root: string): Promise<FolderChanges> {
  const bursts = new Bursts();
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (found) => UNWATCHED.has(path.basename(found)) && found !== root,
  });
  watcher.on('all', (kind, found) => {
    if (kind === 'addDir' || kind === 'unlinkDir') return;
    const name = path.relative(root, found).split(path.sep).join('/');
    void isMeant(root, name).then((meant) => {
      if (meant) bursts.happened();
    });
  });
  // A folder that cannot be watched, or too many for the system: what happens there is seen by the next look at everything.
  watcher.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    watcher.once('ready', () => {
      resolve();
    });
  });
  return {
    next: (milliseconds, signal) => bursts.next(milliseconds, signal),
    close: () => watcher.close(),
  };
}

/** Whether a sync looks at the file; also where nobody can tell. */
async function isMeant(root: string, name: string): Promise<boolean> {
  try {
    return await (
      await wouldWalk(root)
    )(name);
  } catch {
    return true;
  }
}

/** Makes one of many. */
class Bursts {
  #firstAt: number | undefined;
  #lastAt = 0;
  #wake: () => void = () => undefined;

  happened(): void {
    this.#lastAt = performance.now();
    this.#firstAt ??= this.#lastAt;
    this.#wake();
  }

  async next(milliseconds: number, signal: AbortSignal): Promise<'changed' | 'elapsed' | 'stopped'> {
    const end = performance.now() + milliseconds;
    for (;;) {
      if (signal.aborted) return 'stopped';
      const now = performance.now();
      const due = this.#due();
      if (due <= now) {
        this.#firstAt = undefined;
        return 'changed';
      }
      if (end <= now) return 'elapsed';
      await this.#sleep(Math.min(due, end) - now, signal);
    }
  }

  /** When what has happened counts as over. */
  #due(): number {
    return this.#firstAt === undefined ? Infinity : Math.min(this.#lastAt + QUIET_MS, this.#firstAt + LONGEST_BURST_MS);
  }

  async #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const wake = this.#wake;
    const timer = setTimeout(wake, milliseconds);
    signal.addEventListener('abort', wake);
    await woken;
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
  }
}
