/** The fixed statements on the documents' tables. */
import type { Knex } from 'knex';
import { statement, tagsAsJson } from '../../db/index.js';
import type { Document } from '../../kernel/contract.js';

/** A document's row, joined with its current version and its tags (a JSON array). */
export type DocumentRow = Omit<Document, 'tags'> & { sequence: number; tags: string };

interface DocumentKey {
  tenant_id: string;
  document_id: string;
}

function joinCurrentVersion(knex: Knex): Knex.QueryBuilder {
  return knex({ d: 'documents' }).join({ v: 'document_versions' }, (join) => {
    join
      .on('v.tenant_id', 'd.tenant_id')
      .andOn('v.document_id', 'd.document_id')
      .andOn('v.version', 'd.current_version');
  });
}

/** Documents of a tenant with their current version and tags; `d` is the documents' alias for further conditions. */
export function selectDocuments(knex: Knex, tenant_id: Knex.Value): Knex.QueryBuilder {
  return joinCurrentVersion(knex)
    .where('d.tenant_id', tenant_id)
    .select(
      'd.sequence',
      'd.document_id',
      'd.name',
      'v.original_filename',
      tagsAsJson(knex),
      'd.description',
      'v.size_bytes',
      'v.mime_type',
      'v.checksum_sha256',
      'd.uploaded_at',
    );
}

export const documentById = statement<DocumentKey, DocumentRow>((knex, $) =>
  selectDocuments(knex, $('tenant_id')).where('d.document_id', $('document_id')),
);

/** What a pull needs to know of a document: all but its tags and description. */
export type ContentRow = Omit<Document, 'tags' | 'description'>;

export const contentById = statement<DocumentKey, ContentRow>((knex, $) =>
  joinCurrentVersion(knex)
    .where('d.tenant_id', $('tenant_id'))
    .where('d.document_id', $('document_id'))
    .select(
      'd.document_id',
      'd.name',
      'v.original_filename',
      'v.size_bytes',
      'v.mime_type',
      'v.checksum_sha256',
      'd.uploaded_at',
    ),
);

export const documentExists = statement<DocumentKey, { document_id: string }>((knex, $) =>
  knex('documents')
    .select('document_id')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') }),
);

export const insertDocument = statement<
  DocumentKey & { sequence: number; name: string; name_folded: string; description: string; uploaded_at: string }
>((knex, $) =>
  knex('documents').insert({
    tenant_id: $('tenant_id'),
    document_id: $('document_id'),
    sequence: $('sequence'),
    name: $('name'),
    name_folded: $('name_folded'),
    description: $('description'),
    current_version: 1,
    uploaded_at: $('uploaded_at'),
  }),
);

export const insertVersion = statement<
  DocumentKey & {
    version: number;
    checksum_sha256: string;
    size_bytes: number;
    mime_type: string;
    original_filename: string;
    created_at: string;
    created_by: string;
  }
>((knex, $) =>
  knex('document_versions').insert({
    tenant_id: $('tenant_id'),
    document_id: $('document_id'),
    version: $('version'),
    checksum_sha256: $('checksum_sha256'),
    size_bytes: $('size_bytes'),
    mime_type: $('mime_type'),
    original_filename: $('original_filename'),
    created_at: $('created_at'),
    created_by: $('created_by'),
  }),
);

export const insertTag = statement<{ tenant_id: string; sequence: number; tag: string; position: number }>((knex, $) =>
  knex('document_tags').insert({
    tenant_id: $('tenant_id'),
    sequence: $('sequence'),
    tag: $('tag'),
    position: $('position'),
  }),
);

export const deleteTags = statement<{ tenant_id: string; sequence: number }>((knex, $) =>
  knex('document_tags')
    .where({ tenant_id: $('tenant_id'), sequence: $('sequence') })
    .delete(),
);

export const rename = statement<DocumentKey & { name: string; name_folded: string }>((knex, $) =>
  knex('documents')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .update({ name: $('name'), name_folded: $('name_folded') }),
);

export const setDescription = statement<DocumentKey & { description: string }>((knex, $) =>
  knex('documents')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .update({ description: $('description') }),
);

export const deleteDocument = statement<DocumentKey>((knex, $) =>
  knex('documents')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .delete(),
);

export const checksumsBetween = statement<
  { tenant_id: string; from: string; below: string },
  { checksum_sha256: string }
>((knex, $) =>
  knex('document_versions')
    .distinct('checksum_sha256')
    .where({ tenant_id: $('tenant_id') })
    .where('checksum_sha256', '>=', $('from'))
    .where('checksum_sha256', '<', $('below')),
);

export const versionOfChecksum = statement<{ tenant_id: string; checksum_sha256: string }, { version: number }>(
  (knex, $) =>
    knex('document_versions')
      .select('version')
      .where({ tenant_id: $('tenant_id'), checksum_sha256: $('checksum_sha256') })
      .limit(1),
);
