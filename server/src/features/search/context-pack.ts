import type { Document } from '../../kernel/contract.js';
import { cutSection } from './context-cut.js';
import { citationOf, passageHeader, passageTokens } from './context-markdown.js';
import type { Relevance, Relevant, Source } from './context-relevance.js';
import { countTokens, type Lines } from './passages/index.js';

/** Lines of a document that are in the pack. */
export interface Packed extends Lines {
  readonly source: Source;
  readonly title: string;
  /** That of the best of its sections. */
  readonly score: number;
}

export interface Pack {
  /** The best document first, of a document in the order of the lines. */
  readonly packed: readonly Packed[];
  /** What is not in the pack, or not as a whole; the best first. */
  readonly left_out: readonly Relevant[];
  /** How many tokens the pack has at the most, each passage with the line before it. */
  readonly tokens: number;
}

/** How many tokens the pack may have. */
export interface Budget {
  /** After the best of all is in. */
  readonly best: number;
  readonly others: number;
}

/** A section that is cut takes no more of the budget than this while others are waiting. */
const CUT_SHARE = 0.5;
/** Less than this share of the budget is not worth cutting for. */
const LEAST_CUT_SHARE = 0.2;

/** A passage of the pack, of whole sections; indices, `last` included. */
interface Passage extends Packed {
  readonly first: number;
  readonly last: number;
  /** Tokens of the text, and with the header. */
  readonly text_tokens: number;
  readonly tokens: number;
}

/** Takes sections into a pack, the best first, each that fits; those that touch become one passage. */
export function pack({ relevant, weights }: Relevance, budget: Budget): Pack {
  const packing = new Packing();
  const left_out: Relevant[] = [];
  for (const [at, one] of relevant.entries()) {
    const most = at === 0 ? budget.best : budget.others;
    if (packing.add(one, most)) continue;
    left_out.push(one);
    const left = most - packing.tokens;
    if (toPassage(one).tokens <= budget.best || left < LEAST_CUT_SHARE * most) continue;
    packing.addCut(one, weights, relevant.length === 1 ? left : Math.min(left, Math.floor(CUT_SHARE * most)));
  }
  return { packed: packing.inOrder(), left_out, tokens: packing.tokens };
}

class Packing {
  tokens = 0;
  /** Whole passages of each document by the section behind them and by their first one, and cut ones. */
  readonly #byNext = new Map<Source, Map<number, Passage>>();
  readonly #byFirst = new Map<Source, Map<number, Passage>>();
  readonly #cut: Packed[] = [];

  /** Takes whole sections in, if the pack then has no more tokens than `most`. */
  add(relevant: Relevant, most: number): boolean {
    const { source, first, last } = relevant;
    const byNext = entryOf(this.#byNext, source);
    const byFirst = entryOf(this.#byFirst, source);
    const [before, behind] = [byNext.get(first), byFirst.get(last + 1)];
    let merged: Passage = toPassage(relevant);
    if (before !== undefined) merged = join(before, merged);
    if (behind !== undefined) merged = join(merged, behind);
    const tokens = this.tokens + merged.tokens - (before?.tokens ?? 0) - (behind?.tokens ?? 0);
    if (tokens > most) return false;
    this.tokens = tokens;
    byFirst.delete(last + 1);
    byNext.delete(first);
    byFirst.set(merged.first, merged);
    byNext.set(merged.last + 1, merged);
    return true;
  }

  /** Takes the best part of sections in that are too long, with `most` tokens, if there is one that fits. */
  addCut(relevant: Relevant, weights: readonly number[], most: number): void {
    const { source, first, last, score } = relevant;
    const title = source.sections[first]?.title ?? '';
    const end_line = source.sections[last]?.end_line ?? 1;
    // No citation of a part has more digits.
    const header = headerOf(source, title, end_line, end_line + 1);
    const room = most - passageTokens(header, 0) - 1;
    const lines = room > 0 ? cutSection(relevant, weights, room) : undefined;
    if (lines === undefined) return;
    const tokens = countTokens(source.candidate.text, lines.start, lines.end);
    this.#cut.push({ ...lines, source, title, score });
    this.tokens += passageTokens(header, tokens + missingLineEnd(source, lines.end));
  }

  inOrder(): Packed[] {
    const packed = [...[...this.#byFirst.values()].flatMap((passages) => [...passages.values()]), ...this.#cut];
    const scores = new Map<Source, number>();
    for (const { source, score } of packed) scores.set(source, Math.max(score, scores.get(source) ?? 0));
    return packed.sort(
      (one, two) =>
        (scores.get(two.source) ?? 0) - (scores.get(one.source) ?? 0) ||
        compare(documentOf(one).document_id, documentOf(two).document_id) ||
        one.start - two.start,
    );
  }
}

function toPassage({ source, first, last, score, tokens }: Relevant): Passage {
  const { start, start_line, title } = source.sections[first] ?? NOWHERE;
  const { end, end_line } = source.sections[last] ?? NOWHERE;
  const lines = { start, end, start_line, end_line };
  return withTokens({ source, first, last, ...lines, title, score, text_tokens: tokens });
}

const NOWHERE = { start: 0, end: 0, start_line: 1, end_line: 1, title: '' };

/** Two passages of a document, the second behind the first, as one. */
function join(one: Passage, two: Passage): Passage {
  const between = countTokens(one.source.candidate.text, one.end, two.start);
  return withTokens({
    ...one,
    last: two.last,
    end: two.end,
    end_line: two.end_line,
    score: Math.max(one.score, two.score),
    text_tokens: one.text_tokens + between + two.text_tokens,
  });
}

function withTokens(passage: Omit<Passage, 'tokens'>): Passage {
  const { source, title, start_line, end_line, end, text_tokens } = passage;
  const header = headerOf(source, title, start_line, end_line);
  return { ...passage, tokens: passageTokens(header, text_tokens + missingLineEnd(source, end)) };
}

function headerOf(source: Source, title: string, start_line: number, end_line: number): string {
  const { document_id, version, name } = documentOf({ source });
  return passageHeader({ citation: citationOf(document_id, version, start_line, end_line), name, section: title });
}

/** The last line of a text may have no line end; in the pack it has one, which is a token at the most. */
function missingLineEnd({ candidate: { text } }: Source, end: number): number {
  return text[end - 1] === '\n' ? 0 : 1;
}

function documentOf({ source }: { source: Source }): Document {
  return source.candidate.document;
}

function entryOf<Value>(map: Map<Source, Map<number, Value>>, source: Source): Map<number, Value> {
  let entry = map.get(source);
  if (entry === undefined) map.set(source, (entry = new Map<number, Value>()));
  return entry;
}

function compare(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}
