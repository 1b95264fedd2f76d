import picomatch from 'picomatch';

/** A glob such as `docs/2026-*.md`, taken apart. It means files, and hidden ones only where it says so, as to a shell. */
export interface Glob {
  /** The folder that it starts from: `docs`. */
  folder: string;
  /** How many levels of folders below that it can reach; 1 is the folder itself. */
  maxDepth: number;
  /** Whether it means a path, relative to the folder and with `/`. */
  matches(path: string): boolean;
}

/** Takes a word of a command line apart if it is a glob; undefined where it is a plain path. */
export function globOf(word: string): Glob | undefined {
  const { base, glob, isGlob, negated } = picomatch.scan(word, { nonegate: true });
  if (!isGlob || negated || glob === '') {
    return undefined;
  }
  return {
    folder: base === '' ? (word.startsWith('/') ? '/' : '.') : base,
    maxDepth: glob.includes('**') ? Infinity : glob.split('/').length,
    matches: picomatch(glob, { nonegate: true }),
  };
}
