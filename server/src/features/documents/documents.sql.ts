/** The fixed statements on the documents' own tables. */
import type { Knex } from 'knex';
import { plainMediaType, statement } from '../../db/index.js';
import type { Document } from '../../kernel/contract.js';

/** A document's row, joined with a version (mostly the current one); `tags` is a JSON array. */
export type DocumentRow = Omit<Document, 'tags' | 'index_reason'> & {
  sequence: number;
  tags: string;
  /** Empty where there is none. */
  index_reason: string;
};

export interface DocumentKey {
  tenant_id: string;
  document_id: string;
}

export type VersionKey = DocumentKey & { version: number };

/** The documents `d`, each with one of its versions `v`. */
function joinVersion(knex: Knex, version: Knex.Value): Knex.QueryBuilder {
  return knex({ d: 'documents' }).join({ v: 'document_versions' }, (join) => {
    join.on('v.tenant_id', 'd.tenant_id').andOn('v.document_id', 'd.document_id');
    join.andOn('v.version', '=', version as Knex.Raw);
  });
}

const COLUMNS = [
  'd.sequence',
  'd.document_id',
  'd.name',
  'v.original_filename',
  'd.tags',
  'd.description',
  'v.size_bytes',
  'v.mime_type',
  'v.checksum_sha256',
  'd.uploaded_at',
  'd.updated_at',
  'v.version',
  'd.revision',
  'd.index_status',
  'd.index_reason',
];

/** Documents of a tenant with their current version; `d` is the documents' alias for further conditions. */
export function selectDocuments(knex: Knex, tenant_id: Knex.Value): Knex.QueryBuilder {
  return joinVersion(knex, knex.ref('d.current_version')).where('d.tenant_id', tenant_id).select(COLUMNS);
}

export const documentById = statement<DocumentKey, DocumentRow>((knex, $) =>
  selectDocuments(knex, $('tenant_id')).where('d.document_id', $('document_id')),
);

/** The same with the facts of one of its versions. */
export const documentAtVersion = statement<VersionKey, DocumentRow>((knex, $) =>
  joinVersion(knex, knex.raw('?', [$('version')]))
    .where('d.tenant_id', $('tenant_id'))
    .where('d.document_id', $('document_id'))
    .select(COLUMNS),
);

/** What a pull needs to know: the version's own facts, and what the document is called. */
export type ContentRow = Pick<
  Document,
  'document_id' | 'name' | 'original_filename' | 'size_bytes' | 'mime_type' | 'checksum_sha256' | 'version' | 'revision'
> & {
  /** Of the document. */
  sequence: number;
  /** When the version was made. */
  created_at: string;
};

const CONTENT_COLUMNS = [
  'd.sequence',
  'd.document_id',
  'd.name',
  'v.original_filename',
  'v.size_bytes',
  'v.mime_type',
  'v.checksum_sha256',
  'v.version',
  'd.revision',
  'v.created_at',
];

export const contentById = statement<DocumentKey, ContentRow>((knex, $) =>
  joinVersion(knex, knex.ref('d.current_version'))
    .where('d.tenant_id', $('tenant_id'))
    .where('d.document_id', $('document_id'))
    .select(CONTENT_COLUMNS),
);

export const contentAtVersion = statement<VersionKey, ContentRow>((knex, $) =>
  joinVersion(knex, knex.raw('?', [$('version')]))
    .where('d.tenant_id', $('tenant_id'))
    .where('d.document_id', $('document_id'))
    .select(CONTENT_COLUMNS),
);

/** Whether an id is in use, by a document or by one in the trash. */
export const idInUse = statement<DocumentKey, { document_id: string }>((knex, $) =>
  knex('documents')
    .select('document_id')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .unionAll((union) => {
      void union
        .from('trash')
        .select('document_id')
        .where({ tenant_id: $('tenant_id'), document_id: $('document_id') });
    }),
);

/**
 * What a document's row has of its current version: it is filtered and sorted by these. The version must be there, or the
 * row is refused.
 */
function currentFacts(knex: Knex, version: Readonly<Record<'tenant_id' | 'document_id' | 'version', Knex.Value>>) {
  const fact = (column: Knex.Raw | string): Knex.QueryBuilder =>
    knex('document_versions')
      .select(column as Knex.Raw)
      .where(version);
  return { size_bytes: fact('size_bytes'), mime_type: fact(plainMediaType(knex, 'mime_type')) };
}

export const insertDocument = statement<
  DocumentKey & {
    sequence: number;
    name: string;
    name_folded: string;
    tags: string;
    description: string;
    current_version: number;
    revision: number;
    uploaded_at: string;
    updated_at: string;
    index_status: string;
    index_reason: string;
  }
>((knex, $) =>
  knex('documents').insert({
    tenant_id: $('tenant_id'),
    document_id: $('document_id'),
    sequence: $('sequence'),
    name: $('name'),
    name_folded: $('name_folded'),
    tags: $('tags'),
    description: $('description'),
    current_version: $('current_version'),
    revision: $('revision'),
    uploaded_at: $('uploaded_at'),
    updated_at: $('updated_at'),
    index_status: $('index_status'),
    index_reason: $('index_reason'),
    ...currentFacts(knex, {
      tenant_id: $('tenant_id'),
      document_id: $('document_id'),
      version: $('current_version'),
    }),
  }),
);

/** The index of tags: what a document is found by. The row itself says what they are, in order. */
type TagKey = { tenant_id: string; tag: string; sequence: number };

export const insertTag = statement<TagKey>((knex, $) =>
  knex('document_tags').insert({ tenant_id: $('tenant_id'), tag: $('tag'), sequence: $('sequence') }),
);

export const deleteTag = statement<TagKey>((knex, $) =>
  knex('document_tags')
    .where({ tenant_id: $('tenant_id'), tag: $('tag'), sequence: $('sequence') })
    .delete(),
);

export const setTags = statement<DocumentKey & { tags: string }>((knex, $) =>
  knex('documents')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .update({ tags: $('tags') }),
);

/** Marks a change: the revision rises, the time is noted, and `current_version` (there already) is what it is from now on. */
export const touchDocument = statement<DocumentKey & { current_version: number; updated_at: string }>((knex, $) =>
  knex('documents')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .update({
      current_version: $('current_version'),
      updated_at: $('updated_at'),
      revision: knex.raw('?? + 1', ['revision']),
      ...currentFacts(knex, {
        tenant_id: $('tenant_id'),
        document_id: $('document_id'),
        version: $('current_version'),
      }),
    }),
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
