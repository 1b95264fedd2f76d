import type { DocumentClient } from '@document-sync/sdk';
import { concurrently } from './concurrently.js';
import type { DocumentSet } from './document-set.js';
import { FolderFiles } from './folder-files.js';
import type { Scan } from './local-files.js';
import type { LockBook } from './lock-book.js';
import { orderMoves } from './move-order.js';
import type { Action, ActionKind, MoveLocal, Plan, PushNew, RemoteDocument } from './plan-types.js';
import { subjectOf } from './plan-steps.js';
import { pathBeside } from './document-path.js';
import type { PushJournal } from './push-journal.js';
import { pushNewFiles } from './push-new.js';
import { DocumentSteps, type Outcome } from './document-steps.js';
import type { WorkFolder } from './work-folder.js';

/** A step that was done. */
export type Done = Outcome & { action: Action };

/** A step that was not, and why. */
export interface Failed {
  action: Action;
  error: unknown;
}

export interface ApplyResult {
  done: Done[];
  failed: Failed[];
  /** Steps that were not begun, because the server or the disk could not serve any more. */
  notBegun: Action[];
}

/** What a plan is carried out with. */
export interface Site {
  client: DocumentClient;
  documents: DocumentSet;
  work: WorkFolder;
  book: LockBook;
  journal: PushJournal;
  scan: Scan;
  remote: readonly RemoteDocument[];
  /** How many transfers may go on at the same time. */
  jobs: number;
  signal: AbortSignal;
  /** Whether an error would meet every other step, too, so that there is no use in going on. */
  concernsAll: (error: unknown) => Promise<boolean>;
  onDone?: ((done: Done) => void) | undefined;
}

/**
 * Carries out a plan: the folder's paths first, then the names on the server, then contents, deletions last. A step that
 * fails takes the later steps about the same document with it; the others go on. However it ends, even by a power cut, the
 * next run finds out what has been done.
 * @throws the signal's reason; the error that concerns everything is one of the failures
 */
export async function applyPlan(plan: Plan, site: Site): Promise<ApplyResult> {
  const application = new Application(plan, site);
  try {
    await application.run();
  } finally {
    application.keepUnfinished();
    await site.book.end();
    await site.journal.end();
  }
  return application.result;
}

class Application {
  readonly result: ApplyResult = { done: [], failed: [], notBegun: [] };
  readonly #plan: Plan;
  readonly #site: Site;
  readonly #files: FolderFiles;
  readonly #steps: DocumentSteps;
  readonly #failedSubjects = new Set<string>();
  #isOver = false;

  constructor(plan: Plan, site: Site) {
    this.#plan = plan;
    this.#site = site;
    this.#files = new FolderFiles(site.work.root);
    this.#steps = new DocumentSteps(site, this.#files);
  }

  async run(): Promise<void> {
    await this.#each(['delete_local'], 1);
    await this.#moveFiles(this.#of('move_local'));
    await this.#each(['rename_remote'], this.#site.jobs);
    await this.#each(['adopt', 'forget'], 1);
    await this.#each(['pull', 'push_version', 'merge'], this.#site.jobs);
    await this.#pushNew(this.#of('push_new'));
    await this.#each(['delete_remote'], this.#site.jobs);
  }

  /** The lock goes on to say what it said about documents that are not done yet. */
  keepUnfinished(): void {
    for (const { action } of this.result.failed) {
      if ('document_id' in action) this.#site.book.keep(action.document_id);
    }
  }

  #of<Kind extends ActionKind>(kind: Kind): Extract<Action, { do: Kind }>[] {
    return this.#plan.actions.filter((action): action is Extract<Action, { do: Kind }> => action.do === kind);
  }

  async #each(kinds: readonly ActionKind[], atOnce: number): Promise<void> {
    const actions = this.#plan.actions.filter((action) => kinds.includes(action.do));
    await concurrently(actions, atOnce, (action) => this.#attempt(action, () => this.#steps.take(action)));
  }

  /** @param isWhole Whether the step is done when this is. */
  async #attempt(action: Action, take: () => Promise<Outcome>, isWhole = true): Promise<void> {
    this.#site.signal.throwIfAborted();
    if (this.#isOver) {
      this.result.notBegun.push(action);
      return;
    }
    if (this.#failedSubjects.has(subjectOf(action))) return;
    try {
      const outcome = await take();
      if (isWhole) this.#finish(action, outcome);
    } catch (error) {
      await this.#fail(action, error);
    }
  }

  #finish(action: Action, outcome: Outcome): void {
    const done = { action, ...outcome };
    this.result.done.push(done);
    this.#site.onDone?.(done);
  }

  async #fail(action: Action, error: unknown): Promise<void> {
    this.#site.signal.throwIfAborted();
    this.#failedSubjects.add(subjectOf(action));
    this.result.failed.push({ action, error });
    if (await this.#site.concernsAll(error)) this.#isOver = true;
  }

  async #moveFiles(moves: readonly MoveLocal[]): Promise<void> {
    const asides = new Map<MoveLocal, string>();
    const isTaken = (name: string): boolean => this.#site.scan.files.has(name) || this.#site.scan.skipped.has(name);
    for (const { move, aside } of orderMoves(moves)) {
      const from = asides.get(move) ?? move.from;
      const path = aside ? pathBeside(move.from, 'moving', isTaken) : move.path;
      if (aside) asides.set(move, path);
      await this.#attempt(
        move,
        async () => {
          const go = (): Promise<void> => this.#files.move(from, path, move.sha256);
          await (move.document_id === undefined ? go() : this.#site.book.moving(move.document_id, from, path, go));
          return {};
        },
        !aside,
      );
    }
  }

  async #pushNew(actions: readonly PushNew[]): Promise<void> {
    const wanted = actions.filter((action) => !this.#failedSubjects.has(subjectOf(action)));
    if (this.#isOver) {
      this.result.notBegun.push(...wanted);
      return;
    }
    await pushNewFiles(wanted, this.#site, this.#files, {
      done: (action, outcome) => {
        this.#finish(action, outcome);
      },
      failed: (action, error) => this.#fail(action, error),
    });
  }
}
