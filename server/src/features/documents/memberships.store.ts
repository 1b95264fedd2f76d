/** In which collections documents are. Plain functions: the connection or transaction first, the tenant in every one. */
import { jsonArrayOf, statement, type Session } from '../../db/index.js';
import { membershipLabel, type Label } from '../../kernel/rights.js';
import { deleteTag, insertTag, type DocumentKey } from './documents.sql.js';

export interface Membership {
  readonly tenant_id: string;
  readonly document_id: string;
  readonly collection_id: string;
}

const collectionById = statement<{ tenant_id: string; collection_id: string }, { collection_id: string }>((knex, $) =>
  knex('collections')
    .select('collection_id')
    .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id') }),
);

const membershipsOf = statement<DocumentKey, { collection_id: string }>((knex, $) =>
  knex('collection_documents')
    .select('collection_id')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') }),
);

const insertMembership = statement<Membership & { added_at: string; added_by: string }>((knex, $) =>
  knex('collection_documents').insert({
    tenant_id: $('tenant_id'),
    document_id: $('document_id'),
    collection_id: $('collection_id'),
    added_at: $('added_at'),
    added_by: $('added_by'),
  }),
);

const deleteMembership = statement<Membership>((knex, $) =>
  knex('collection_documents')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id'), collection_id: $('collection_id') })
    .delete(),
);

const deleteMemberships = statement<DocumentKey>((knex, $) =>
  knex('collection_documents')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .delete(),
);

/** What labels a document has, as JSON arrays. It is one row, whether there is a document or not, and made in one time. */
interface LabelsRow {
  /** `ABSENT` where there is no document. */
  tags: string;
  collections: string;
}

/** No document has these tags. To read them takes as long as to read some. */
const ABSENT = JSON.stringify([membershipLabel('absent')]);

const labels = statement<DocumentKey, LabelsRow>((knex, $) => {
  const key = { tenant_id: $('tenant_id'), document_id: $('document_id') };
  return knex.select({
    tags: knex.raw('coalesce(?, ?, ?)', [
      knex('documents').select('tags').where(key),
      knex('trash').select('tags').where(key),
      ABSENT,
    ]),
    collections: knex('collection_documents').select(jsonArrayOf(knex, 'collection_id')).where(key),
  });
});

/** Whether the tenant has a collection. */
export async function hasCollection(db: Session, tenant_id: string, collection_id: string): Promise<boolean> {
  return (await db.run(collectionById, { tenant_id, collection_id })).length > 0;
}

/** The collections that a document is in, in the trash or not. */
export async function collectionsOf(db: Session, tenant_id: string, document_id: string): Promise<string[]> {
  const rows = await db.run(membershipsOf, { tenant_id, document_id });
  return rows.map(({ collection_id }) => collection_id);
}

/**
 * The labels of a document, in the trash or not: its tags and its memberships. Undefined when the tenant has none of that id,
 * which takes no less time.
 */
export async function labelsOf(db: Session, tenant_id: string, document_id: string): Promise<Label[] | undefined> {
  const [row] = await db.run(labels, { tenant_id, document_id });
  const { tags, collections } = row ?? { tags: ABSENT, collections: '[]' };
  const found = [...(JSON.parse(tags) as string[]), ...(JSON.parse(collections) as string[]).map(membershipLabel)];
  return tags === ABSENT ? undefined : found;
}

/** Puts a document that is not in the trash into a collection. Returns false when it is there already. */
export async function addToCollection(
  tx: Session,
  { sequence, ...membership }: Membership & { readonly sequence: number },
  added: { readonly added_at: string; readonly added_by: string },
): Promise<boolean> {
  const { tenant_id, document_id, collection_id } = membership;
  if ((await collectionsOf(tx, tenant_id, document_id)).includes(collection_id)) return false;
  await tx.run(insertMembership, { ...membership, ...added });
  await tx.run(insertTag, { tenant_id, tag: membershipLabel(collection_id), sequence });
  return true;
}

/** Takes a document out of a collection. Returns false when it is not there. */
export async function removeFromCollection(
  tx: Session,
  { sequence, ...membership }: Membership & { readonly sequence: number },
): Promise<boolean> {
  const { tenant_id, document_id, collection_id } = membership;
  if (!(await collectionsOf(tx, tenant_id, document_id)).includes(collection_id)) return false;
  await tx.run(deleteMembership, membership);
  await tx.run(deleteTag, { tenant_id, tag: membershipLabel(collection_id), sequence });
  return true;
}

/** Has a document found by its memberships, when it comes (back) into the documents' table. */
export async function indexMemberships(
  tx: Session,
  tenant_id: string,
  { document_id, sequence }: { readonly document_id: string; readonly sequence: number },
): Promise<void> {
  for (const id of await collectionsOf(tx, tenant_id, document_id)) {
    await tx.run(insertTag, { tenant_id, tag: membershipLabel(id), sequence });
  }
}

/** Has it found by them no more, when it leaves that table; it stays in its collections. */
export async function unindexMemberships(
  tx: Session,
  tenant_id: string,
  { document_id, sequence }: { readonly document_id: string; readonly sequence: number },
): Promise<void> {
  for (const id of await collectionsOf(tx, tenant_id, document_id)) {
    await tx.run(deleteTag, { tenant_id, tag: membershipLabel(id), sequence });
  }
}

/** Forgets the memberships of a document that is gone for good. */
export async function forgetMemberships(tx: Session, tenant_id: string, document_id: string): Promise<void> {
  await tx.run(deleteMemberships, { tenant_id, document_id });
}
