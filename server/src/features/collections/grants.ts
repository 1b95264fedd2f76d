/** The use cases of grants: who else may do what with the documents of a collection. */
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { Grant, Role } from '../../kernel/contract.js';
import { Problem } from '../../kernel/problem.js';
import type { Principal } from '../../kernel/principal.js';
import { isAllowedIn, ROLES } from '../../kernel/rights.js';
import { isKeyOf } from '../keys/index.js';
import * as sql from './grants.sql.js';
import { presentCollection } from './present.js';

const EVERYONE = 'everyone';

export class Grants {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** @throws Problem `collection_not_found`, `forbidden` */
  async list(principal: Principal, collection_id: string): Promise<Grant[]> {
    const { tenant_id } = principal;
    await presentCollection(this.#db.read, principal, 'manage', collection_id);
    return await this.#db.read.run(sql.grantsOn, { tenant_id, collection_id });
  }

  /**
   * Grants a role in the place of the one that was there.
   *
   * @param grantee the id of a key, or `everyone`
   * @throws Problem `collection_not_found`, `forbidden` also for a role that allows more than the principal may do,
   *   `api_key_not_found`
   */
  async set(principal: Principal, collection_id: string, grantee: string, role: Role): Promise<Grant> {
    const { tenant_id, principal_id, rights } = principal;
    return await this.#db.write(async (tx) => {
      await presentCollection(tx, principal, 'manage', collection_id);
      const lacking = ROLES[role].filter((action) => !isAllowedIn(rights, action, collection_id));
      if (lacking.length > 0) {
        const detail = `This key may not ${lacking.join(' or ')} the documents of ${collection_id}, so it cannot grant that.`;
        throw new Problem('forbidden', detail);
      }
      if (grantee !== EVERYONE && !(await isKeyOf(tx, tenant_id, grantee))) {
        throw new Problem('api_key_not_found', `There is no key ${grantee}, or it was revoked.`);
      }
      const granted_at = this.#clock.now().toISOString();
      const grant = { collection_id, grantee, role, granted_at, granted_by: principal_id };
      await tx.run(sql.deleteGrant, { tenant_id, collection_id, grantee });
      await tx.run(sql.insertGrant, { tenant_id, ...grant });
      return grant;
    });
  }

  /**
   * Takes back a grant, which need not be there.
   *
   * @throws Problem `collection_not_found`, `forbidden`
   */
  async remove(principal: Principal, collection_id: string, grantee: string): Promise<void> {
    const { tenant_id } = principal;
    await this.#db.write(async (tx) => {
      await presentCollection(tx, principal, 'manage', collection_id);
      await tx.run(sql.deleteGrant, { tenant_id, collection_id, grantee });
    });
  }
}
