/** The use cases of the operator: who has a place on this server. */
import { createSearchIndex, indexTables, tenantNumber, type Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import { Problem } from '../../kernel/problem.js';
import * as sql from './tenants.sql.js';

/** Each tenant counts its changes in a range of its own. */
const RANGE = 2 ** 32;

export interface NewTenant {
  readonly tenant_id: string;
  readonly name: string;
  /** Undefined for no limit. */
  readonly allowed_bytes?: number | undefined;
  readonly allowed_documents?: number | undefined;
}

export class Tenants {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** @throws Problem `tenant_exists` */
  async create({ tenant_id, name, allowed_bytes, allowed_documents }: NewTenant): Promise<void> {
    await this.#db.write(async (tx) => {
      if ((await tx.run(sql.tenantById, { tenant_id })).length > 0) {
        throw new Problem('tenant_exists', `There is a tenant ${tenant_id} already.`);
      }
      const [highest] = await tx.run(sql.highestSequence, {});
      const first_sequence = (highest?.first_sequence ?? 0) + RANGE;
      await tx.run(sql.insertTenant, {
        tenant_id,
        name,
        first_sequence,
        last_sequence: first_sequence,
        created_at: this.#clock.now().toISOString(),
        allowed_bytes: allowed_bytes ?? null,
        allowed_documents: allowed_documents ?? null,
      });
      await createSearchIndex(tx.knex, indexTables(tenantNumber(first_sequence)));
    });
  }
}
