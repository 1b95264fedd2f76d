/** The use case of links for those who are given them: nobody known to the server. */
import type { Database, Session } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { ByteRange, ByteStream } from '../../kernel/content.js';
import { Problem } from '../../kernel/problem.js';
import { serverPrincipal, type Principal } from '../../kernel/principal.js';
import { may, type ContentRow, type Documents } from '../documents/index.js';
import { holderOf } from '../keys/index.js';
import { linkSecret, parseToken, type TokenParts } from './link-token.js';
import * as sql from './links.sql.js';

/** What a link leads to. */
export interface SharedContent {
  readonly content: ContentRow;
  /**
   * The bytes, or a range of them. It counts as a download.
   *
   * @throws Problem `link_expired` when the link has become invalid since it was looked up
   */
  readonly open: (range: ByteRange) => Promise<ByteStream>;
}

export class OpenedLinks {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #documents: Documents;
  #secret: Promise<Uint8Array> | undefined;

  constructor(db: Database, clock: Clock, documents: Documents) {
    this.#db = db;
    this.#clock = clock;
    this.#documents = documents;
  }

  /**
   * What a token opens.
   *
   * @throws Problem `link_not_found` for one that the server has not made; `link_expired` for one whose time is over, for
   *   whatever reason: who has no key is not told which
   */
  async find(token: string): Promise<SharedContent> {
    const parts = parseToken(await this.#ownSecret(), token);
    if (!parts) throw new Problem('link_not_found', 'There is no such link. Was it copied whole?');
    const { document_id, version } = await this.#valid(this.#db.read, parts);
    // The link is what gives the right to read.
    const principal = serverPrincipal(parts.tenant_id, parts.link_id);
    const content = await orExpired(this.#documents.getContent(principal, document_id, version));
    return { content, open: (range) => this.#open(principal, parts, content, range) };
  }

  async #open(principal: Principal, parts: TokenParts, content: ContentRow, range: ByteRange): Promise<ByteStream> {
    // One transaction looks and counts, so that two cannot have the last download.
    await this.#db.write(async (tx) => {
      await this.#valid(tx, parts);
      await tx.run(sql.countDownload, { ...parts });
    });
    return await orExpired(this.#documents.open(principal, content, range));
  }

  /** The link as long as it is valid, and whoever has made it may read the document himself. */
  async #valid(db: Session, parts: TokenParts): Promise<sql.LinkRow> {
    const { tenant_id } = parts;
    const [link] = await db.run(sql.openedLink, { ...parts });
    if (!link || link.suspended_at !== null || link.revoked_at !== null) throw linkExpired();
    const now = this.#clock.now().toISOString();
    if (link.expires_at <= now) throw linkExpired();
    if (link.max_downloads !== null && link.downloads >= link.max_downloads) throw linkExpired();
    const maker = await holderOf(db, tenant_id, link.created_by, now);
    if (maker === undefined) throw linkExpired();
    if (maker !== 'no key' && !(await may(db, maker, 'read', link.document_id))) throw linkExpired();
    return link;
  }

  #ownSecret(): Promise<Uint8Array> {
    this.#secret ??= linkSecret(this.#db).catch((error: unknown) => {
      this.#secret = undefined;
      throw error;
    });
    return this.#secret;
  }
}

/** A document or a version that is gone takes its links along. */
async function orExpired<T>(finding: Promise<T>): Promise<T> {
  try {
    return await finding;
  } catch (error) {
    throw error instanceof Problem && (error.status === 404 || error.status === 410) ? linkExpired() : error;
  }
}

function linkExpired(): Problem {
  return new Problem(
    'link_expired',
    'The link has expired, was revoked or is used up, or what it shares is gone. Ask for another one.',
  );
}
