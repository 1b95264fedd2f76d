/** The use cases of links, for those who make them. */
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { CreatedLink, ShareLink } from '../../kernel/contract.js';
import { createLinkId } from '../../kernel/ids.js';
import { Problem } from '../../kernel/problem.js';
import type { Principal } from '../../kernel/principal.js';
import { may, presentContent } from '../documents/index.js';
import { formatToken, linkSecret } from './link-token.js';
import * as sql from './links.sql.js';

/** What a link is to share, and for how long. */
export interface NewLink {
  /** Undefined for the current one. */
  readonly version: number | undefined;
  readonly expires_in_seconds: number;
  /** Undefined for as many as there are. */
  readonly max_downloads: number | undefined;
}

export interface LinkPage {
  readonly links: ShareLink[];
  /** Behind which link the next page starts; undefined on the last. */
  readonly next: sql.LinkPlace | undefined;
}

export class Links {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * Makes a link to a version. Only its id is kept, from which nobody can tell the token without the server's secret.
   *
   * @throws Problem `document_not_found`, `version_not_found`, `version_removed`
   */
  async create(principal: Principal, document_id: string, wanted: NewLink): Promise<CreatedLink> {
    const { tenant_id, principal_id } = principal;
    const { expires_in_seconds, max_downloads } = wanted;
    const secret = await linkSecret(this.#db);
    const row = await this.#db.write(async (tx) => {
      const { version } = await presentContent(tx, principal, 'read', document_id, wanted.version);
      const now = this.#clock.now();
      const link: sql.LinkRow = {
        link_id: createLinkId(),
        document_id,
        version,
        created_at: now.toISOString(),
        created_by: principal_id,
        expires_at: new Date(now.getTime() + expires_in_seconds * 1000).toISOString(),
        max_downloads: max_downloads ?? null,
        downloads: 0,
        revoked_at: null,
      };
      await tx.run(sql.insertLink, { tenant_id, ...link });
      return link;
    });
    const token = formatToken(secret, { tenant_id, link_id: row.link_id });
    return { url: `/shared/${token}`, token, ...describe(row) };
  }

  /**
   * One page of the links to a document, the newest first: all of them for whoever may write on it, otherwise his own.
   *
   * @throws Problem `document_not_found`
   */
  async list(principal: Principal, document_id: string, limit: number, after?: sql.LinkPlace): Promise<LinkPage> {
    const { tenant_id, principal_id } = principal;
    const db = this.#db.read;
    await presentContent(db, principal, 'read', document_id);
    const whose = (await may(db, principal, 'write', document_id)) ? undefined : principal_id;
    const rows = (await sql.linksTo(db.knex, { tenant_id, document_id }, whose, after, limit + 1)) as sql.LinkRow[];
    const page = rows.slice(0, limit);
    return { links: page.map(describe), next: rows.length > limit ? page.at(-1) : undefined };
  }

  /**
   * Ends a link, or leaves it ended.
   *
   * @throws Problem `document_not_found`, `link_not_found` when the document has none that the principal may know of
   */
  async revoke(principal: Principal, document_id: string, link_id: string): Promise<void> {
    const { tenant_id, principal_id } = principal;
    await this.#db.write(async (tx) => {
      await presentContent(tx, principal, 'read', document_id);
      const [link] = await tx.run(sql.linkById, { tenant_id, link_id });
      const isOwn = link?.created_by === principal_id;
      if (link?.document_id !== document_id || !(isOwn || (await may(tx, principal, 'write', document_id)))) {
        throw new Problem('link_not_found', `${document_id} has no link ${link_id}.`);
      }
      await tx.run(sql.revokeLink, { tenant_id, link_id, revoked_at: this.#clock.now().toISOString() });
    });
  }
}

function describe({ max_downloads, revoked_at, ...link }: sql.LinkRow): ShareLink {
  return { ...link, ...(max_downloads !== null && { max_downloads }), ...(revoked_at !== null && { revoked_at }) };
}
