import type { ExpectedPage, SearchJob } from '../load-jobs.js';
import { getRequest, isSampled, jsonRequest, type Requests } from './load-request.js';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is looked at of a document in a list. */
interface Listed {
  readonly name: string;
  readonly tags: readonly string[];
}

/** What is looked at of a search's answer. */
interface Found {
  readonly match: string;
  readonly total: number;
  readonly corrections: readonly { readonly alternatives: readonly string[] }[];
  readonly results: readonly {
    readonly document: Listed;
    readonly match: string;
    readonly name_matches: readonly Span[];
    readonly snippets: readonly { readonly text: string; readonly matches: readonly Span[] }[];
  }[];
}

interface Packed {
  readonly passages: readonly { readonly text: string }[];
  readonly total_tokens: number;
}

/** The requests of a search job: one and the same, over and over. */
export function searches(job: SearchJob): Requests {
  const pieces = [getRequest(job, job.path)];
  const verify = (answered: unknown): undefined => {
    const wrong = mistakeIn(answered, job.expected);
    if (wrong !== undefined) throw new Error(`${job.path} was answered with ${wrong}`);
  };
  return (index) => jsonRequest(pieces, 200, isSampled(job, index) ? verify : undefined);
}

/** Says what an answer has that it must not have, or the other way round; undefined when it is right. */
export function mistakeIn(answered: unknown, expected: ExpectedPage): string | undefined {
  switch (expected.answer) {
    case 'documents':
      return mistakeInList(answered as readonly Listed[], expected);
    case 'tags':
      return mistakeInTags(answered as readonly { tag: string }[], expected);
    case 'results':
      return mistakeInResults(answered as Found, expected);
    case 'context':
      return mistakeInContext(answered as Packed, expected);
  }
}

type Expected<Answer extends ExpectedPage['answer']> = Extract<ExpectedPage, { readonly answer: Answer }>;

function mistakeInList(documents: readonly Listed[], { rows, name, tags }: Expected<'documents'>): string | undefined {
  const other = documents.find(
    (document) => !document.name.toLowerCase().includes(name) || !tags.every((tag) => document.tags.includes(tag)),
  );
  if (other !== undefined) return `${other.name}, tagged ${other.tags.join(', ')}`;
  return documents.length === rows ? undefined : `${documents.length} documents instead of ${rows}`;
}

function mistakeInTags(tags: readonly { tag: string }[], { rows, prefix }: Expected<'tags'>): string | undefined {
  const other = tags.find(({ tag }) => !tag.startsWith(prefix));
  if (other !== undefined) return `the tag ${other.tag}`;
  return tags.length === rows ? undefined : `${tags.length} tags instead of ${rows}`;
}

function mistakeInResults(
  { corrections, match, results, total }: Found,
  { rows, words, ...expected }: Expected<'results'>,
): string | undefined {
  if (results.length !== rows || total < rows) return `${results.length} results of ${total} instead of ${rows}`;
  if (match !== expected.match) return `a match that is ${match}`;
  // Less similar words may be taken for a misspelt one too, below the one that was meant.
  const alternatives = corrections.flatMap((correction) => correction.alternatives);
  if (match === 'fuzzy' && !words.includes(alternatives[0] ?? '')) return `alternatives ${alternatives.join(', ')}`;
  const wanted = [...words, ...alternatives];
  const other = results.find(
    ({ document, name_matches, snippets }) =>
      !document.tags.some((tag) => wanted.some((word) => tag.includes(beginningOf(word)))) &&
      !isMarked(document.name, name_matches, wanted) &&
      !snippets.some((snippet) => isMarked(snippet.text, snippet.matches, wanted)),
  );
  return other && `${JSON.stringify(other).slice(0, 500)}, in which none of ${wanted.join(', ')} is a tag's or marked`;
}

function mistakeInContext({ passages, total_tokens }: Packed, expected: Expected<'context'>): string | undefined {
  if (passages.length === 0) return 'no passage';
  if (total_tokens > expected.maxTokens) return `${total_tokens} tokens`;
  const text = passages.map((passage) => passage.text.toLowerCase());
  const other = text.find((passage) => !expected.words.some((word) => passage.includes(beginningOf(word))));
  return other && `a passage without ${expected.words.join(', ')}: ${other.slice(0, 200)}`;
}

/** Whether one of the words, in whatever form, stands at one of the places; places are counted in characters. */
function isMarked(text: string, places: readonly Span[], words: readonly string[]): boolean {
  const characters = Array.from(text.toLowerCase());
  return places.some(({ start, end }) => {
    const marked = characters.slice(start, end).join('');
    return words.some((word) => marked.includes(beginningOf(word)));
  });
}

/** What all forms of a word have: of "information" also "inform". */
function beginningOf(word: string): string {
  return word.slice(0, word.length > 8 ? 5 : 4);
}
