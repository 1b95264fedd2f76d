/** The use cases of collections. */
import type { Database, Session } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { Collection, CollectionChange } from '../../kernel/contract.js';
import { createCollectionId } from '../../kernel/ids.js';
import { Problem } from '../../kernel/problem.js';
import type { Principal } from '../../kernel/principal.js';
import { membershipLabel, roleIn, visibleCollections } from '../../kernel/rights.js';
import * as sql from './collections.sql.js';
import { deleteGrants } from './grants.sql.js';
import { presentCollection } from './present.js';

export interface NewCollection {
  readonly name: string;
  readonly description: string;
}

export interface CollectionPage {
  readonly collections: Collection[];
  /** Behind which name the next page starts; undefined on the last. */
  readonly next: string | undefined;
}

export class Collections {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * Makes a collection without documents.
   *
   * @throws Problem `forbidden` for whoever manages some collections only, `collection_exists`
   */
  async create(principal: Principal, { name, description }: NewCollection): Promise<Collection> {
    const { tenant_id, principal_id, rights } = principal;
    if (!rights.scopes.has('collections:manage')) {
      throw new Problem('forbidden', 'This key manages collections that are there; to make one it needs the scope.');
    }
    if (rights.limits)
      throw new Problem('forbidden', 'This key is limited, and a further collection is out of its reach.');
    return await this.#db.write(async (tx) => {
      await assertFree(tx, tenant_id, name);
      const collection_id = await freeId(tx, tenant_id);
      const created_at = this.#clock.now().toISOString();
      const row = { collection_id, name, description, created_at, created_by: principal_id, updated_at: created_at };
      await tx.run(sql.insertCollection, { tenant_id, ...row });
      return await describe(tx, principal, row);
    });
  }

  /**
   * One page of the collections that the principal may know of, in the order of their names.
   *
   * @param behind where the page before ended
   */
  async list(principal: Principal, limit: number, behind = ''): Promise<CollectionPage> {
    const { tenant_id, rights } = principal;
    const db = this.#db.read;
    const among = visibleCollections(rights);
    const query = sql.collectionsBehind(db.knex, tenant_id, among, behind, limit + 1);
    const rows = (await query) as sql.CollectionRow[];
    const page = rows.slice(0, limit);
    return {
      collections: await Promise.all(page.map((row) => describe(db, principal, row))),
      next: rows.length > limit ? page.at(-1)?.name : undefined,
    };
  }

  /** @throws Problem `collection_not_found` */
  async get(principal: Principal, collection_id: string): Promise<Collection> {
    const db = this.#db.read;
    return await describe(db, principal, await presentCollection(db, principal, 'see', collection_id));
  }

  /**
   * Changes name or description.
   *
   * @throws Problem `collection_not_found`, `forbidden`, `collection_exists`
   */
  async update(principal: Principal, collection_id: string, change: CollectionChange): Promise<Collection> {
    const { tenant_id } = principal;
    return await this.#db.write(async (tx) => {
      const row = await presentCollection(tx, principal, 'manage', collection_id);
      const { name = row.name, description = row.description } = change;
      if (name !== row.name) await assertFree(tx, tenant_id, name);
      const updated_at = this.#clock.now().toISOString();
      await tx.run(sql.setCollection, { tenant_id, collection_id, name, description, updated_at });
      return await describe(tx, principal, { ...row, name, description, updated_at });
    });
  }

  /**
   * Forgets a collection, what was in it, and what it granted; the documents stay.
   *
   * @throws Problem `collection_not_found`, `forbidden`
   */
  async delete(principal: Principal, collection_id: string): Promise<void> {
    const { tenant_id } = principal;
    await this.#db.write(async (tx) => {
      await presentCollection(tx, principal, 'manage', collection_id);
      await tx.run(sql.deleteLabels, { tenant_id, tag: membershipLabel(collection_id) });
      await tx.run(sql.deleteMemberships, { tenant_id, collection_id });
      await tx.run(deleteGrants, { tenant_id, collection_id });
      await tx.run(sql.deleteCollection, { tenant_id, collection_id });
    });
  }
}

async function describe(db: Session, { tenant_id, rights }: Principal, row: sql.CollectionRow): Promise<Collection> {
  const [count] = await db.run(sql.labelCount, { tenant_id, tag: membershipLabel(row.collection_id) });
  const role = roleIn(rights, row.collection_id);
  return { ...row, document_count: count?.document_count ?? 0, ...(role && { role }) };
}

async function assertFree(tx: Session, tenant_id: string, name: string): Promise<void> {
  const [other] = await tx.run(sql.collectionByName, { tenant_id, name });
  if (other) throw new Problem('collection_exists', `There is a collection called "${name}" already.`);
}

async function freeId(tx: Session, tenant_id: string): Promise<string> {
  for (;;) {
    const collection_id = createCollectionId();
    const [other] = await tx.run(sql.collectionById, { tenant_id, collection_id });
    if (!other) return collection_id;
  }
}
