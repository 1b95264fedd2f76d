import type { EditFinding } from '../kernel/contract.js';

/** The headings of a text, by name: two lists of the same length. */
export interface HeadingNames {
  readonly titles: readonly string[];
  readonly anchors: readonly string[];
}

/** Which heading a name means, or why it means none: what was found instead, and that in words. */
export type SectionMatch = { readonly at: number } | { readonly found: EditFinding; readonly detail: string };

/** More places than this are not named; the contract's limits of `EditFinding`. */
const NAMED_LINES = 20;
const SUGGESTIONS = 5;

/** So many headings are compared letter by letter with a name that fits none: reading happens on the event loop. */
const COMPARED = 1_000;

/** How much two names must have in common, from 0 to 1, to be suggested. */
const SIMILAR = 0.5;

/**
 * Finds the heading that a name means: by its anchor when it begins with `#`, else by its title, exactly, else without
 * regard to case.
 *
 * @param lineOf the line of a heading, counted from 1
 */
export function matchSection(names: HeadingNames, name: string, lineOf: (at: number) => number): SectionMatch {
  const anchor = name.trim();
  const title = anchor.replace(/\s+/g, ' ');
  const byAnchor = anchor.startsWith('#') ? names.anchors.indexOf(anchor) : -1;
  if (byAnchor !== -1) return { at: byAnchor };
  const exact = indicesOf(names.titles, (other) => other === title);
  const lower = title.toLowerCase();
  const fitting = exact.length > 0 ? exact : indicesOf(names.titles, (other) => other.toLowerCase() === lower);
  const [at] = fitting;
  if (at === undefined) {
    const found = near(names, title, lineOf);
    const like = found.suggestions.map((suggestion) => `"${quoted(suggestion)}"`).join(', ');
    return { found, detail: `No heading reads "${quoted(title)}"${like === '' ? '' : `; like it: ${like}`}.` };
  }
  if (fitting.length === 1) return { at };
  const lines = fitting.slice(0, NAMED_LINES).map(lineOf);
  const suggestions = anchorsOf(names, fitting.slice(0, SUGGESTIONS));
  return {
    found: { occurrences: fitting.length, lines, suggestions },
    detail:
      `${fitting.length} headings read "${quoted(title)}", in lines ${lines.join(', ')}` +
      `${fitting.length > lines.length ? ' and more' : ''}; name one by its anchor, as ${suggestions.join(' or ')}.`,
  };
}

/** What was asked for, short enough for a sentence. */
export function quoted(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100).toWellFormed()}…`;
}

function anchorsOf(names: HeadingNames, indices: readonly number[]): string[] {
  return indices.map((at) => names.anchors[at] ?? '');
}

/** What may have been meant; titles, or anchors where a title does not tell headings apart. */
function near(names: HeadingNames, title: string, lineOf: (at: number) => number): EditFinding {
  const wanted = pairsOf(title);
  const best = names.titles
    .slice(0, COMPARED)
    .map((other, at) => ({ at, other, score: similarity(wanted, pairsOf(other)) }))
    .filter(({ score }) => score >= SIMILAR)
    .sort((one, two) => two.score - one.score || one.at - two.at)
    .slice(0, SUGGESTIONS);
  const suggestions = best.map(({ at, other }) => {
    const only = names.titles.indexOf(other) === names.titles.lastIndexOf(other);
    return only && other !== '' ? other : (names.anchors[at] ?? '');
  });
  return { occurrences: 0, lines: best.map(({ at }) => lineOf(at)), suggestions };
}

/** The pairs of neighbouring letters in a name, without marks and case. */
function pairsOf(name: string): Set<string> {
  const letters = name
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const pairs = new Set<string>();
  for (let at = 0; at < letters.length; at++) pairs.add(letters.slice(at, at + 2));
  return pairs;
}

/** How much two sets share, from 0 to 1; a short name inside a longer one counts as alike. */
function similarity(one: ReadonlySet<string>, two: ReadonlySet<string>): number {
  let shared = 0;
  for (const pair of one) if (two.has(pair)) shared++;
  const dice = (2 * shared) / Math.max(1, one.size + two.size);
  const inside = (0.75 * shared) / Math.max(3, Math.min(one.size, two.size));
  return Math.max(dice, inside);
}

function indicesOf(items: readonly string[], fits: (item: string) => boolean): number[] {
  const indices: number[] = [];
  for (const [at, item] of items.entries()) if (fits(item)) indices.push(at);
  return indices;
}
