import { readFile, writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import { toJson } from '../output/json.js';
import { ConflictError } from './conflict-error.js';
import type { Action, Plan, PlanOptions } from './plan-types.js';
import type { Seen } from './survey.js';

const FORMAT = 1;

/** A plan to be carried out later, with what it was made from. */
export interface PlanFile {
  format: number;
  tag: string;
  options: PlanOptions;
  seen: Seen;
  plan: Plan;
}

/** Writes a plan. @throws the file system's error */
export async function writePlanFile(file: string, plan: Omit<PlanFile, 'format'>): Promise<void> {
  await writeFile(file, `${toJson({ format: FORMAT, ...plan }, 2)}\n`);
}

/** @throws UsageError for a file that holds no plan; the file system's error */
export async function readPlanFile(file: string): Promise<PlanFile> {
  const plan = parsed(await readFile(file, 'utf8'));
  if (plan?.format !== FORMAT || !Array.isArray(plan.plan?.actions) || plan.seen === undefined || !plan.options) {
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
