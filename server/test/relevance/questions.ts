/** Questions whose answers are known because of how the questions are made. The same READMEs make the same ones. */
import { createHash } from 'node:crypto';
import type { Readme } from './readmes.js';
import { type Vocabulary, wordsOf } from './vocabulary.js';

export interface Question {
  readonly q: string;
  /** The names of the documents that answer it. */
  readonly answers: ReadonlySet<string>;
}

/** Questions of a kind: of so many READMEs, spread evenly over all. */
const QUESTIONS = 80;
const MAX_ANSWERS = 5;
const SENTENCE_WORDS = { least: 8, most: 30 };
/** Words of a sentence that somebody remembers. */
const REMEMBERED = 4;

type Maker = (readme: Readme, vocabulary: Vocabulary, number: number) => Question | undefined;

/** The questions of a kind; fewer where fewer READMEs have one. */
export function makeQuestions(maker: Maker, readmes: readonly Readme[], vocabulary: Vocabulary): Question[] {
  const made = readmes.flatMap((readme, number) => maker(readme, vocabulary, number) ?? []);
  const step = Math.max(1, made.length / QUESTIONS);
  return Array.from({ length: Math.min(QUESTIONS, made.length) }, (_, index) => made[Math.floor(index * step)]).filter(
    (question) => question !== undefined,
  );
}

/**
 * Four words out of a sentence that is in no other text, in their order: those that fewest texts have, as what somebody
 * remembers is seldom "which" and "these", but none that stands in this text alone, and none of the name.
 */
export const exactWords: Maker = (readme, vocabulary) => {
  const ofName = new Set(wordsOf(readme.name));
  const remembered = sentencesOf(readme)
    .filter((sentence) => vocabulary.isOnlyIn(sentence, readme))
    .map((sentence) =>
      [...new Set(wordsOf(sentence))].filter(
        (word) => /^[a-z]{5,}$/.test(word) && !ofName.has(word) && vocabulary.spread(word) > 1,
      ),
    )
    .filter(({ length }) => length >= REMEMBERED);
  const words = pick(remembered, readme.name);
  if (!words) return undefined;
  const rarest = [...words].sort((a, b) => vocabulary.spread(a) - vocabulary.spread(b)).slice(0, REMEMBERED);
  return { q: words.filter((word) => rarest.includes(word)).join(' '), answers: new Set([readme.name]) };
};

/** Sentences of prose, without code and addresses. */
function sentencesOf({ text }: Readme): string[] {
  return text
    .replace(/```[\s\S]*?```/g, '')
    .split(/\n|(?<=\.)\s/)
    .map((sentence) => sentence.replace(/\S*:\/\/\S*|`[^`]*`/g, ''))
    .filter((sentence) => {
      const { length } = wordsOf(sentence);
      return /^[A-Z]/.test(sentence) && length >= SENTENCE_WORDS.least && length <= SENTENCE_WORDS.most;
    });
}

/** An identifier of the text, every third as it stands and the others in another way of writing. */
export const identifiers: Maker = (readme, vocabulary, number) => {
  const identifier = pick(vocabulary.identifiersOnlyIn(readme), readme.name);
  if (identifier === undefined) return undefined;
  const parts = identifier
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _-]/)
    .filter((part) => part !== '');
  const written = [identifier, parts.join('_'), parts.join('-')][number % 3] ?? identifier;
  return { q: written, answers: new Set([readme.name]) };
};

/** The package's name or a word that only its README has, with a slip. */
export const misspelt: Maker = (readme, vocabulary, number) => {
  const word = distinctiveWord(readme, vocabulary, number);
  const typed = word && slip(word, number);
  if (typed === undefined || typed === word || vocabulary.has(typed)) return undefined;
  return { q: typed, answers: new Set([readme.name]) };
};

/** The first half and a little of such a word, or its middle. */
export const partial: Maker = (readme, vocabulary, number) => {
  const word = distinctiveWord(readme, vocabulary, number);
  if (word === undefined || word.length < 7) return undefined;
  const part = number % 4 < 2 ? word.slice(0, Math.ceil(word.length * 0.6)) : word.slice(1, -1);
  const answers = vocabulary.namesWithPart(part);
  return vocabulary.has(part) || answers.size > MAX_ANSWERS ? undefined : { q: part, answers };
};

/** The sentence by which the package describes itself, which is not in the document any more. */
export const described: Maker = ({ name, description }) =>
  wordsOf(description).length >= 5 ? { q: description, answers: new Set([name]) } : undefined;

function distinctiveWord(readme: Readme, vocabulary: Vocabulary, number: number): string | undefined {
  if (number % 2 === 0) return pick(vocabulary.wordsOnlyIn(readme), readme.name);
  return /^[a-z]{6,20}$/.test(readme.name) ? readme.name : undefined;
}

/** Two letters swapped, one left out, one doubled, or another one: never the first, which people get right. */
function slip(word: string, number: number): string {
  const at = 1 + (digestOf(word) % (word.length - 2));
  const [letter = '', next = ''] = word.slice(at, at + 2);
  const before = word.slice(0, at);
  const slips = [
    `${before}${next}${letter}${word.slice(at + 2)}`,
    `${before}${word.slice(at + 1)}`,
    `${before}${letter}${word.slice(at)}`,
    `${before}${letter === 'e' ? 'a' : 'e'}${word.slice(at + 1)}`,
  ];
  return slips[(number >> 1) % slips.length] ?? word;
}

/** One of the values, always the same for the same key. */
function pick<T>(values: readonly T[], key: string): T | undefined {
  return values[digestOf(key) % values.length];
}

function digestOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}
