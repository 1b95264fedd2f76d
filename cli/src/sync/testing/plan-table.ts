import assert from 'node:assert/strict';
import { makePlan } from '../plan.js';
import type { PlanOptions } from '../plan-types.js';
import { inputOf, type Scene, shortly } from './plan-model.js';

/** A scene, the steps of its plan in short, and what it leaves alone with the kind of reason. */
export type Row = [what: string, scene: Scene, steps: string[], left?: string[], options?: Partial<PlanOptions>];

/** Makes a test of each row. */
export function describePlans(table: Readonly<Record<string, readonly Row[]>>): void {
  for (const [title, rows] of Object.entries(table)) {
    describe(`the plan of a sync, where ${title}`, () => {
      for (const [what, scene, steps, left = [], options = {}] of rows) {
        it(what, () => {
          const plan = makePlan(inputOf(scene, options));
          assert.deepEqual(plan.actions.map(shortly), steps);
          assert.deepEqual(
            plan.left.map(({ path, kind }) => `${path} ${kind}`),
            left,
          );
        });
      }
    });
  }
}

/** One file and its document, both as the lock has them. */
export const IN_STEP = {
  base: [['A', 'a', '1']],
  local: { a: '1' },
  remote: [['A', 'a', '1']],
} as const satisfies Scene;

/** The lock of that, to be compared with other states. */
export const { base } = IN_STEP;

export const KEEPS_DELETED: Partial<PlanOptions> = { delete: false };
