/**
 * Terms that stand for what a document is filtered by, so that the index itself brings together words and filters, however
 * rare or common each is. They begin with a sign that no word has: so no word of a query finds one, and the index need not
 * be told to look for words in other columns than for filters, which would cost it a third more.
 */
import { createHash } from 'node:crypto';

/** Stands in every document, for a query that only says what is not wanted. */
export const ANY_DOCUMENT = '§any';

/** The term of a tag. Tags are told apart to the last character, so it is their digest. */
export function tagTerm(tag: string): string {
  return `§tag${createHash('sha256').update(tag).digest('hex').slice(0, 20)}`;
}

/** The term of a media type, or of all of a kind: `text/markdown`, `text/*`. Parameters do not count. */
export function mediaTypeTerm(media_type: string): string {
  const [essence = ''] = media_type.toLowerCase().split(';');
  const kind = essence.trim();
  return `§type${Buffer.from(kind).toString('hex')}`;
}

/** The column of a document. */
export function filterTerms(tags: readonly string[], media_type: string): string {
  const [kind = ''] = media_type.split('/');
  return [ANY_DOCUMENT, mediaTypeTerm(media_type), mediaTypeTerm(`${kind}/*`), ...tags.map(tagTerm)].join(' ');
}
