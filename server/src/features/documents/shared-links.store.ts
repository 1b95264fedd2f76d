/** What becomes of links to a document when it is gone for good. What links are is a matter of their own room. */
import { statement, type Session } from '../../db/index.js';
import type { DocumentKey } from './documents.sql.js';

const deleteLinks = statement<DocumentKey>((knex, $) =>
  knex('share_links')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .delete(),
);

/** Forgets the links to a document: its id may once be that of another one. */
export async function forgetLinks(tx: Session, tenant_id: string, document_id: string): Promise<void> {
  await tx.run(deleteLinks, { tenant_id, document_id });
}
