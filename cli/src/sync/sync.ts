import { applyPlan, type ApplyResult, type Done } from './apply.js';
import { ConflictError } from './conflict-error.js';
import type { DocumentSet } from './document-set.js';
import { concernsAll } from './failures.js';
import { withFolder } from './folder-lock.js';
import { LockBook } from './lock-book.js';
import { makePlan } from './plan.js';
import { type PlanFile, stepsToApply } from './plan-file.js';
import { PushJournal } from './push-journal.js';
import type { Plan, PlanOptions } from './plan-types.js';
import { checkedRoot, planInput, type Seen, seenIn, survey, type SyncedFolder } from './survey.js';

export interface SyncOptions extends SyncedFolder {
  options: PlanOptions;
  /** How many deletions are too many to be meant; left out, it depends on how many documents are in step. */
  maxDelete?: number | undefined;
  /** How many transfers may go on at the same time. */
  jobs: number;
  signal: AbortSignal;
  /** A plan that was made before; it has to fit what is there now. */
  planned?: PlanFile | undefined;
  /** Told what is about to be done. */
  onPlan?: ((plan: Plan) => void) | undefined;
  onDone?: ((done: Done) => void) | undefined;
}

/** A plan, and what it was made from. */
export interface Planned {
  documents: DocumentSet;
  plan: Plan;
  seen: Seen;
  /** How many files and documents are in step already. */
  inStep: number;
}

export interface SyncResult extends ApplyResult {
  plan: Plan;
  /** How many documents are in step now. */
  inStep: number;
}

/** Looks at both sides and says what a sync would do. Changes nothing. @throws as `syncFolder` */
export async function planSync(folder: SyncedFolder, options: PlanOptions, signal: AbortSignal): Promise<Planned> {
  const root = await checkedRoot(folder.root);
  const found = await survey(folder, root, { signal });
  const plan = makePlan(planInput(found, options));
  return { documents: found.documents, plan, seen: seenIn(found), inStep: found.lock.entries.size };
}

/**
 * Brings a folder and the documents of a tag or a collection in step.
 * @throws UsageError for a folder, documents or a lock that cannot be used; FolderBusyError when the folder is being synced
 *   already; ConflictError for too many deletions and for a plan that does not fit any more, before anything is changed;
 *   the signal's reason; what SDK and file system throw while both sides are looked at
 */
export async function syncFolder(sync: SyncOptions): Promise<SyncResult> {
  const { client, jobs, signal, planned, onDone } = sync;
  const root = await checkedRoot(sync.root);
  return await withFolder(root, async (work) => {
    const found = await survey(sync, root, { now: await work.now(), signal });
    const { documents, scan, remote, cache } = found;
    const current = makePlan(planInput(found, planned?.options ?? sync.options));
    const actions =
      planned === undefined ? current.actions : stepsToApply(planned, { plan: current, seen: seenIn(found) });
    const plan = { ...current, actions };
    refuseManyDeletions(plan, sync.maxDelete ?? usualDeletions(found.lock.entries.size));
    sync.onPlan?.(plan);
    await cache.save(root);
    const book = await LockBook.open(work, found.lock, found.lockText, found.whereabouts);
    const journal = new PushJournal(root);
    const site = { client, documents, work, book, journal, scan, remote, jobs, signal, concernsAll, onDone };
    const result = await applyPlan(plan, site);
    return { ...result, plan, inStep: book.size };
  });
}

/** Half of what there is, but a few always, and never more than a hundred: what is more was hardly meant. */
function usualDeletions(documents: number): number {
  return Math.min(Math.max(Math.ceil(documents / 2), 10), 100);
}

function refuseManyDeletions({ actions }: Plan, most: number): void {
  const deletions = actions.filter(
    (action) => action.do === 'delete_local' || (action.do === 'delete_remote' && action.duplicate !== true),
  );
  if (deletions.length <= most) return;
  throw new ConflictError(
    `The sync would delete ${deletions.length} documents or files, more than ${most}. Nothing was changed.`,
    [`If that is what you want, allow it with --max-delete ${deletions.length}.`],
    deletions.map(({ do: kind, path }) => `  ${kind === 'delete_local' ? 'here ' : 'there'}  ${path}`),
  );
}
