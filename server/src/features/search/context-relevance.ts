import type { Document } from '../../kernel/contract.js';
import type { Pattern, PatternMatch } from '../../search-index/index.js';
import { countTokens, cutSections, findMatches, hasHeadings, importanceOf, type Section } from './passages/index.js';

/** A document that may say something about a question, with its text. */
export interface Candidate {
  readonly document: Document;
  /** How well the search found it; the higher the better. */
  readonly score: number;
  readonly text: string;
  /** Whether the lines are those of the file, not of a text that was taken out of it. */
  readonly lines_are_of_file: boolean;
}

/** A candidate, cut into sections. */
export interface Source {
  readonly candidate: Candidate;
  readonly sections: readonly Section[];
  readonly matches: readonly PatternMatch[];
}

/** Sections of a document that follow each other and belong to the answer; mostly it is one. Indices, `last` included. */
export interface Relevant {
  readonly source: Source;
  readonly first: number;
  readonly last: number;
  readonly score: number;
  /** Of their text, with the empty lines between them. */
  readonly tokens: number;
}

type Scored = Omit<Relevant, 'tokens'>;

export interface Relevance {
  /** The best first. */
  readonly relevant: readonly Relevant[];
  /** How much each pattern tells. */
  readonly weights: readonly number[];
}

/** What counts how much: the words of a section's own heading, of the headings over it, and of the document's name. */
const HEADING = 1.5;
const PARENT = 0.7;
const FARTHER = 0.4;
const NAME = 0.4;
/** What often coming again can add at the most (as in BM25), and how soon it does. */
const BODY = 2.2;
const SATURATION = 1.2;
/** A section with few of the patterns counts this much of one that has all, beside what they add up to. */
const WITHOUT_COVERAGE = 0.3;
/** The same for the document's rank. */
const WITHOUT_RANK = 0.4;
/** What is so much worse than the best does not belong to the answer. */
const WORTH = 0.15;

/** How often the patterns stand in a section. */
interface Tally {
  readonly heading: Set<number>;
  readonly body: Map<number, number>;
}

/**
 * The sections of documents that say something about a question, the best first: those with most of its patterns, rare
 * ones before common ones, in their heading before in their text, from documents that were found well. Of documents with
 * the same content the first counts. Equal ones stand in the order of the documents' ids and of their lines.
 */
export function findRelevant(candidates: readonly Candidate[], patterns: readonly Pattern[]): Relevance {
  const sources = withoutCopies(candidates).map((candidate) => toSource(candidate, patterns));
  const tallies = sources.map(tally);
  const weights = weigh(patterns, sources, tallies);
  const best = Math.max(...sources.map(({ candidate }) => candidate.score), Number.MIN_VALUE);
  const relevant = sources.flatMap((source, at) => {
    const rank = WITHOUT_RANK + (1 - WITHOUT_RANK) * Math.max(0, source.candidate.score / best);
    const name = new Set(findMatches(source.candidate.document.name, patterns).map(({ pattern }) => pattern));
    const scored = score(source, tallies[at] ?? new Map<number, Tally>(), weights, name);
    return scored.map((one) => ({ ...one, score: one.score * rank }));
  });
  const least = WORTH * relevant.reduce((most, one) => Math.max(most, one.score), 0);
  const worthIt = relevant.filter((one) => one.score > 0 && one.score >= least).sort(byScore);
  return { weights, relevant: worthIt.map((one) => ({ ...one, tokens: tokensOf(one) })) };
}

function tokensOf({ source: { candidate, sections }, first, last }: Scored): number {
  return countTokens(candidate.text, sections[first]?.start ?? 0, sections[last]?.end ?? 0);
}

function withoutCopies(candidates: readonly Candidate[]): Candidate[] {
  const digests = new Set<string>();
  return candidates.filter(({ document: { checksum_sha256 } }) => {
    if (digests.has(checksum_sha256)) return false;
    digests.add(checksum_sha256);
    return true;
  });
}

function toSource(candidate: Candidate, patterns: readonly Pattern[]): Source {
  const sections = cutSections(candidate.text, hasHeadings(candidate.document.mime_type));
  return { candidate, sections, matches: findMatches(candidate.text, patterns) };
}

/** What stands in the sections that have something, by their indices. */
function tally({ sections, matches }: Source): Map<number, Tally> {
  const tallies = new Map<number, Tally>();
  let at = 0;
  for (const { start, pattern } of matches) {
    while ((sections[at + 1]?.start ?? Infinity) <= start) at++;
    const own = tallies.get(at) ?? { heading: new Set(), body: new Map<number, number>() };
    tallies.set(at, own);
    if (start < (sections[at]?.body ?? 0)) own.heading.add(pattern);
    else own.body.set(pattern, (own.body.get(pattern) ?? 0) + 1);
  }
  return tallies;
}

