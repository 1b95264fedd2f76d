/** The use cases of API keys. */
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { Scope } from '../../kernel/contract.js';
import { createKeyId, createSecret, formatKey, hashSecret } from './key-format.js';
import type { KeyLimits } from './key-rights.js';
import * as sql from './keys.sql.js';

/** What a key is to be. */
export interface KeyDescription {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly limits?: KeyLimits | undefined;
  /** UTC, ISO 8601; undefined for never. */
  readonly expires_at?: string | undefined;
}

/** A key at the only moment at which it is known. */
export interface CreatedKey {
  readonly key_id: string;
  readonly key: string;
}

export class ApiKeys {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * Makes a key of a tenant, which must be there. Only its secret's hash is kept.
   *
   * @param created_by the principal that makes it
   */
  async create(tenant_id: string, description: KeyDescription, created_by: string): Promise<CreatedKey> {
    const key_id = createKeyId();
    const secret = createSecret();
    const { name, scopes, limits, expires_at } = description;
    const row: sql.KeyRow = {
      key_id,
      tenant_id,
      name,
      secret_hash: hashSecret(secret),
      previous_hash: null,
      previous_until: null,
      scopes: JSON.stringify(scopes),
      limits: limits ? JSON.stringify(limits) : null,
      created_at: this.#clock.now().toISOString(),
      created_by,
      expires_at: expires_at ?? null,
      last_used_at: null,
      revoked_at: null,
    };
    await this.#db.write((tx) => tx.run(sql.insertKey, row));
    return { key_id, key: formatKey({ key_id, secret }) };
  }
}
