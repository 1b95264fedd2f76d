/** What a query looks for, for whoever shows where it stands. */
import { termOf } from '../folding.js';
import { wantedNodes, type Expansions, type QueryNode } from './nodes.js';
import { readTypedWords, termsOfTyped } from './typed-words.js';

/** Terms of the index that follow each other, or an identifier that is one of them. */
export interface Pattern {
  readonly terms: readonly string[];
  /** The last of the terms, and the compound, is the beginning of a folded word. */
  readonly prefix: boolean;
  /** The term of the terms put together; of a beginning, as it was typed. */
  readonly compound?: string;
}

const NOTHING: Expansions = new Map();

/** The patterns of everything that is wanted, not of what is negated; each once. */
export function patternsOf(node: QueryNode, expansions: Expansions = NOTHING): Pattern[] {
  const patterns = new Map<string, Pattern>();
  const add = (pattern: Pattern): void => void patterns.set(JSON.stringify(pattern), pattern);
  for (const wanted of wantedNodes(node)) {
    const isWord = wanted.type === 'word';
    const typed = readTypedWords(wanted.text, wanted.prefix);
    const { compound, endsInBeginning, words } = typed;
    if (words.length === 0) continue;
    const whole = isWord ? compound : undefined;
    const isSameKind = endsInBeginning === (wanted.prefix ?? false);
    add({
      terms: termsOfTyped(typed),
      prefix: endsInBeginning,
      ...(whole && isSameKind && { compound: endsInBeginning ? whole.text : whole.term }),
    });
    if (whole && !isSameKind) add({ terms: [whole.text], prefix: true });
    if (!isWord) continue;
    // Where other words stand for a part of it, its parts are looked for apart from each other.
    const isApart = words.length > 1 && words.some(({ text }) => expansions.has(text));
    for (const [index, { term, text }] of (isApart ? words : []).entries()) {
      const prefix = endsInBeginning && index === words.length - 1;
      add({ terms: [prefix ? text : term], prefix });
    }
    for (const { text } of compound ? [...words, compound] : words) {
      for (const alternative of expansions.get(text) ?? []) add({ terms: [termOf(alternative)], prefix: false });
    }
  }
  return [...patterns.values()];
}

/** A folded word that is wanted. */
export interface WantedWord {
  readonly word: string;
  /** It is only the beginning of one. */
  readonly prefix: boolean;
}

/** The distinct words that are wanted, identifiers as wholes too; those of phrases stand as they are written. */
export function wordsOf(node: QueryNode): WantedWord[] {
  const found = new Map<string, WantedWord>();
  for (const wanted of wantedNodes(node)) {
    if (wanted.type === 'phrase') continue;
    const { compound, endsInBeginning, words } = readTypedWords(wanted.text, wanted.prefix);
    for (const [index, { text }] of words.entries()) {
      found.set(text, { word: text, prefix: endsInBeginning && index === words.length - 1 });
    }
    if (compound) found.set(compound.text, { word: compound.text, prefix: wanted.prefix });
  }
  return [...found.values()];
}
