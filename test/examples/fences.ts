/** A fenced block of a Markdown page. */
export interface Fence {
  readonly language: string;
  /** The words after the language: `no-run`, `output`. */
  readonly words: readonly string[];
  readonly code: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
}

/** An example of a page: code, and what it prints where the page shows it. */
export interface Example {
  readonly language: 'sh' | 'ts';
  readonly code: string;
  readonly line: number;
  /** From the `text output` fence that follows, if one does. */
  readonly output: string | undefined;
  /** Whether the page says that it cannot be run in a test. */
  readonly noRun: boolean;
}

const RUNNABLE: ReadonlySet<string> = new Set(['sh', 'ts']);
/** What is shown and not run. Any other language is a mistake: an example could hide under it. */
const SHOWN: ReadonlySet<string> = new Set(['text', 'json']);

/** All fenced blocks of a page, in order. */
export function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const opening = /^```(.*)$/.exec(lines[at] ?? '');
    if (!opening) continue;
    const [language = '', ...words] = (opening[1] ?? '').trim().split(/\s+/);
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`the fence of line ${at + 1} is not closed`);
    fences.push({ language, words, code: `${lines.slice(at + 1, end).join('\n')}\n`, line: at + 1 });
    at = end;
  }
  return fences;
}

/**
 * The examples of a page: its `sh` and `ts` fences, each with the `text output` fence behind it.
 *
 * @throws Error for a fence whose language or words nobody knows, and for an output without an example
 */
export function examplesOf(markdown: string): Example[] {
  const examples: Example[] = [];
  let previous: Fence | undefined;
  for (const fence of fencesOf(markdown)) {
    const { language, words, code, line } = fence;
    const where = `the fence of line ${line} (${[language, ...words].join(' ')})`;
    if (isOutput(fence)) {
      const example = examples.pop();
      if (!example || !previous || !RUNNABLE.has(previous.language)) throw new Error(`${where} follows no example`);
      examples.push({ ...example, output: code });
    } else if (language === 'sh' || language === 'ts') {
      if (words.some((word) => word !== 'no-run')) throw new Error(`${where} has a word that is not "no-run"`);
      examples.push({ language, code, line, output: undefined, noRun: words.includes('no-run') });
    } else if (!SHOWN.has(language) || words.length > 0) {
      throw new Error(`${where} is none of sh, ts, text, text output and json`);
    }
    previous = fence;
  }
  return examples;
}

function isOutput({ language, words }: Fence): boolean {
  return language === 'text' && words.length === 1 && words[0] === 'output';
}
