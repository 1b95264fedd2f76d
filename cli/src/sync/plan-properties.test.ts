import assert from 'node:assert/strict';
import fc from 'fast-check';
import { makePlan } from './plan.js';
import type { PlanInput } from './plan-types.js';
import { carryOut, type DocumentRow, inputOf, type Scene } from './testing/plan-model.js';

const PATHS = ['a', 'b', 'c', 'd/a', 'd/b', 'e'];
const path = fc.constantFrom(...PATHS);
const content = fc.constantFrom('1', '2', '3', '4');

/** What was in step, and what each side has made of it: few paths and contents, so that everything meets. */
const scene: fc.Arbitrary<Scene> = fc
  .record({
    base: fc.uniqueArray(fc.tuple(path, content), { selector: ([at]) => at, maxLength: 5 }),
    /** For each entry, what became of the document: its name and content. */
    fates: fc.array(fc.option(fc.tuple(path, content), { freq: 4 }), { minLength: 5, maxLength: 5 }),
    keeps: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    more: fc.uniqueArray(fc.tuple(path, content), { selector: ([at]) => at, maxLength: 3 }),
    local: fc.dictionary(path, content, { maxKeys: 6 }),
    untouched: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  })
  .map(({ base, fates, keeps, more, local, untouched }) => {
    const rows = base.map(([at, text], index): DocumentRow => [`doc ${index}`, at, text]);
    const documents = rows.flatMap(([id, name, text], index): DocumentRow[] => {
      if (keeps[index] === true) return [[id, name, text]];
      const fate = fates[index];
      return fate === null || fate === undefined ? [] : [[id, ...fate]];
    });
    const stayed = rows.filter((_, index) => untouched[index]).map(([, at, text]) => [at, text]);
    return {
      base: rows,
      local: { ...local, ...Object.fromEntries(stayed) },
      remote: [...documents, ...more.map(([at, text], index): DocumentRow => [`more ${index}`, at, text])],
    };
  });

const RUNS = { numRuns: 3000 };

describe('any plan', () => {
  it('can be carried out, and then nothing is left to do and both sides are equal', () => {
    fc.assert(
      fc.property(scene, (given) => {
        let input = inputOf(given);
        // What meets on one path is brought apart first; a second look, as by another folder, finds the rest.
        for (let turn = 0; turn < 3; turn += 1) input = carryOut(makePlan(input), input);
        const { actions, left } = makePlan(input);
        assert.deepEqual(actions, []);
        const aloneThere = new Set(left.map(({ document_id: id }) => id));
        const files = [...input.local.files].map(([at, { sha256 }]) => `${at} ${sha256}`);
        const documents = input.remote.filter(({ document_id: id }) => !aloneThere.has(id));
        assert.deepEqual(files.sort(), documents.map(({ name, sha256 }) => `${name} ${sha256}`).sort());
      }),
      RUNS,
    );
  });

  it('loses no content that one side has made', () => {
    fc.assert(
      fc.property(scene, (given) => {
        const before = inputOf(given);
        const after = carryOut(makePlan(before), before);
        const left = new Set([...after.local.files.values(), ...after.remote].map(({ sha256 }) => sha256));
        for (const made of madeContents(before)) assert.ok(left.has(made), `${made} is gone`);
      }),
      RUNS,
    );
  });

  it('deletes nothing unless that is wanted, and changes one side alone when that is wanted', () => {
    fc.assert(
      fc.property(scene, fc.constantFrom('both', 'pull', 'push'), (given, direction) => {
        const before = inputOf(given, { delete: false, direction });
        const plan = makePlan(before);
        const kinds = new Set(plan.actions.filter((action) => !('duplicate' in action)).map((action) => action.do));
        assert.ok(!kinds.has('delete_local') && !kinds.has('delete_remote'));
        const after = carryOut(plan, before);
        if (direction === 'pull') assert.deepEqual(after.remote, before.remote);
        if (direction === 'push') assert.deepEqual(after.local.files, before.local.files);
      }),
      RUNS,
    );
  });

  it('is the same for the same input, in whatever order it comes', () => {
    fc.assert(
      fc.property(scene, (given) => {
        const reversed = { ...given, base: [...(given.base ?? [])].reverse() };
        assert.deepEqual(makePlan(inputOf(reversed)), makePlan(inputOf(given)));
      }),
    );
  });
});

/** Contents that are not what was in step under any path: somebody has made them since. */
function madeContents({ base, local, remote }: PlanInput): string[] {
  const known = new Set([...base.values()].map(({ sha256 }) => sha256));
  return [...local.files.values(), ...remote].map(({ sha256 }) => sha256).filter((sha256) => !known.has(sha256));
}
