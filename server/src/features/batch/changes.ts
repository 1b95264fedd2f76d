/** Many changes of documents that are made together or not at all. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Session } from '../../db/index.js';
import type { BatchChange, BatchChangeResult, BatchFailure } from '../../kernel/contract.js';
import type { Precondition } from '../../kernel/precondition.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { Documents, Trash } from '../documents/index.js';

/** A change, with what its `if_match` says. */
export type ConditionalChange = BatchChange & { readonly precondition: Precondition | undefined };

/** Changes between two turns of the event loop: a few milliseconds of work. */
const STEP = 32;

export class BatchChanges {
  readonly #db: Database;
  readonly #documents: Documents;
  readonly #trash: Trash;

  constructor(db: Database, documents: Documents, trash: Trash) {
    this.#db = db;
    this.#documents = documents;
    this.#trash = trash;
  }

  /**
   * Makes all changes in their order, in one transaction. Each is checked on the state that those before it leave; one
   * that cannot be made is left out, so that the others are checked too, and in the end takes all of them back.
   *
   * @throws Problem `batch_failed` with every change that cannot be made
   */
  apply(principal: Principal, changes: readonly ConditionalChange[]): Promise<BatchChangeResult[]> {
    return this.#db.write(async (tx) => {
      const results: BatchChangeResult[] = [];
      const failures: BatchFailure[] = [];
      for (const [index, change] of changes.entries()) {
        if (index % STEP === STEP - 1) await nextTurn();
        const { op, document_id } = change;
        try {
          results.push({ op, document_id, ...(await this.#apply(tx, principal, change)) });
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          failures.push({ index, document_id, code: error.code, detail: error.message });
        }
      }
      if (failures.length > 0) throw batchFailed(failures, changes.length);
      return results;
    });
  }

  async #apply(
    tx: Session,
    principal: Principal,
    change: ConditionalChange,
  ): Promise<Pick<BatchChangeResult, 'document'>> {
    const { document_id, precondition } = change;
    switch (change.op) {
      case 'update':
        return { document: await this.#documents.updateWithin(tx, principal, document_id, change, precondition) };
      case 'restore':
        return { document: await this.#trash.restoreWithin(tx, principal, document_id) };
      case 'delete':
        if (change.purge) await this.#trash.purgeWithin(tx, principal, document_id, precondition);
        else await this.#trash.deleteWithin(tx, principal, document_id, precondition);
        return {};
    }
  }
}

function batchFailed(failures: BatchFailure[], count: number): Problem {
  const detail = `${failures.length} of ${count} changes cannot be made. Nothing was changed.`;
  return new Problem('batch_failed', detail, { details: { failures } });
}
