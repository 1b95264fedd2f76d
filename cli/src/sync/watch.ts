import { ExitCode } from '../exit-code.js';
import type { Failure } from '../failure.js';
import type { Done, Failed } from './apply.js';
import { failureOfSync, groupedFailures } from './failures.js';
import { type FolderChanges, watchChanges } from './folder-changes.js';
import { leftLine } from './report.js';
import { checkedRoot } from './survey.js';
import { syncFolder, type SyncOptions } from './sync.js';

export interface WatchOptions extends Omit<SyncOptions, 'planned' | 'onPlan' | 'onDone'> {
  /** How long the other side may be left unasked, in milliseconds. */
  intervalMs: number;
}

/** Who is told what happens. */
export interface WatchListener {
  done(step: Done): void;
  /** Something is left alone; told when it begins, not at every run. */
  left(line: string): void;
  /** A step failed, or a whole sync; it is tried again. */
  failed(failure: Failure): void;
  /** The first sync is over, or one has worked again after failures. */
  inStep(documents: number): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Syncs a folder, and again whenever something changes in it and at intervals, until the signal aborts. What goes wrong is
 * told once and tried again, more and more rarely.
 * @throws UsageError for a folder that is none; what cannot get better by itself and stands in the way of the first sync
 */
export async function watchFolder(options: WatchOptions, listener: WatchListener): Promise<void> {
  const root = await checkedRoot(options.root);
  // Before the first look, so that nothing is missed in between.
  const changes = await watchChanges(root);
  try {
    await new Watch({ ...options, root }, listener, changes).run();
  } finally {
    await changes.close();
  }
}

class Watch {
  readonly #options: WatchOptions;
  readonly #listener: WatchListener;
  readonly #changes: FolderChanges;
  /** What went wrong last, in words; undefined while all is well. */
  #trouble: string | undefined;
  #left = new Set<string>();
  #hasSynced = false;

  constructor(options: WatchOptions, listener: WatchListener, changes: FolderChanges) {
    this.#options = options;
    this.#listener = listener;
    this.#changes = changes;
  }

  async run(): Promise<void> {
    const { signal, intervalMs } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.#sync()) ? 0 : failures + 1;
      const pause = failures === 0 ? intervalMs : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
      await this.#changes.next(pause, signal);
    }
  }

  /** @returns whether nothing has to be tried again soon */
  async #sync(): Promise<boolean> {
    const { signal } = this.#options;
    try {
      const { failed, plan, inStep } = await syncFolder({
        ...this.#options,
        onDone: (step) => {
          this.#listener.done(step);
        },
      });
      this.#tellLeft(plan.left.map(leftLine));
      if (failed.length > 0) return await this.#tellFailed(failed);
      if (!this.#hasSynced || this.#trouble !== undefined) this.#listener.inStep(inStep);
      this.#hasSynced = true;
      this.#trouble = undefined;
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      return await this.#tellTrouble(error);
    }
  }

  #tellLeft(lines: readonly string[]): void {
    for (const line of lines) {
      if (!this.#left.has(line)) this.#listener.left(line);
    }
    this.#left = new Set(lines);
  }

  async #tellFailed(failed: readonly Failed[]): Promise<boolean> {
    const groups = await groupedFailures(failed.map(({ action: { path }, error }) => ({ path, error })));
    const trouble = groups.map(({ failure }) => failure.message).join('\n');
    for (const { failure } of trouble === this.#trouble ? [] : groups) {
      // Somebody was faster: the next run takes care of it, and that is soon.
      if (failure.code !== 'changed_meanwhile') this.#listener.failed(failure);
    }
    this.#trouble = trouble;
    return false;
  }

  async #tellTrouble(error: unknown): Promise<boolean> {
    const failure = await failureOfSync(error);
    const { exitCode, message } = failure;
    const passes = exitCode === ExitCode.network || exitCode === ExitCode.unavailable;
    if (!passes && !this.#hasSynced) throw error;
    if (message !== this.#trouble) this.#listener.failed(failure);
    this.#trouble = message;
    // What a person has to put right is looked at again when he changes something.
    return !passes;
  }
}
