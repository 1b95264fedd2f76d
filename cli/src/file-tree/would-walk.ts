import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { IgnoreRules } from './ignore-rules.js';
import { isCarriedName, isNeverWalked } from './names.js';
import { pathFilter, type PathSelection } from './selection.js';

/**
 * Tells which paths a walk over a folder would find if there were files: for what is about to be written there.
 * @param root The folder that would be walked.
 * @returns A question for paths relative to the folder, with `/`. Ignore files are read once.
 * @throws as `walkFolder`; the question rejects where a rule file cannot be read
 */
export async function wouldWalk(
  root: string,
  selection: PathSelection = {},
): Promise<(path: string) => Promise<boolean>> {
  const filter = pathFilter(selection);
  const absolute = await realpath(root);
  const known = new Map([['', (await IgnoreRules.above(absolute)).within(absolute)]]);

  const rulesOf = (folder: string): Promise<IgnoreRules> => {
    const there = known.get(folder);
    if (there !== undefined) return there;
    const rules = rulesOf(parentOf(folder)).then((above) => above.within(join(absolute, folder)));
    known.set(folder, rules);
    return rules;
  };

  return async (path) => {
    const parts = path.split('/');
    if (parts.some((part) => isNeverWalked(part) || !isCarriedName(part)) || !filter.includesFile(path)) return false;
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const upTo = parts.slice(0, depth).join('/');
      const rules = await rulesOf(parentOf(upTo));
      if (filter.excludes(upTo) || rules.ignores(join(absolute, upTo), depth < parts.length)) return false;
    }
    return true;
  };
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
