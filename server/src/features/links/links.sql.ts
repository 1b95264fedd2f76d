/** The fixed statements on links. */
import type { Knex } from 'knex';
import { statement } from '../../db/index.js';

/** A link's row. */
export interface LinkRow {
  link_id: string;
  document_id: string;
  version: number;
  created_at: string;
  created_by: string;
  expires_at: string;
  max_downloads: number | null;
  downloads: number;
  revoked_at: string | null;
}

export interface LinkKey {
  tenant_id: string;
  link_id: string;
}

const COLUMNS = [
  'link_id',
  'document_id',
  'version',
  'created_at',
  'created_by',
  'expires_at',
  'max_downloads',
  'downloads',
  'revoked_at',
];

export const insertLink = statement<LinkRow & { tenant_id: string }>((knex, $) =>
  knex('share_links').insert({
    tenant_id: $('tenant_id'),
    link_id: $('link_id'),
    document_id: $('document_id'),
    version: $('version'),
    created_at: $('created_at'),
    created_by: $('created_by'),
    expires_at: $('expires_at'),
    max_downloads: $('max_downloads'),
    downloads: $('downloads'),
    revoked_at: $('revoked_at'),
  }),
);

export const linkById = statement<LinkKey, LinkRow>((knex, $) =>
  knex('share_links')
    .select(COLUMNS)
    .where({ tenant_id: $('tenant_id'), link_id: $('link_id') }),
);

/** A link, and whether its tenant may work. */
export const openedLink = statement<LinkKey, LinkRow & { suspended_at: string | null }>((knex, $) =>
  knex({ l: 'share_links' })
    .join({ t: 'tenants' }, 't.tenant_id', 'l.tenant_id')
    .select('l.*', 't.suspended_at')
    .where({ 'l.tenant_id': $('tenant_id'), 'l.link_id': $('link_id') }),
);

/** Where a page of links starts: behind one that was made then. */
export type LinkPlace = Pick<LinkRow, 'created_at' | 'link_id'>;

/**
 * The links to a document, the newest first.
 *
 * @param created_by whose; undefined for everybody's
 */
export function linksTo(
  knex: Knex,
  { tenant_id, document_id }: { tenant_id: string; document_id: string },
  created_by: string | undefined,
  after: LinkPlace | undefined,
  limit: number,
): Knex.QueryBuilder {
  const query = knex('share_links').select(COLUMNS).where({ tenant_id, document_id });
  if (created_by !== undefined) void query.where({ created_by });
  if (after) void query.whereRaw('(??, ??) < (?, ?)', ['created_at', 'link_id', after.created_at, after.link_id]);
  return query
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'link_id', order: 'desc' },
    ])
    .limit(limit);
}

export const revokeLink = statement<LinkKey & { revoked_at: string }>((knex, $) =>
  knex('share_links')
    .where({ tenant_id: $('tenant_id'), link_id: $('link_id') })
    .whereNull('revoked_at')
    .update({ revoked_at: $('revoked_at') }),
);

export const countDownload = statement<LinkKey>((knex, $) =>
  knex('share_links')
    .where({ tenant_id: $('tenant_id'), link_id: $('link_id') })
    .increment('downloads', 1),
);

export const secretByName = statement<{ name: string }, { value: string }>((knex, $) =>
  knex('server_secrets')
    .select('value')
    .where({ name: $('name') }),
);

export const insertSecret = statement<{ name: string; value: string }>((knex, $) =>
  knex('server_secrets').insert({ name: $('name'), value: $('value') }),
);