/** What each pattern tells: the more, the fewer sections have it. */
function weigh(
  patterns: readonly Pattern[],
  sources: readonly Source[],
  tallies: readonly ReadonlyMap<number, Tally>[],
): number[] {
  const total = sources.reduce((sum, { sections }) => sum + sections.length, 0);
  const having = patterns.map(() => 0);
  for (const sections of tallies) {
    for (const { heading, body } of sections.values()) {
      for (const pattern of new Set([...heading, ...body.keys()])) having[pattern] = (having[pattern] ?? 0) + 1;
    }
  }
  return patterns.map((pattern, at) => importanceOf(pattern) * Math.log(1 + total / Math.max(1, having[at] ?? 0)));
}

/** The sections of a document with what they are worth. A heading without a text comes together with what is under it. */
function score(
  source: Source,
  tallies: ReadonlyMap<number, Tally>,
  weights: readonly number[],
  name: ReadonlySet<number>,
): Scored[] {
  const { sections } = source;
  const length = sections.reduce((sum, { start, end }) => sum + end - start, 0) / Math.max(1, sections.length);
  const inherited = inheritance(sections, tallies);
  const scored: Scored[] = [];
  for (let first = 0; first < sections.length; first++) {
    const last = lastTogether(sections, first, tallies);
    if (last === undefined) continue;
    const own = merge(tallies, first, last);
    // A document that is named as what is asked for, and says nothing of it, is shown by its beginning.
    const isOnlyNamed = tallies.size === 0 && scored.length === 0 && name.size > 0;
    if (own !== undefined || inherited[first] !== undefined || isOnlyNamed) {
      const size = ((sections[last]?.end ?? 0) - (sections[first]?.start ?? 0)) / Math.max(1, length);
      scored.push({ source, first, last, score: worth(own, inherited[first], name, weights, size) });
    }
    first = last;
  }
  return scored;
}

/** The last of the sections that come together with this one; undefined when it is a heading that says nothing. */
function lastTogether(
  sections: readonly Section[],
  first: number,
  tallies: ReadonlyMap<number, Tally>,
): number | undefined {
  let last = first;
  for (;;) {
    const [section, next] = [sections[last], sections[last + 1]];
    if (section === undefined || section.end > section.body) return last;
    if (tallies.get(first) === undefined) return undefined;
    if (next === undefined || next.level <= section.level) return last;
    last++;
  }
}

/** For each section, what the patterns count that stand in the headings over it. */
function inheritance(
  sections: readonly Section[],
  tallies: ReadonlyMap<number, Tally>,
): (ReadonlyMap<number, number> | undefined)[] {
  const inherited: (ReadonlyMap<number, number> | undefined)[] = [];
  for (const { parent } of sections) {
    const above = inherited[parent];
    const heading = tallies.get(parent)?.heading;
    const farther = [...(above?.keys() ?? [])].map((pattern) => [pattern, FARTHER] as const);
    const near = [...(heading ?? [])].map((pattern) => [pattern, PARENT] as const);
    inherited.push(farther.length + near.length === 0 ? undefined : new Map([...farther, ...near]));
  }
  return inherited;
}

function merge(tallies: ReadonlyMap<number, Tally>, first: number, last: number): Tally | undefined {
  if (first === last) return tallies.get(first);
  const merged: Tally = { heading: new Set(), body: new Map() };
  for (let at = first; at <= last; at++) {
    const { heading, body } = tallies.get(at) ?? { heading: new Set<number>(), body: new Map<number, number>() };
    for (const pattern of heading) merged.heading.add(pattern);
    for (const [pattern, count] of body) merged.body.set(pattern, (merged.body.get(pattern) ?? 0) + count);
  }
  return merged;
}

function worth(
  own: Tally | undefined,
  inherited: ReadonlyMap<number, number> | undefined,
  name: ReadonlySet<number>,
  weights: readonly number[],
  size: number,
): number {
  let [strength, covered, all] = [0, 0, 0];
  const soon = SATURATION * (0.4 + 0.6 * Math.min(4, size));
  for (const [pattern, weight] of weights.entries()) {
    const count = own?.body.get(pattern) ?? 0;
    const inHeading = own?.heading.has(pattern) === true ? HEADING : 0;
    const direct = (BODY * count) / (count + soon) + inHeading;
    const counts = direct > 0 ? direct : (inherited?.get(pattern) ?? (name.has(pattern) ? NAME : 0));
    strength += weight * counts;
    covered += counts > 0 ? weight : 0;
    all += weight;
  }
  return all === 0 ? 0 : strength * (WITHOUT_COVERAGE + (1 - WITHOUT_COVERAGE) * (covered / all));
}

function byScore(one: Scored, two: Scored): number {
  const [id, otherId] = [one.source.candidate.document.document_id, two.source.candidate.document.document_id];
  return two.score - one.score || (id < otherId ? -1 : id > otherId ? 1 : 0) || one.first - two.first;
}
