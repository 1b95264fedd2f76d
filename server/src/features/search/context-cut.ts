import { countTokens, paragraphsOf, type Lines } from './passages/index.js';
import type { Relevant } from './context-relevance.js';

/**
 * Cuts a section that is too long to whole paragraphs around the one that says most; where that one is too long itself,
 * to its lines around the best of them.
 *
 * @param weights how much each pattern tells
 * @param tokens how many the cut may have at the most
 * @returns undefined when not even the best line fits
 */
export function cutSection(relevant: Relevant, weights: readonly number[], tokens: number): Lines | undefined {
  const { source, first, last } = relevant;
  const { text } = source.candidate;
  const from = source.sections[first];
  if (from === undefined) return undefined;
  const whole = { start: from.start, end: source.sections[last]?.end ?? from.end, start_line: from.start_line };
  const paragraphs = paragraphsOf(text, whole, Infinity);
  const best = bestOf(paragraphs, source.matches, weights);
  if (best === undefined) return undefined;
  const grown = growAround(text, paragraphs, best, tokens);
  if (grown !== undefined) return grown;
  const lines = paragraphsOf(text, paragraphs[best] ?? whole, 1);
  return growAround(text, lines, bestOf(lines, source.matches, weights) ?? 0, tokens);
}

/** The index of the part with most of the patterns, the first of equal ones. */
function bestOf(parts: readonly Lines[], matches: Relevant['source']['matches'], weights: readonly number[]) {
  let [best, most] = [parts.length === 0 ? undefined : 0, 0];
  let at = 0;
  let seen = new Set<number>();
  let sum = 0;
  for (const { start, pattern } of matches) {
    if (start < (parts[0]?.start ?? 0)) continue;
    if (start >= (parts.at(-1)?.end ?? 0)) break;
    while ((parts[at]?.end ?? Infinity) <= start) {
      at++;
      [seen, sum] = [new Set(), 0];
    }
    if (seen.has(pattern)) continue;
    seen.add(pattern);
    sum += weights[pattern] ?? 0;
    if (sum > most) [best, most] = [at, sum];
  }
  return best;
}

/** Adds the parts behind and before one, in turn, as long as they fit; undefined when it does not fit itself. */
function growAround(text: string, parts: readonly Lines[], best: number, tokens: number): Lines | undefined {
  let [first, last] = [best, best];
  let left = tokens - tokensBetween(text, parts[best]?.start ?? 0, parts[best]?.end ?? 0, tokens);
  if (left < 0) return undefined;
  let [behind, before] = [true, true];
  while (behind || before) {
    behind &&= last + 1 < parts.length;
    if (behind) {
      const added = tokensBetween(text, parts[last]?.end ?? 0, parts[last + 1]?.end ?? 0, left);
      behind = added <= left;
      if (behind) [last, left] = [last + 1, left - added];
    }
    before &&= first > 0;
    if (before) {
      const added = tokensBetween(text, parts[first - 1]?.start ?? 0, parts[first]?.start ?? 0, left);
      before = added <= left;
      if (before) [first, left] = [first - 1, left - added];
    }
  }
  const [{ start, start_line } = NO_LINES, { end, end_line } = NO_LINES] = [parts[first], parts[last]];
  return { start, end, start_line, end_line };
}

const NO_LINES: Lines = { start: 0, end: 0, start_line: 1, end_line: 1 };

/** So many characters have more than one token for sure: no more have to be counted to know that a part does not fit. */
const MAX_TOKEN_CHARACTERS = 32;

function tokensBetween(text: string, start: number, end: number, most: number): number {
  return end - start > (most + 1) * MAX_TOKEN_CHARACTERS ? Infinity : countTokens(text, start, end);
}
