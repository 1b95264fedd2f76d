/** The use cases of what is in a collection. */
import type { Database, Session } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import { Problem } from '../../kernel/problem.js';
import type { Principal } from '../../kernel/principal.js';
import { isAllowed, membershipLabel, type Action } from '../../kernel/rights.js';
import { addToCollection, assertMayHave, labelsOf, presentDocument, removeFromCollection } from '../documents/index.js';
import { presentCollection } from './present.js';

const ACTIONS: readonly Action[] = ['read', 'write', 'delete'];

export class CollectionContents {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * Puts a document into a collection, where it may be already.
   *
   * @throws Problem `collection_not_found`, `document_not_found`, `forbidden`
   */
  async add(principal: Principal, collection_id: string, document_id: string): Promise<void> {
    const { tenant_id, principal_id } = principal;
    await this.#db.write(async (tx) => {
      await presentCollection(tx, principal, 'fill', collection_id);
      const { sequence } = await presentDocument(tx, principal, 'write', document_id);
      await assertNothingGained(tx, principal, collection_id, document_id);
      const added = { added_at: this.#clock.now().toISOString(), added_by: principal_id };
      await addToCollection(tx, { tenant_id, document_id, collection_id, sequence }, added);
    });
  }

  /**
   * Takes a document out of a collection, where it need not be.
   *
   * @throws Problem as `add`
   */
  async remove(principal: Principal, collection_id: string, document_id: string): Promise<void> {
    const { tenant_id } = principal;
    await this.#db.write(async (tx) => {
      await presentCollection(tx, principal, 'fill', collection_id);
      const { sequence } = await presentDocument(tx, principal, 'write', document_id);
      await assertKept(tx, principal, collection_id, document_id);
      await removeFromCollection(tx, { tenant_id, document_id, collection_id, sequence });
    });
  }
}

/** A document must not get out of a limited key's reach by leaving a collection. */
async function assertKept(
  tx: Session,
  principal: Principal,
  collection_id: string,
  document_id: string,
): Promise<void> {
  if (principal.rights.limits === undefined) return;
  const labels = (await labelsOf(tx, principal.tenant_id, document_id)) ?? [];
  assertMayHave(
    principal,
    labels.filter((label) => label !== membershipLabel(collection_id)),
  );
}

/** Who manages a collection must not get to delete, by putting it there, what he may only change. */
async function assertNothingGained(
  tx: Session,
  { tenant_id, rights }: Principal,
  collection_id: string,
  document_id: string,
): Promise<void> {
  const labels = (await labelsOf(tx, tenant_id, document_id)) ?? [];
  const then = [...labels, membershipLabel(collection_id)];
  const gained = ACTIONS.filter((action) => isAllowed(rights, action, then) && !isAllowed(rights, action, labels));
  if (gained.length === 0) return;
  const detail = `In ${collection_id} this key could ${gained.join(' and ')} ${document_id}, which it may not do now.`;
  throw new Problem('forbidden', detail);
}
