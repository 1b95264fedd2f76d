/** The tokens of a query: words, phrases, operators and brackets. */

/** What stands before a colon and means more than a word. */
export type Field = 'name' | 'tag' | 'type' | 'after' | 'before';

export interface TermToken {
  readonly kind: 'term';
  readonly text: string;
  /** It stood in quotation marks. */
  readonly phrase: boolean;
  /** A star stood behind it. */
  readonly prefix: boolean;
  readonly field?: Field;
}

export type Token = TermToken | { readonly kind: 'open' | 'close' | 'or' | 'and' | 'not' };

/** A query that cannot be read; its words are searched. */
export class UnreadableQuery extends Error {}

/** Words that are operators, in capitals only. */
export const OPERATORS: ReadonlyMap<string, 'or' | 'and' | 'not'> = new Map([
  ['OR', 'or'],
  ['AND', 'and'],
  ['&&', 'and'],
  ['NOT', 'not'],
]);

/** A field's name with its colon. `tags:` is `tag:`. */
export const FIELD = /(?:name|tags?|type|after|before):/iy;
const SPACE = /\s/;
// eslint-disable-next-line no-control-regex -- they separate words, and no tag has them
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
/** Languages disagree on which of them opens and which closes. */
const QUOTES = '"“”„‟«»＂';

/**
 * Takes a query apart.
 *
 * @throws UnreadableQuery for a quotation mark that is never closed
 */
export function readTokens(typed: string): Token[] {
  const q = typed.replace(CONTROLS, ' ');
  const tokens: Token[] = [];
  for (let at = 0; at < q.length;) {
    const character = q.charAt(at);
    if (SPACE.test(character)) at += 1;
    else if (character === '(' || character === ')') {
      tokens.push({ kind: character === '(' ? 'open' : 'close' });
      at += 1;
    } else if (character === '|') {
      tokens.push({ kind: 'or' });
      at += q.charAt(at + 1) === '|' ? 2 : 1;
    } else if (character === '-' && isNegation(q, at)) {
      tokens.push({ kind: 'not' });
      at += 1;
    } else at = readTerm(q, at, tokens);
  }
  return tokens;
}

/** `-word` and `-"phrase"` negate; `--flag` is an identifier, and a lone `-` nothing. */
function isNegation(q: string, at: number): boolean {
  const next = q.charAt(at + 1);
  return next !== '' && next !== '-' && next !== '|' && !SPACE.test(next);
}

/** Reads a word or phrase, with the field before it; returns where to go on. */
function readTerm(q: string, start: number, tokens: Token[]): number {
  const named = fieldAt(q, start);
  const valueAt = named ? start + named.length : start;
  if (isQuote(q, valueAt)) return readPhrase(q, valueAt, named?.field, tokens);
  // To a tag or type a star is a character like any other.
  const hasStars = !named || named.field === 'name';
  const end = endOfWord(q, valueAt, hasStars);
  // A field without a value is a word.
  const text = named && end > valueAt ? q.slice(valueAt, end) : q.slice(start, end);
  const field = named && end > valueAt ? { field: named.field } : {};
  const operator = named ? undefined : OPERATORS.get(text);
  if (operator) tokens.push({ kind: operator });
  else {
    const bare = hasStars ? text.replace(/\*+$/, '') : text;
    tokens.push({ kind: 'term', text: bare, phrase: false, prefix: bare.length < text.length, ...field });
  }
  return end;
}

function fieldAt(q: string, at: number): { field: Field; length: number } | undefined {
  FIELD.lastIndex = at;
  const found = FIELD.exec(q)?.[0];
  if (found === undefined) return undefined;
  const name = found.slice(0, -1).toLowerCase();
  return { field: (name === 'tags' ? 'tag' : name) as Field, length: found.length };
}

function readPhrase(q: string, quoteAt: number, field: Field | undefined, tokens: Token[]): number {
  let end = quoteAt + 1;
  while (end < q.length && !isQuote(q, end)) end += 1;
  if (end >= q.length) throw new UnreadableQuery('a quotation mark is not closed');
  const inner = q.slice(quoteAt + 1, end);
  const text = inner.trimEnd().replace(/\*+$/, '');
  const behind = q.charAt(end + 1) === '*' ? 1 : 0;
  const prefix = behind > 0 || text.length < inner.trimEnd().length;
  tokens.push({ kind: 'term', text, phrase: true, prefix, ...(field && { field }) });
  return end + 1 + behind;
}

function isQuote(q: string, at: number): boolean {
  return at < q.length && QUOTES.includes(q.charAt(at));
}

/**
 * A word ends at a space, at a bracket that was not opened in it (`f(x)` is one, `a)` is not), at a bar, and behind a star
 * (`*.ts` is a star and a word, `config*.json` the beginning of one and another).
 */
function endOfWord(q: string, start: number, endsAtStar: boolean): number {
  let open = 0;
  let at = start;
  for (; at < q.length && !SPACE.test(q.charAt(at)); at += 1) {
    const character = q.charAt(at);
    if (character === '(') open += 1;
    else if (character === ')') {
      if (open === 0) break;
      open -= 1;
    } else if (open === 0 && character === '|') break;
    else if (open === 0 && endsAtStar && character === '*' && q.charAt(at + 1) !== '*') return at + 1;
  }
  return at;
}
