import type { BlobStore } from '../../blobs/index.js';
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import { Problem } from '../../kernel/problem.js';

/** What the server knows about itself. */
export class System {
  readonly version: string;
  /** The contract's own text. */
  readonly contract: string;
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #startedAt: number;

  constructor(version: string, contract: string, db: Database, blobs: BlobStore, clock: Clock) {
    this.version = version;
    this.contract = contract;
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#startedAt = clock.now().getTime();
  }

  /**
   * How long the server has been running, in whole seconds, after a look at the database and the storage folder.
   *
   * @throws Problem `unavailable` when one of them does not answer
   */
  async checkHealth(): Promise<{ uptime_seconds: number }> {
    await Promise.all([
      this.#db.check().catch(unavailable('The database cannot be read.')),
      this.#blobs.check().catch(unavailable('The storage folder cannot be written.')),
    ]);
    // A clock that was set back must not make the contract's minimum of zero untrue.
    return { uptime_seconds: Math.max(0, Math.floor((this.#clock.now().getTime() - this.#startedAt) / 1000)) };
  }
}

function unavailable(detail: string): (cause: unknown) => never {
  return (cause) => {
    throw new Problem('unavailable', detail, { cause, headers: { 'Retry-After': '5' } });
  };
}
