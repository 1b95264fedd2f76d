/** Finds out who is calling, from the key that came with the request. */
import { LRUCache } from 'lru-cache';
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import { Problem } from '../../kernel/problem.js';
import { keyPrincipal, tenantSuspended, type Principal } from '../../kernel/principal.js';
import { hashSecret, isSameHash, parseKey } from './key-format.js';
import { rightsOf } from './key-rights.js';
import * as sql from './keys.sql.js';

/** When a key was last used is noted to within this time: noting it is a write. */
const NOTED_EVERY_MS = 60_000;
/** How many keys that were let in are remembered. */
const KNOWN_KEYS = 10_000;
/** What a secret is compared with where there is no such key, so that both take the same time. */
const NO_HASH = hashSecret('');

/** A key that was let in. */
interface KnownKey {
  /** Of the secret that it was let in with. */
  readonly hash: string;
  /** Of the database when it was looked up. */
  readonly version: number;
  readonly key: sql.KeyRow;
  readonly principal: Principal;
  /** When it ends by itself; UTC, ISO 8601. */
  readonly valid_until: string;
}

/** After every time that there is. */
const FOR_EVER = '~';

export class Authentication {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  /** Keys whose use is being noted. */
  readonly #noting = new Set<string>();
  /** By their ids. What is known of a key holds as long as nothing in the database has changed. */
  readonly #known = new LRUCache<string, KnownKey>({ max: KNOWN_KEYS });

  /** @param report told what went wrong where nobody waits for it */
  constructor(db: Database, clock: Clock, report: (error: unknown) => void) {
    this.#db = db;
    this.#clock = clock;
    this.#report = report;
  }

  /**
   * Who holds a key. It is looked up again as soon as anything in the database has changed, so that a revocation acts at
   * once, whichever server it was asked of.
   *
   * @throws Problem `unauthenticated`, `tenant_suspended`
   */
  async authenticate(text: string): Promise<Principal> {
    const parts = parseKey(text);
    if (!parts) throw unauthenticated('This is no key; a key looks like dsk_<id>_<secret>.');
    const { key_id } = parts;
    const hash = hashSecret(parts.secret);
    const now = this.#clock.now().toISOString();
    // Before anything is read, so that what is read is at least as new.
    const version = this.#db.version();
    const known = this.#known.get(key_id);
    if (known?.version === version && known.valid_until > now && isSameHash(hash, known.hash)) {
      this.#noteUse(known.key);
      return known.principal;
    }
    try {
      const found = await this.#lookUp(key_id, hash, now);
      this.#known.set(key_id, { hash, version, ...found });
      this.#noteUse(found.key);
      return found.principal;
    } catch (error) {
      // Whoever has another secret says nothing about the one that is known.
      if (known && isSameHash(hash, known.hash)) this.#known.delete(key_id);
      throw error;
    }
  }

  /**
   * Whether this very key was let in before. It may have been revoked since; nothing is looked up. Of an id that is not
   * known, not even the secret is hashed.
   */
  isKnown(text: string): boolean {
    const parts = parseKey(text);
    const known = parts && this.#known.get(parts.key_id);
    return known !== undefined && isSameHash(known.hash, hashSecret(parts?.secret ?? ''));
  }

  async #lookUp(key_id: string, hash: string, now: string): Promise<Omit<KnownKey, 'hash' | 'version'>> {
    const [key] = await this.#db.read.run(sql.keyById, { key_id });
    const isCurrent = isSameHash(hash, key?.secret_hash ?? NO_HASH);
    const isPrevious = isSameHash(hash, key?.previous_hash ?? NO_HASH) && (key?.previous_until ?? '') > now;
    if (!key || !(isCurrent || isPrevious)) throw unauthenticated('There is no such key.');
    if (key.revoked_at !== null) throw unauthenticated(`The key was revoked at ${key.revoked_at}.`);
    if (key.expires_at !== null && key.expires_at <= now) {
      throw unauthenticated(`The key expired at ${key.expires_at}.`);
    }
    if (key.suspended_at !== null) throw tenantSuspended(key.suspended_at);
    const { tenant_id, expires_at, previous_until } = key;
    const ends = [expires_at, isCurrent ? null : previous_until].filter((end) => end !== null);
    return {
      key,
      principal: keyPrincipal(tenant_id, key_id, await rightsOf(this.#db.read, key)),
      valid_until: ends.sort()[0] ?? FOR_EVER,
    };
  }

  #noteUse({ key_id, last_used_at }: sql.KeyRow): void {
    const now = this.#clock.now();
    const isFresh = last_used_at !== null && now.getTime() - Date.parse(last_used_at) < NOTED_EVERY_MS;
    if (isFresh || this.#noting.has(key_id)) return;
    this.#noting.add(key_id);
    this.#db
      .write((tx) => tx.run(sql.noteUse, { key_id, last_used_at: now.toISOString() }))
      .catch(this.#report)
      .finally(() => this.#noting.delete(key_id));
  }
}

function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail);
}
