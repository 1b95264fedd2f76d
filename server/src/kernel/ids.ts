import { randomBytes } from 'node:crypto';

/** A document id: `doc_` and 12 random hexadecimal digits (48 bits: a collision is possible and must be retried). */
export function createDocumentId(): string {
  return `doc_${randomBytes(6).toString('hex')}`;
}
