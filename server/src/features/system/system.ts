import type { BlobStore } from '../../blobs/index.js';
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { Health } from '../../kernel/contract.js';
import { Problem } from '../../kernel/problem.js';

export interface SystemOptions {
  readonly contract: { readonly version: string; readonly text: string };
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Contents that wait to be indexed; undefined where that would tell one tenant what others do. */
  readonly indexQueue: { state(): Promise<Health['index_queue']> } | undefined;
}

/** What the server knows about itself. */
export class System {
  readonly version: string;
  /** The contract's own text. */
  readonly contract: string;
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #indexQueue: SystemOptions['indexQueue'];
  readonly #startedAt: number;

  constructor({ contract, db, blobs, clock, indexQueue }: SystemOptions) {
    this.version = contract.version;
    this.contract = contract.text;
    this.#indexQueue = indexQueue;
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#startedAt = clock.now().getTime();
  }

  /**
   * How long the server has been running, in whole seconds, and what it has left to do, after a look at the database and
   * the storage folder.
   *
   * @throws Problem `unavailable` when one of them does not answer
   */
  async checkHealth(): Promise<Pick<Health, 'uptime_seconds' | 'index_queue'>> {
    await Promise.all([
      this.#db.check().catch(unavailable('The database cannot be read.')),
      this.#blobs.check().catch(unavailable('The storage folder cannot be written.')),
    ]);
    // A clock that was set back must not make the contract's minimum of zero untrue.
    const uptime_seconds = Math.max(0, Math.floor((this.#clock.now().getTime() - this.#startedAt) / 1000));
    const index_queue = await this.#indexQueue?.state();
    return { uptime_seconds, ...(index_queue && { index_queue }) };
  }
}

function unavailable(detail: string): (cause: unknown) => never {
  return (cause) => {
    throw new Problem('unavailable', detail, { cause, headers: { 'Retry-After': '5' } });
  };
}
