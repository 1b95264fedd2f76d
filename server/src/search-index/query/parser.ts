/** How a query is read: operators and filters where they can be understood, and plain words where not. */
import { mediaTypeOf, momentOf } from './fields.js';
import { readTokens, UnreadableQuery, type TermToken, type Token } from './lexer.js';
import { joined, negated, type ParsedQuery, type QueryNode } from './nodes.js';
import { isSearchable, MAX_WORDS, plainWords } from './plain-words.js';

/** Brackets and negations within each other. */
const MAX_DEPTH = 12;

/** A moment that a query asks for; it is no part of the tree. */
interface DateFilter {
  readonly field: 'after' | 'before';
  readonly moment: string;
}

/**
 * Reads a query.
 *
 * @param q whatever somebody typed; never an error: what cannot be read as a query is searched as plain words
 */
export function parseQuery(q: string): ParsedQuery {
  try {
    return { ...new Parser(readTokens(q)).read(), read_as: 'query' };
  } catch (error) {
    if (!(error instanceof UnreadableQuery)) throw error;
    return { node: plainWords(q), read_as: 'words' };
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #dates: DateFilter[] = [];
  #at = 0;
  #words = 0;
  #filters = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): Omit<ParsedQuery, 'read_as'> {
    const node = this.#either(0);
    if (this.#next()) throw new UnreadableQuery('a bracket is closed that was not opened');
    const moments = (field: DateFilter['field']): string[] =>
      this.#dates.filter((date) => date.field === field).map(({ moment }) => moment);
    const uploaded_after = moments('after').sort().at(-1);
    const uploaded_before = moments('before').sort()[0];
    return {
      node,
      ...(uploaded_after !== undefined && { uploaded_after }),
      ...(uploaded_before !== undefined && { uploaded_before }),
    };
  }

  /** `a OR b` */
  #either(depth: number): QueryNode | undefined {
    const datesBefore = this.#dates.length;
    const nodes = [this.#all(depth)];
    while (this.#next()?.kind === 'or') {
      this.#skip();
      nodes.push(this.#all(depth));
    }
    if (nodes.length > 1 && this.#dates.length > datesBefore) {
      throw new UnreadableQuery('a date is no alternative to a word');
    }
    return joined('or', nodes);
  }

  /** `a b`, `a AND b` */
  #all(depth: number): QueryNode | undefined {
    const start = this.#at;
    const nodes: (QueryNode | undefined)[] = [];
    for (let token = this.#next(); token && token.kind !== 'close' && token.kind !== 'or'; token = this.#next()) {
      if (token.kind === 'and') {
        if (this.#at === start) throw new UnreadableQuery('nothing stands before AND');
        this.#skip();
        this.#requireOperand();
      } else nodes.push(this.#one(depth));
    }
    const isAside = this.#next()?.kind === 'or' || this.#tokens[start - 1]?.kind === 'or';
    if (isAside && this.#at === start) throw new UnreadableQuery('nothing stands beside OR');
    return joined('and', nodes);
  }

  /** A word, a phrase, a filter, something in brackets, or what is not wanted. */
  #one(depth: number): QueryNode | undefined {
    if (depth > MAX_DEPTH) throw new UnreadableQuery('too many brackets');
    const token = this.#skip();
    switch (token?.kind) {
      case 'not': {
        this.#requireOperand();
        const datesBefore = this.#dates.length;
        const node = this.#one(depth + 1);
        if (this.#dates.length > datesBefore) throw new UnreadableQuery('a date cannot be negated');
        return node && negated(node);
      }
      case 'open': {
        const node = this.#either(depth + 1);
        if (this.#skip()?.kind !== 'close') throw new UnreadableQuery('a bracket is not closed');
        return node;
      }
      case 'term':
        return this.#term(token);
      default:
        throw new UnreadableQuery('an operator stands where a word is expected');
    }
  }

  #term({ field, phrase, prefix, text }: TermToken): QueryNode | undefined {
    const value = text.trim();
    switch (field) {
      case 'tag':
        return value === '' ? undefined : this.#filter({ type: 'tag', tag: value });
      case 'type': {
        const media_type = mediaTypeOf(value);
        if (media_type === undefined) return this.#text(`${field} ${text}`, true, prefix);
        return this.#filter({ type: 'media_type', media_type });
      }
      case 'after':
      case 'before': {
        const moment = momentOf(value);
        if (moment === undefined) return this.#text(`${field} ${text}`, true, prefix);
        this.#dates.push({ field, moment });
        return undefined;
      }
      default:
        return this.#text(text, phrase, prefix, field);
    }
  }

  /** Of too many the first count. */
  #text(text: string, phrase: boolean, prefix: boolean, field?: 'name'): QueryNode | undefined {
    if (this.#words >= MAX_WORDS || !isSearchable(text)) return undefined;
    this.#words += 1;
    const where = field && { field };
    return phrase
      ? { type: 'phrase', text, ...(prefix && { prefix }), ...where }
      : { type: 'word', text, prefix, ...where };
  }

  #filter(node: Extract<QueryNode, { type: 'tag' | 'media_type' }>): QueryNode | undefined {
    if (this.#filters >= MAX_WORDS) return undefined;
    this.#filters += 1;
    return node;
  }

  #requireOperand(): void {
    const kind = this.#next()?.kind;
    if (kind !== 'term' && kind !== 'open' && kind !== 'not')
      throw new UnreadableQuery('an operator stands at the end');
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #skip(): Token | undefined {
    this.#at += 1;
    return this.#tokens[this.#at - 1];
  }
}
