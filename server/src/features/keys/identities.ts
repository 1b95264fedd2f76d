/** Tells a caller who it is. */
import type { Database } from '../../db/index.js';
import type { WhoAmI } from '../../kernel/contract.js';
import { Problem } from '../../kernel/problem.js';
import { keyIdOf, type Principal } from '../../kernel/principal.js';
import type { KeyLimits } from './key-rights.js';
import * as sql from './keys.sql.js';
import { shownLimits } from './present.js';

export class Identities {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Who a principal is, and what it may do.
   *
   * @throws Problem `unauthenticated` when its key has gone since it was let in
   */
  async describe(principal: Principal): Promise<WhoAmI> {
    const { tenant_id, principal_id, rights } = principal;
    const who = { tenant_id, principal_id, scopes: [...rights.scopes] };
    const key_id = keyIdOf(principal);
    if (key_id === undefined) return { auth: 'none', ...who };
    const [key] = await this.#db.read.run(sql.keyById, { key_id });
    if (!key) throw new Problem('unauthenticated', 'There is no such key.');
    const { name, limits, expires_at } = key;
    return {
      auth: 'keys',
      ...who,
      ...(limits !== null && { limits: shownLimits(JSON.parse(limits) as KeyLimits) }),
      key: { key_id, name, ...(expires_at !== null && { expires_at }) },
    };
  }
}
