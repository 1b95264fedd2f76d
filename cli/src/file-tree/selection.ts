import picomatch from 'picomatch';
import { UsageError } from '../errors.js';

/**
 * Which files are meant beyond what the ignore files say. A pattern without a slash counts at every depth (`*.md`), one
 * with a slash from the folder on (`docs/*.md`); `*`, `**`, `?`, `[…]` and `{a,b}` mean what they mean to a shell. One
 * that fits a folder fits everything in it.
 */
export interface PathSelection {
  /** Only what fits one of these; without any everything is meant. */
  include?: readonly string[] | undefined;
  /** Nothing that fits one of these. */
  exclude?: readonly string[] | undefined;
}

/** A selection that can be asked; paths are relative to the folder that is walked, with `/`. */
export interface PathFilter {
  includesFile(path: string): boolean;
  excludes(path: string): boolean;
}

/** Makes a selection ready to be asked. @throws UsageError for a pattern that is none */
export function pathFilter({ include = [], exclude = [] }: PathSelection): PathFilter {
  const included = include.length > 0 ? matcherOf('--include', include) : () => true;
  const excluded = exclude.length > 0 ? matcherOf('--exclude', exclude) : () => false;
  return { includesFile: included, excludes: excluded };
}

function matcherOf(option: string, patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.flatMap((pattern) => {
    const path = pattern.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
    if (path === '') {
      throw new UsageError(`${option} "${pattern}" is no pattern.`, `Give it a pattern like '*.md' or 'drafts/**'.`);
    }
    const anchored = /^\.?\/./.test(pattern) || path.includes('/') ? path : `**/${path}`;
    return [anchored, `${anchored}/**`];
  });
  return picomatch(globs, { dot: true, nonegate: true });
}
