/** Many changes of documents that are made together or not at all. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Session } from '../../db/index.js';
import type { BatchChange, BatchChangeResult, BatchFailure } from '../../kernel/contract.js';
import type { Precondition } from '../../kernel/precondition.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { ContentIndexing, Documents, PreparedText, RecordedDocument, Trash } from '../documents/index.js';

/** A change, with what its `if_match` says. */
export type ConditionalChange = BatchChange & { readonly precondition: Precondition | undefined };

/** Changes between two turns of the event loop: a few milliseconds of work. */
const STEP = 32;

export interface BatchChangesOptions {
  readonly db: Database;
  readonly indexing: ContentIndexing;
  readonly documents: Documents;
  readonly trash: Trash;
}

/** A change that was made; a deletion has no document. */
interface Made {
  readonly result: BatchChangeResult;
  readonly recorded?: RecordedDocument;
}

/**
 * Contents that are read for the index before the transaction; those of further documents are indexed after it. So the
 * transaction, which others wait for, has no more than that to write.
 */
const PREPARED_CONTENTS = 32;

export class BatchChanges {
  readonly #db: Database;
  readonly #indexing: ContentIndexing;
  readonly #documents: Documents;
  readonly #trash: Trash;

  constructor({ db, indexing, documents, trash }: BatchChangesOptions) {
    this.#db = db;
    this.#indexing = indexing;
    this.#documents = documents;
    this.#trash = trash;
  }

  /**
   * Makes all changes in their order, in one transaction. Each is checked on the state that those before it leave; one
   * that cannot be made is left out, so that the others are checked too, and in the end takes all of them back.
   *
   * @throws Problem `batch_failed` with every change that cannot be made
   */
  async apply(principal: Principal, changes: readonly ConditionalChange[]): Promise<BatchChangeResult[]> {
    const prepared = await this.#prepare(principal, changes);
    const made = await this.#db.write(async (tx) => {
      const results: Made[] = [];
      const failures: BatchFailure[] = [];
      for (const [index, change] of changes.entries()) {
        if (index % STEP === STEP - 1) await nextTurn();
        const { op, document_id } = change;
        try {
          const recorded = await this.#apply(tx, principal, change, prepared.get(change));
          results.push({ result: { op, document_id }, ...(recorded && { recorded }) });
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          failures.push({ index, document_id, code: error.code, detail: error.message });
        }
      }
      if (failures.length > 0) throw batchFailed(failures, changes.length);
      return results;
    });
    return await Promise.all(made.map((change) => this.#settle(principal, change)));
  }

  /** What the index will need of the first documents, by their changes. */
  async #prepare(
    principal: Principal,
    changes: readonly ConditionalChange[],
  ): Promise<Map<ConditionalChange, PreparedText>> {
    const prepared = new Map<ConditionalChange, PreparedText>();
    for (const change of changes.filter(({ op }) => op !== 'delete').slice(0, PREPARED_CONTENTS)) {
      const { document_id } = change;
      const text =
        change.op === 'restore'
          ? await this.#trash.prepareRestore(principal, document_id)
          : await this.#indexing.prepareStored(this.#db.read, principal, document_id);
      if (text) prepared.set(change, text);
    }
    return prepared;
  }

  async #apply(
    tx: Session,
    principal: Principal,
    change: ConditionalChange,
    prepared: PreparedText | undefined,
  ): Promise<RecordedDocument | undefined> {
    const { document_id, precondition } = change;
    switch (change.op) {
      case 'update':
        return await this.#documents.updateWithin(tx, principal, document_id, { change, precondition, prepared });
      case 'restore':
        return await this.#trash.restoreWithin(tx, principal, document_id, prepared);
      case 'delete':
        if (change.purge) await this.#trash.purgeWithin(tx, principal, document_id, precondition);
        else await this.#trash.deleteWithin(tx, principal, document_id, precondition);
        return undefined;
    }
  }

  async #settle({ tenant_id }: Principal, { result, recorded }: Made): Promise<BatchChangeResult> {
    if (!recorded) return result;
    return { ...result, document: await this.#indexing.settle(tenant_id, recorded.sequence, recorded.document) };
  }
}

function batchFailed(failures: BatchFailure[], count: number): Problem {
  const detail = `${failures.length} of ${count} changes cannot be made. Nothing was changed.`;
  return new Problem('batch_failed', detail, { details: { failures } });
}
