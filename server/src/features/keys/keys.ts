/** The use cases of API keys. */
import type { Database, Session } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { ApiKey, NewApiKey, Scope } from '../../kernel/contract.js';
import { serverPrincipal, type Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { assertExceedsNothing, assertMayHandOut, assertScopesFit, assertStillValid } from './delegation.js';
import { createKeyId, createSecret, formatKey, hashSecret } from './key-format.js';
import { describedRights, rightsOf, type KeyLimits } from './key-rights.js';
import * as sql from './keys.sql.js';
import { keyNotFound, toApiKey } from './present.js';

/** What a key is to be. */
export interface KeyDescription {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly limits?: KeyLimits | undefined;
  /** UTC, ISO 8601; undefined for never. */
  readonly expires_at?: string | undefined;
}

/** A place in the list of keys: `created_at` and `key_id` of the one before. */
export type KeyPlace = readonly [created_at: string, key_id: string];

export interface KeyPage {
  readonly keys: ApiKey[];
  /** The last one's place; undefined on the last page. */
  readonly next: KeyPlace | undefined;
}

/** Comes before the key that was made last. */
const NEWEST: KeyPlace = ['9', ''];

export class ApiKeys {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * Makes a key of a tenant, as the operator.
   *
   * @param created_by the principal that makes it
   * @throws Problem `tenant_not_found`, `validation_failed`, and `forbidden` for what no key of the tenant can have
   */
  create(tenant_id: string, description: KeyDescription, created_by: string): Promise<NewApiKey> {
    return this.createBy(serverPrincipal(tenant_id, created_by), description);
  }

  /**
   * Makes a key of the principal's tenant. Only its secret's hash is kept.
   *
   * @throws Problem `forbidden` when it would be more than the principal is itself; `validation_failed` for a time that
   *   is past or a collection that is not there
   */
  async createBy(principal: Principal, { name, scopes, limits, expires_at }: KeyDescription): Promise<NewApiKey> {
    const { tenant_id, principal_id } = principal;
    const secret = createSecret();
    const row: sql.KeyRow = {
      key_id: createKeyId(),
      tenant_id,
      name,
      secret_hash: hashSecret(secret),
      previous_hash: null,
      previous_until: null,
      scopes: JSON.stringify(scopes),
      limits: limits ? JSON.stringify(limits) : null,
      created_at: this.#now(),
      created_by: principal_id,
      expires_at: expires_at ?? null,
      last_used_at: null,
      revoked_at: null,
    };
    if (expires_at !== undefined && expires_at <= row.created_at) {
      throw Problem.invalid({ location: 'body.expires_at', message: 'must be in the future' });
    }
    const rights = describedRights(scopes, limits);
    await this.#db.write(async (tx) => {
      const [tenant] = await tx.run(sql.tenantState, { tenant_id });
      if (!tenant) throw new Problem('tenant_not_found', `There is no tenant ${tenant_id}.`);
      const rule = 'A key can hand out only what it has itself.';
      await assertMayHandOut(tx, principal, { rights, expires_at: row.expires_at }, rule);
      assertScopesFit(tenant_id, rights);
      await assertCollections(tx, tenant_id, limits);
      await tx.run(sql.insertKey, row);
    });
    return this.#shown(row, secret);
  }

  /** One page of the tenant's keys, the newest first. Whoever has limits sees what stays within them. */
  async list({ tenant_id, rights }: Principal, limit: number, behind: KeyPlace = NEWEST): Promise<KeyPage> {
    const now = this.#now();
    const keys: ApiKey[] = [];
    for (let place = behind; ;) {
      const rows = (await sql.keysBefore(this.#db.read.knex, tenant_id, place, limit + 1)) as sql.KeyRow[];
      for (const row of rows) {
        if (!isVisible(rights.limits, row)) continue;
        if (keys.length === limit) return { keys, next: place };
        keys.push(toApiKey(row, now));
        place = [row.created_at, row.key_id];
      }
      const last = rows.at(-1);
      if (rows.length <= limit || !last) return { keys, next: undefined };
      place = [last.created_at, last.key_id];
    }
  }

  /**
   * Revokes a key, for all servers at once. One that was revoked before is left as it is.
   *
   * @throws Problem `api_key_not_found`, and `forbidden` when it may do more than the principal
   */
  revoke(principal: Principal, key_id: string): Promise<ApiKey> {
    return this.#db.write(async (tx) => {
      await assertStillValid(tx, principal);
      const row = await this.#visible(tx, principal, key_id);
      assertExceedsNothing(principal, await rightsOf(tx, row), notItsOwn(key_id));
      const { tenant_id } = row;
      const now = this.#now();
      if (row.revoked_at !== null) return toApiKey(row, now);
      await tx.run(sql.revokeKey, { tenant_id, key_id, revoked_at: now });
      return toApiKey({ ...row, revoked_at: now, previous_until: null }, now);
    });
  }

  /**
   * Gives a key a new secret. The one before stays valid for a while, and no other.
   *
   * @throws Problem `api_key_not_found`, also for one that is not valid any more; `forbidden` when it may do more than the
   *   principal
   */
  async rotate(principal: Principal, key_id: string, overlap_seconds: number): Promise<NewApiKey> {
    const secret = createSecret();
    const row = await this.#db.write(async (tx) => {
      const current = await this.#visible(tx, principal, key_id);
      const key = { rights: await rightsOf(tx, current), expires_at: current.expires_at };
      await assertMayHandOut(tx, principal, key, notItsOwn(key_id));
      const now = this.#now();
      const isOver = current.revoked_at !== null || (current.expires_at !== null && current.expires_at <= now);
      if (isOver) throw new Problem('api_key_not_found', `The key ${key_id} is not valid any more. Make another one.`);
      const overlap = {
        secret_hash: hashSecret(secret),
        previous_hash: overlap_seconds > 0 ? current.secret_hash : null,
        previous_until: overlap_seconds > 0 ? new Date(Date.parse(now) + overlap_seconds * 1000).toISOString() : null,
      };
      await tx.run(sql.replaceSecret, { tenant_id: current.tenant_id, key_id, ...overlap });
      return { ...current, ...overlap };
    });
    return this.#shown(row, secret);
  }

  /** The tenant of a key, for the operator. @throws Problem `api_key_not_found` */
  async tenantOf(key_id: string): Promise<string> {
    const [row] = await this.#db.read.run(sql.keyById, { key_id });
    if (!row) throw keyNotFound(key_id);
    return row.tenant_id;
  }

  /** @throws Problem `api_key_not_found` */
  async #visible(tx: Session, { tenant_id, rights }: Principal, key_id: string): Promise<sql.KeyRow> {
    const [row] = await tx.run(sql.keyOfTenant, { tenant_id, key_id });
    if (!row || !isVisible(rights.limits, row)) throw keyNotFound(key_id);
    return row;
  }

  #shown(row: sql.KeyRow, secret: string): NewApiKey {
    return { ...toApiKey(row, this.#now()), key: formatKey({ key_id: row.key_id, secret }) };
  }

  #now(): string {
    return this.#clock.now().toISOString();
  }
}

function notItsOwn(key_id: string): string {
  return `The key ${key_id} may do more than this one, or for longer, and is not its to change.`;
}

/** What a key is limited to is told only to those who may know of it. */
function isVisible(limits: readonly string[] | undefined, row: sql.KeyRow): boolean {
  if (limits === undefined) return true;
  const of = row.limits === null ? undefined : (JSON.parse(row.limits) as KeyLimits);
  return describedRights([], of).limits?.every((label) => limits.includes(label)) ?? false;
}

async function assertCollections(tx: Session, tenant_id: string, limits: KeyLimits | undefined): Promise<void> {
  for (const collection_id of limits?.collections ?? []) {
    const [row] = await tx.run(sql.collectionById, { tenant_id, collection_id });
    if (row) continue;
    throw Problem.invalid({ location: 'body.limits.collections', message: `there is no collection ${collection_id}` });
  }
}
