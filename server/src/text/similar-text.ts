/** What stands in a text that is like a wanted string. */
export interface SimilarText {
  /** In what way it is alike, or undefined when there is nothing. */
  readonly kind: 'white space or case' | 'alike' | undefined;
  /** Where it begins, rising. */
  readonly places: readonly number[];
  /** How it stands there. */
  readonly texts: readonly string[];
}

/** No more than this is suggested, and of each no more characters. */
const SUGGESTIONS = 5;
const SUGGESTED_LENGTH = 2_000;

/** So many lines are looked at for words, and so many words are looked for. */
const SEARCHED_LINES = 300_000;
const PROBE_WORDS = 12;

/** The part of the words that a line must have to be suggested. */
const ALIKE = 0.5;

/**
 * Looks for what may have been meant by a string that is not in a text: the same with other white space (line ends are white
 * space too) or in another case; else the lines that share the most words with its longest line.
 */
export function findSimilar(wanted: string, text: string): SimilarText {
  const folded = sameButFolded(wanted, text);
  if (folded.length > 0) return asSimilar('white space or case', folded, text);
  const alike = alikeLines(wanted, text);
  return asSimilar(alike.length > 0 ? 'alike' : undefined, alike, text);
}

type Span = readonly [start: number, end: number];

function asSimilar(kind: SimilarText['kind'], spans: readonly Span[], text: string): SimilarText {
  const rising = spans.toSorted(([one], [two]) => one - two);
  const texts = rising.map(([start, end]) =>
    end - start <= SUGGESTED_LENGTH
      ? text.slice(start, end)
      : `${text.slice(start, start + SUGGESTED_LENGTH).toWellFormed()}…`,
  );
  return { kind, places: rising.map(([start]) => start), texts: [...new Set(texts)] };
}

/** Where a string stands when case and the kind and amount of white space do not count. */
function sameButFolded(wanted: string, text: string): Span[] {
  const needle = fold(wanted).trim();
  if (needle === '') return [];
  const haystack = fold(text);
  const spans: Span[] = [];
  const original = originalIndices(text);
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + needle.length)) {
    const start = original(at);
    spans.push([start, original(at + needle.length - 1) + 1]);
    if (spans.length === SUGGESTIONS) break;
  }
  return spans;
}

/** A text in lower case with single blanks; some letters have none of the same length, then the case stays. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return (lower.length === text.length ? lower : text).replace(/\s+/g, ' ');
}

/** Finds the places of rising indices of a folded text in the text itself. */
function originalIndices(text: string): (folded: number) => number {
  const runs = text.matchAll(/\s{2,}/g);
  let removed = 0;
  let run = runs.next();
  return (folded) => {
    while (run.done !== true && run.value.index - removed < folded) {
      removed += run.value[0].length - 1;
      run = runs.next();
    }
    return folded + removed;
  };
}

/** The places that have the most words of the wanted string's longest line, with as many lines around as that has. */
function alikeLines(wanted: string, text: string): Span[] {
  const wantedLines = wanted.replace(/\n$/, '').split('\n', 1_000);
  const probe = wantedLines.reduce((longest, line) => (line.trim().length > longest.trim().length ? line : longest));
  const words = [
    ...new Set(
      probe
        .slice(0, SUGGESTED_LENGTH)
        .toLowerCase()
        .match(/[\p{L}\p{N}_]+/gu),
    ),
  ]
    .sort((one, two) => two.length - one.length)
    .slice(0, PROBE_WORDS);
  if (words.length === 0) return [];
  const before = wantedLines.indexOf(probe);
  const best: { score: number; span: Span }[] = [];
  let start = 0;
  for (let line = 0; start < text.length && line < SEARCHED_LINES; line++) {
    const end = text.indexOf('\n', start) + 1 || text.length;
    const lower = text.slice(start, Math.min(end, start + SUGGESTED_LENGTH)).toLowerCase();
    const score = words.filter((word) => lower.includes(word)).length / words.length;
    const worst = best.at(-1);
    if (score >= ALIKE && (best.length < SUGGESTIONS || score > (worst?.score ?? 0))) {
      best.push({ score, span: linesAround(text, start, before, wantedLines.length) });
      best.sort((one, two) => two.score - one.score).splice(SUGGESTIONS);
    }
    start = end;
  }
  const top = best[0]?.score ?? 0;
  return best.filter(({ score }) => score > top - 0.2).map(({ span }) => span);
}

/** So many lines, of which some stand before a place; without the last one's end. */
function linesAround(text: string, place: number, before: number, count: number): Span {
  let start = place;
  for (let line = 0; line < before && start > 0; line++) start = start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
  let end = start;
  for (let line = 0; line < count && end < text.length; line++) end = text.indexOf('\n', end) + 1 || text.length;
  return [start, text.slice(start, end).endsWith('\n') ? end - (text[end - 2] === '\r' ? 2 : 1) : end];
}
