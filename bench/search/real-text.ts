import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * Words as people write them, in their order: the Markdown that ships with the installed packages. The same for whoever
 * has installed the same packages.
 */

/** Of one file; a change log of ten years must not outweigh all others. In UTF-16 units. */
const MAX_FILE_LENGTH = 40_000;
const MAX_WORD_LENGTH = 32;
/** What a word begins and ends with when it is markup, so that a run of words can stand anywhere in a document. */
const MARKUP = /^[`*_|<>[\](){}#!"'~+=-]+|[`*_|<>[\]{}#~=]+$/g;
const WORD = /^[\p{L}\p{N}].*$/u;
/** Digests and the like: no vocabulary of anybody. */
const DIGEST = /^[0-9a-f]{7,}/i;

/** Links to the packages of this repository, which change with every commit, and what tools keep there. */
const OWN_OR_MADE = /^(@document-sync|\.[^/]*)\//;

const MODULES = resolve(import.meta.dirname, '../../../node_modules');

let known: readonly string[] | undefined;

/**
 * All words, those of a file behind each other; read once.
 * @throws Error when there are too few to be a language
 */
export function realWords(): readonly string[] {
  known ??= readWords(MODULES);
  return known;
}

function readWords(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(md|markdown)$/i.test(file) && !OWN_OR_MADE.test(file))
    .sort();
  const words = files.flatMap((file) => wordsOf(readFileSync(join(folder, file), 'utf8').slice(0, MAX_FILE_LENGTH)));
  if (words.length < 100_000) throw new Error(`${folder} holds only ${words.length} words of Markdown`);
  return words;
}

function wordsOf(text: string): string[] {
  return text
    .split(/\s+/)
    .map((word) => word.replace(MARKUP, ''))
    .filter((word) => word.length <= MAX_WORD_LENGTH && WORD.test(word) && !DIGEST.test(word) && !word.includes('://'));
}
