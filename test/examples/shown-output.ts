import { AssertionError } from 'node:assert';

/** The id that no document has: an example can rely on its absence. */
const NOBODYS_ID = 'doc_000000000000';

/** Parts of an output that differ from run to run, and what they look like. Ids come apart. */
const CHANGING: readonly (readonly [shown: RegExp, pattern: string])[] = [
  [/\b[0-9a-f]{64}\b/, '[0-9a-f]{64}'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/, '[0-9a-f-]{36}'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`],
  [/\b\d{4}-\d\d-\d\d · /, String.raw`\d{4}-\d\d-\d\d · `],
  [/"size_bytes": ?\d+/, String.raw`"size_bytes": ?\d+`],
  [/\b\d+ bytes\b/, String.raw`\d+ bytes`],
  [/\b\d+(?:\.\d)? (?:B|KB|MB|GB)\b/, String.raw`\d+(?:\.\d)? (?:B|KB|MB|GB)`],
  [/\b\d+(?:\.\d+)? (?:ms|s)\b/, String.raw`\d+(?:\.\d+)? (?:ms|s)`],
];

/**
 * Compares what a page shows with what its examples really print, and learns on the way which id of the page stands for
 * which document of this run.
 */
export class ShownOutput {
  readonly #idOfRun = new Map<string, string>([[NOBODYS_ID, NOBODYS_ID]]);

  /** From here on `shown` stands for `actual`. */
  learn(shown: string, actual: string): void {
    this.#idOfRun.set(shown, actual);
  }

  /**
   * Code with the ids of this run in place of those that the page shows.
   *
   * @throws Error when an id has not been shown by the output of an earlier example
   */
  translate(code: string): string {
    return code.replace(/doc_[0-9a-f]{12}/g, (shown) => {
      const actual = this.#idOfRun.get(shown);
      if (actual === undefined) throw new Error(`the example uses ${shown}, which no earlier output has shown`);
      return actual;
    });
  }

  /**
   * Compares. Ids, digests, times and sizes may differ, `…` stands for anything within a line and, alone on a line, for
   * any lines.
   *
   * @throws AssertionError with both texts
   */
  compare(shown: string, actual: string): void {
    const learned: string[] = [];
    const match = new RegExp(`^${this.#pattern(shown, learned)}$`).exec(actual);
    if (!match) {
      const message = 'the example does not print what the page shows';
      throw new AssertionError({ message, actual, expected: shown, operator: 'match' });
    }
    for (const [at, id] of learned.entries()) this.learn(id, match[at + 1] ?? '');
  }

  #pattern(shown: string, learned: string[]): string {
    const parts = ['(?<any>(?<=^|\\n)…\\n)', '(?<some>…)', '(?<id>doc_[0-9a-f]{12})'];
    const changing = CHANGING.map(([part], at) => `(?<changing${at}>${part.source})`);
    const parser = new RegExp([...parts, ...changing].join('|'), 'g');
    let pattern = '';
    let end = 0;
    for (const found of shown.matchAll(parser)) {
      pattern += escape(shown.slice(end, found.index)) + this.#patternOf(found, learned);
      end = found.index + found[0].length;
    }
    return pattern + escape(shown.slice(end));
  }

  #patternOf(found: RegExpExecArray, learned: string[]): string {
    const groups = found.groups ?? {};
    const { any, some, id } = groups;
    if (any !== undefined) return '(?:.*\\n)*?';
    if (some !== undefined) return '.*';
    if (id === undefined) {
      const at = CHANGING.findIndex((_, index) => groups[`changing${index}`] !== undefined);
      return CHANGING[at]?.[1] ?? '';
    }
    const known = this.#idOfRun.get(id);
    if (known !== undefined) return known;
    if (learned.includes(id)) return `\\${learned.indexOf(id) + 1}`;
    learned.push(id);
    return '(doc_[0-9a-f]{12})';
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
