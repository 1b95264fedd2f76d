import { SmallClone, type Outcome } from './small-clone.js';

/** What the set-up says before each of its steps begins with this. */
export const INSTALL = 'Installing packages';
export const GENERATE = "Generating the SDK's types";
export const COMPILE = 'Compiling';
export const BUNDLE = 'Bundling the CLI';

/** The file that keeps two set-ups of one folder apart. */
export const LOCK = '.setup.lock';

/** Which steps were announced, in order. */
export function steps({ output }: Pick<Outcome, 'output'>): string[] {
  const known = [INSTALL, GENERATE, COMPILE, BUNDLE];
  return output.split('\n').flatMap((line) => known.filter((step) => line.startsWith(step)));
}

/** Makes clones for the tests of a `describe`, each gone after the test that asked for it. */
export function usePreparedClones(): { readonly clean: () => SmallClone; readonly upToDate: () => SmallClone } {
  let pristine: SmallClone;
  let prepared: SmallClone;
  const clones: SmallClone[] = [];
  const copy = (original: SmallClone): SmallClone => {
    const clone = original.copy();
    clones.push(clone);
    return clone;
  };
  before(async () => {
    pristine = SmallClone.clean();
    prepared = pristine.copy();
    const { code, output } = await prepared.setUp();
    if (code !== 0) throw new Error(output);
  });
  afterEach(() => {
    for (const clone of clones.splice(0)) clone.delete();
  });
  after(() => {
    pristine.delete();
    prepared.delete();
  });
  return {
    /** A clone in which nothing has been set up yet. */
    clean: () => copy(pristine),
    /** A clone in which everything is up to date. */
    upToDate: () => copy(prepared),
  };
}
