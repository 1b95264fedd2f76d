import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Files that say which others are left out, in the syntax of `.gitignore`; the later one has the last word. */
export const IGNORE_FILES = ['.gitignore', '.docignore'] as const;

/** What stands in the ignore files of one folder. */
interface Level {
  /** The folder, absolute; "" is the root of the file system. */
  folder: string;
  lines: readonly string[];
  matcher: Ignore;
}

/** What `.gitignore` and `.docignore` say about the entries of one folder: its own rules and those of the folders above. */
export class IgnoreRules {
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /**
   * The rules for a folder before its own are read: those of the folders above it, up to the root of the git repository
   * that it is in, and those in the repository's `.git/info/exclude`. Outside a repository there are none.
   * @param folder Absolute and without symbolic links.
   * @throws the file system's error where a rule file cannot be read: what it leaves out is not to be pushed by accident
   */
  static async above(folder: string): Promise<IgnoreRules> {
    const parents = await parentsInRepository(folder);
    const levels: Level[] = [];
    for (const [index, parent] of parents.entries()) {
      const exclude = index === 0 ? await linesOf(join(parent, '.git/info/exclude')) : [];
      levels.push(...levelOf(parent, [...exclude, ...(parent === folder ? [] : await ownLines(parent, IGNORE_FILES))]));
    }
    return new IgnoreRules(levels);
  }

  /**
   * The rules for the entries of a folder that is walked.
   * @param present Which of the ignore files it has.
   * @throws the file system's error where one of them cannot be read
   */
  async within(folder: string, present: readonly string[] = IGNORE_FILES): Promise<IgnoreRules> {
    // The folder is walked though an outer rule names it, because an inner one or the person says so. Such a rule would
    // take every file in it as well.
    const outer = this.#levels.map((level) => (matches(level, folder, true).ignored ? without(level, folder) : level));
    return new IgnoreRules([...outer, ...levelOf(folder, await ownLines(folder, present))]);
  }

  /** Whether an entry is left out; the innermost rule file that speaks of it decides, as with git. */
  ignores(absolute: string, isFolder: boolean): boolean {
    for (let index = this.#levels.length - 1; index >= 0; index -= 1) {
      const level = this.#levels[index];
      const { ignored, unignored } = level ? matches(level, absolute, isFolder) : { ignored: false, unignored: false };
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

/** The folders from the root of the repository down to `folder`, both included; none outside a repository. */
async function parentsInRepository(folder: string): Promise<string[]> {
  const parents: string[] = [];
  for (let current = folder; ; current = dirname(current)) {
    parents.unshift(current);
    if ((await lstat(join(current, '.git')).catch(() => undefined)) !== undefined) return parents;
    if (dirname(current) === current) return [];
  }
}

async function ownLines(folder: string, names: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const name of IGNORE_FILES) {
    if (names.includes(name)) lines.push(...(await linesOf(join(folder, name))));
  }
  return lines;
}

async function linesOf(path: string): Promise<string[]> {
  let text: string;
  try {
    // As git does, no symbolic link is followed: a rule file is what was committed here.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      text = (await file.stat()).isFile() ? await file.readFile('utf8') : '';
    } finally {
      await file.close();
    }
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
  return text.replace(/^\uFEFF/, '').split(/\r?\n/);
}

function levelOf(folder: string, lines: readonly string[]): Level[] {
  const rules = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (rules.length === 0) return [];
  return [{ folder: folder === '/' ? '' : folder, lines: rules, matcher: ignore({ ignorecase: false }).add(rules) }];
}

function matches({ folder, matcher }: Level, absolute: string, isFolder: boolean) {
  const relative = absolute.slice(folder.length + 1);
  return relative === '' ? { ignored: false, unignored: false } : matcher.test(isFolder ? `${relative}/` : relative);
}

/** The level without the rules that name a folder. */
function without({ folder, lines }: Level, named: string): Level {
  const others = lines.filter((line) => {
    const alone = { folder, lines: [line], matcher: ignore({ ignorecase: false }).add(line) };
    return !matches(alone, named, true).ignored;
  });
  return { folder, lines: others, matcher: ignore({ ignorecase: false }).add(others) };
}
