/** The use cases of the operator: who has a place on this server. */
import type { BlobStore } from '../../blobs/index.js';
import { createSearchIndex, indexTables, tenantNumber, type Database, type Session } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { Tenant, Usage } from '../../kernel/contract.js';
import { DEFAULT_TENANT, type Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { findUsage } from '../documents/index.js';
import { removeTenant } from './deletion.js';
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

/** What is to be different; what is left out stays, and null is no limit. */
export interface TenantChange {
  readonly name?: string | undefined;
  readonly suspended?: boolean | undefined;
  readonly allowed_bytes?: number | null | undefined;
  readonly allowed_documents?: number | null | undefined;
}

export interface TenantPage {
  readonly tenants: Tenant[];
  /** The last one's id; undefined on the last page. */
  readonly next: string | undefined;
}

export interface TenantsOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

export class Tenants {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;

  constructor({ db, blobs, clock }: TenantsOptions) {
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
  }

  /** @throws Problem `tenant_exists` */
  create({ tenant_id, name, allowed_bytes, allowed_documents }: NewTenant): Promise<Tenant> {
    return this.#db.write(async (tx) => {
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
        created_at: this.#now(),
        allowed_bytes: allowed_bytes ?? null,
        allowed_documents: allowed_documents ?? null,
      });
      await createSearchIndex(tx.knex, indexTables(tenantNumber(first_sequence)));
      return toTenant(await findTenant(tx, tenant_id));
    });
  }

  /** One page of all tenants, in the order of their ids. */
  async list(limit: number, behind = ''): Promise<TenantPage> {
    const rows = (await sql.tenantsBehind(this.#db.read.knex, behind, limit + 1)) as sql.TenantRow[];
    const page = rows.slice(0, limit);
    return { tenants: page.map(toTenant), next: rows.length > limit ? page.at(-1)?.tenant_id : undefined };
  }

  /** @throws Problem `tenant_not_found` */
  async find(tenant_id: string): Promise<Tenant> {
    return toTenant(await findTenant(this.#db.read, tenant_id));
  }

  /** @throws Problem `tenant_not_found`, also for one that is being deleted; `forbidden` to suspend the operator's own */
  change(tenant_id: string, { name, suspended, allowed_bytes, allowed_documents }: TenantChange): Promise<Tenant> {
    if (suspended === true) assertNotOwn(tenant_id, 'suspended');
    return this.#db.write(async (tx) => {
      const row = await findTenant(tx, tenant_id);
      if (row.deletion_started_at !== null) throw tenantNotFound(tenant_id);
      const changed: sql.TenantColumns = {
        name: name ?? row.name,
        suspended_at: suspended === undefined ? row.suspended_at : suspended ? (row.suspended_at ?? this.#now()) : null,
        allowed_bytes: allowed_bytes === undefined ? row.allowed_bytes : allowed_bytes,
        allowed_documents: allowed_documents === undefined ? row.allowed_documents : allowed_documents,
      };
      await tx.run(sql.updateTenant, { tenant_id, ...changed });
      return toTenant({ ...row, ...changed });
    });
  }

  /**
   * Deletes a tenant with all it has, for good. Goes on where an earlier attempt was cut off.
   *
   * @throws Problem `tenant_not_found`; `forbidden` for the operator's own
   */
  async delete(tenant_id: string): Promise<void> {
    assertNotOwn(tenant_id, 'deleted');
    const tenant = await findTenant(this.#db.read, tenant_id);
    await removeTenant({ db: this.#db, blobs: this.#blobs }, tenant, this.#now());
  }

  /** What the principal's tenant uses and may use. */
  usage({ tenant_id }: Principal): Promise<Usage> {
    return findUsage(this.#db.read, tenant_id);
  }

  #now(): string {
    return this.#clock.now().toISOString();
  }
}

/** Tenants are the matter of keys of the operator's tenant alone, whatever scopes another one may have. @throws Problem `forbidden` */
export function assertOperator({ tenant_id }: Principal): void {
  if (tenant_id === DEFAULT_TENANT) return;
  throw new Problem('forbidden', `Only keys of the operator's tenant, ${DEFAULT_TENANT}, manage tenants.`);
}

async function findTenant(db: Session, tenant_id: string): Promise<sql.TenantRow> {
  const [row] = await db.run(sql.tenantById, { tenant_id });
  if (!row) throw tenantNotFound(tenant_id);
  return row;
}

function toTenant(row: sql.TenantRow): Tenant {
  const { tenant_id, name, created_at, suspended_at, deletion_started_at } = row;
  const { used_bytes, used_documents, allowed_bytes, allowed_documents } = row;
  return {
    tenant_id,
    name,
    created_at,
    ...(suspended_at !== null && { suspended_at }),
    ...(deletion_started_at !== null && { deletion_started_at }),
    usage: {
      used_bytes,
      used_documents,
      ...(allowed_bytes !== null && { allowed_bytes }),
      ...(allowed_documents !== null && { allowed_documents }),
    },
  };
}

/** @throws Problem `forbidden` */
function assertNotOwn(tenant_id: string, what: string): void {
  if (tenant_id !== DEFAULT_TENANT) return;
  throw new Problem('forbidden', `${DEFAULT_TENANT} is the operator's own tenant, and cannot be ${what}.`);
}

function tenantNotFound(tenant_id: string): Problem {
  return new Problem('tenant_not_found', `There is no tenant ${tenant_id}.`);
}
