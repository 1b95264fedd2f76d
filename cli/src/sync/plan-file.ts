import { readFile, writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import { toJson } from '../output/json.js';
import { ConflictError } from './conflict-error.js';
import { type DocumentSet, documentSetOf, inWords, isDocumentSet, isSameSet } from './document-set.js';
import type { Action, Plan, PlanOptions } from './plan-types.js';
import type { Seen } from './survey.js';

const FORMAT = 1;

/** A plan to be carried out later, with what it was made from. */
export type PlanFile = DocumentSet & { format: number; options: PlanOptions; seen: Seen; plan: Plan };

/** Writes a plan. @throws the file system's error */
export async function writePlanFile(file: string, plan: DocumentSet & Omit<PlanFile, 'format'>): Promise<void> {
  await writeFile(file, `${toJson({ format: FORMAT, ...plan }, 2)}\n`);
}

/** @throws UsageError for a file that holds no plan; the file system's error */
export async function readPlanFile(file: string): Promise<PlanFile> {
  const plan = parsed(await readFile(file, 'utf8'));
  const isWhole = plan?.format === FORMAT && Array.isArray(plan.plan?.actions) && plan.seen && plan.options;
  if (!isWhole || !isDocumentSet(plan)) {
    throw new UsageError(`${file} is no plan of this \`doc\`.`, 'Write one with --plan FILE.');
  }
  return plan as PlanFile;
}

function parsed(text: string): Partial<PlanFile> | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as Partial<PlanFile> | undefined;
  } catch {
    return undefined;
  }
}

/**
 * The documents that a plan file is about.
 * @param wanted Those that the command line names, if it does.
 * @throws UsageError when these are others
 */
export function documentsToApply(file: PlanFile, wanted: DocumentSet | undefined): DocumentSet {
  const documents = documentSetOf(file);
  if (wanted === undefined || isSameSet(documents, wanted)) return documents;
  throw new UsageError(`The plan is about ${inWords(documents)}, not ${inWords(wanted)}.`, 'It says which by itself.');
}

/**
 * The steps of a plan file, if they are steps for what is there now. Steps may have been taken out of the file, none added.
 * @param now What the same options plan now, and what from.
 * @throws ConflictError when either side is not what the plan saw any more
 */
export function stepsToApply(file: PlanFile, now: { plan: Plan; seen: Seen }): Action[] {
  const sides = { lock: 'docs.lock', folder: 'The folder', server: 'The server' };
  const changed = (['lock', 'folder', 'server'] as const).filter((side) => file.seen[side] !== now.seen[side]);
  const [side] = changed;
  const hints = ['Nothing was changed. Make a plan of what is there now with --plan FILE.'];
  if (side !== undefined) {
    throw new ConflictError(`${sides[side]} is not what the plan saw any more.`, hints);
  }
  const wanted = new Set(file.plan.actions.map((action) => JSON.stringify(action)));
  const steps = now.plan.actions.filter((action) => wanted.delete(JSON.stringify(action)));
  if (wanted.size > 0) {
    throw new ConflictError(
      `${wanted.size} steps of the plan are none for what is there.`,
      hints,
      [...wanted].slice(0, 5),
    );
  }
  return steps;
}
