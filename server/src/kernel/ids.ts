import { randomBytes } from 'node:crypto';

/** A document id: `doc_` and 12 random hexadecimal digits (48 bits: a collision is possible and must be retried). */
export function createDocumentId(): string {
  return `doc_${randomBytes(6).toString('hex')}`;
}

/** A collection's id: `col_` and 12 random hexadecimal digits, to be retried like a document's. */
export function createCollectionId(): string {
  return `col_${randomBytes(6).toString('hex')}`;
}

/** A link's id: `lnk_` and 16 random hexadecimal digits. */
export function createLinkId(): string {
  return `lnk_${randomBytes(8).toString('hex')}`;
}
