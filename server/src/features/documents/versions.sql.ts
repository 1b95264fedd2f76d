/** The fixed statements on the versions' table. */
import type { Knex } from 'knex';
import { statement } from '../../db/index.js';
import type { Version } from '../../kernel/contract.js';
import type { DocumentKey, VersionKey } from './documents.sql.js';

/** A version's row; `parents` is a JSON array. */
export type VersionRow = Omit<Version, 'parents'> & { parents: string };

const COLUMNS = [
  'document_id',
  'version',
  'parents',
  'original_filename',
  'size_bytes',
  'mime_type',
  'checksum_sha256',
  'created_at',
  'created_by',
  'message',
];

export const versionByNumber = statement<VersionKey, VersionRow>((knex, $) =>
  knex('document_versions')
    .select(COLUMNS)
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id'), version: $('version') }),
);

/** The versions below a number, the newest first. */
export function versionsBelow(knex: Knex, key: DocumentKey, below: number, limit: number): Knex.QueryBuilder {
  return knex('document_versions')
    .select(COLUMNS)
    .where({ tenant_id: key.tenant_id, document_id: key.document_id })
    .where('version', '<', below)
    .orderBy('version', 'desc')
    .limit(limit);
}

/** The newest version of a document with this content. */
export const versionByChecksum = statement<DocumentKey & { checksum_sha256: string }, VersionRow>((knex, $) =>
  knex('document_versions')
    .select(COLUMNS)
    .where({
      tenant_id: $('tenant_id'),
      document_id: $('document_id'),
      checksum_sha256: $('checksum_sha256'),
    })
    .orderBy('version', 'desc')
    .limit(1),
);

export const insertVersion = statement<VersionRow & { tenant_id: string }>((knex, $) =>
  knex('document_versions').insert({
    tenant_id: $('tenant_id'),
    document_id: $('document_id'),
    version: $('version'),
    parents: $('parents'),
    checksum_sha256: $('checksum_sha256'),
    size_bytes: $('size_bytes'),
    mime_type: $('mime_type'),
    original_filename: $('original_filename'),
    created_at: $('created_at'),
    created_by: $('created_by'),
    message: $('message'),
  }),
);

export const deleteVersion = statement<VersionKey>((knex, $) =>
  knex('document_versions')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id'), version: $('version') })
    .delete(),
);

export const deleteVersions = statement<DocumentKey>((knex, $) =>
  knex('document_versions')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .delete(),
);

/** A version on the collector's walk, with the number of its document's current one. */
export interface WalkedVersion {
  document_id: string;
  version: number;
  current_version: number;
  created_at: string;
}

/** The next versions of documents (not of those in the trash) in the order of their key. */
export function versionsAfter(
  knex: Knex,
  { tenant_id, document_id, version }: VersionKey,
  limit: number,
): Knex.QueryBuilder {
  return knex({ v: 'document_versions' })
    .join({ d: 'documents' }, (join) => {
      join.on('d.tenant_id', 'v.tenant_id').andOn('d.document_id', 'v.document_id');
    })
    .select('v.document_id', 'v.version', 'd.current_version', 'v.created_at')
    .where('v.tenant_id', tenant_id)
    .whereRaw('(??, ??) > (?, ?)', ['v.document_id', 'v.version', document_id, version])
    .orderBy([{ column: 'v.document_id' }, { column: 'v.version' }])
    .limit(limit);
}

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

/** What is known of a content as a version has it. */
export type StoredContentRow = Pick<Version, 'checksum_sha256' | 'size_bytes' | 'mime_type' | 'original_filename'>;

/** Versions of the same content that are looked at for the youngest: an empty file may be in a million of them. */
const CANDIDATES = 1000;

/** A content as it was last stored, in whatever document. */
export const storedContent = statement<{ tenant_id: string; checksum_sha256: string }, StoredContentRow>((knex, $) =>
  knex
    .select('checksum_sha256', 'size_bytes', 'mime_type', 'original_filename')
    .from(
      knex('document_versions')
        .select('checksum_sha256', 'size_bytes', 'mime_type', 'original_filename', 'created_at')
        .where({ tenant_id: $('tenant_id'), checksum_sha256: $('checksum_sha256') })
        .limit(CANDIDATES)
        .as('candidates'),
    )
    .orderBy('created_at', 'desc')
    .limit(1),
);

/** A content as a document has, or had, it. */
export type OwnedContentRow = StoredContentRow & Pick<Version, 'document_id'>;

/** The versions that have a content, the youngest first; of very many, some. */
export const versionsWithContent = statement<{ tenant_id: string; checksum_sha256: string }, OwnedContentRow>(
  (knex, $) =>
    knex
      .select('document_id', 'checksum_sha256', 'size_bytes', 'mime_type', 'original_filename')
      .from(
        knex('document_versions')
          .select('document_id', 'checksum_sha256', 'size_bytes', 'mime_type', 'original_filename', 'created_at')
          .where({ tenant_id: $('tenant_id'), checksum_sha256: $('checksum_sha256') })
          .limit(CANDIDATES)
          .as('candidates'),
      )
      .orderBy('created_at', 'desc'),
);

export const allTenants = statement<object, { tenant_id: string }>((knex) => knex('tenants').select('tenant_id'));
