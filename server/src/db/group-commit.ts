import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { isBusy, type SqliteSession } from './dialect.js';
import type { Session } from './session.js';

/** A unit of writing: all its statements become durable together, or none. */
export type Work<T> = (tx: Session) => Promise<T>;

interface Job {
  work: Work<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** Answers a job, once its transaction is durable. */
type Answer = () => void;

/** Jobs that share one transaction; bounds how long the first of them waits for the last. */
const BATCH_LIMIT = 256;
/** Jobs between two turns of the event loop: a few milliseconds of work. */
const STEP = 32;
/** The longest that a batch waits for writers that are on their way. */
const GATHER_LIMIT_MS = 5;
/** How long a batch keeps asking for a write lock that another process holds. */
const LOCK_PATIENCE_MS = 10_000;

/**
 * Lets concurrent writers share one commit, and so one fsync: whatever has queued up while the last transaction was
 * committing goes into the next one, each job in a savepoint of its own, so that one that fails takes nobody along.
 * A job is answered only after the commit.
 */
export class GroupCommit {
  readonly #writer: SqliteSession;
  readonly #queue: Job[] = [];
  #running: Promise<void> | undefined;
  #onTheWay = 0;
  #commitMs = 0;

  /** @param writer the only user of its connection from here on */
  constructor(writer: SqliteSession) {
    this.#writer = writer;
  }

  /** Runs `work` in a transaction; resolves to its result once that is durable, rejects with its or the commit's error. */
  run<T>(work: Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#running ??= this.#drain();
    });
  }

  /**
   * Does the same once `ready` has resolved. Until then the writer is known to be on its way, and a batch that is about
   * to be committed waits for it a little.
   */
  async runAfter<T>(ready: Promise<void>, work: Work<T>): Promise<T> {
    this.#onTheWay += 1;
    try {
      await ready;
    } finally {
      this.#onTheWay -= 1;
    }
    return this.run(work);
  }

  /** Resolves when everything that was queued has been answered. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#gather();
      const begunAt = performance.now();
      await this.#commit(this.#queue.splice(0, BATCH_LIMIT));
      this.#commitMs = performance.now() - begunAt;
    }
    this.#running = undefined;
  }

  /**
   * Lets others join the batch: those who became ready while the last commit blocked the event loop, and then, for as
   * long as that commit took, those who are on their way.
   */
  async #gather(): Promise<void> {
    await nextTurn();
    const until = performance.now() + Math.min(this.#commitMs, GATHER_LIMIT_MS);
    while (this.#onTheWay > 0 && this.#queue.length < BATCH_LIMIT && performance.now() < until) await sleep(1);
  }

  async #commit(batch: Job[]): Promise<void> {
    const answers: Answer[] = [];
    try {
      await this.#begin();
      const [only] = batch;
      if (batch.length === 1 && only) answers.push(await runWhole(this.#writer, only));
      else {
        for (const [index, job] of batch.entries()) {
          if (index % STEP === STEP - 1) await nextTurn();
          answers.push(await runPart(this.#writer, job));
        }
      }
      this.#writer.commit();
    } catch (error) {
      // The lock could not be had, or the database has given the transaction up, as it does when the disk is full.
      this.#writer.rollback();
      for (const job of batch) job.reject(error);
      return;
    }
    for (const answer of answers) answer();
  }

  async #begin(): Promise<void> {
    const giveUpAt = Date.now() + LOCK_PATIENCE_MS;
    for (;;) {
      try {
        this.#writer.begin();
        return;
      } catch (error) {
        if (!isBusy(error) || Date.now() >= giveUpAt) throw error;
        await sleep(5 + Math.random() * 20);
      }
    }
  }
}

/** A job that has the transaction to itself needs no savepoint: its error takes the transaction back. */
async function runWhole(writer: SqliteSession, { work, resolve }: Job): Promise<Answer> {
  const value = await work(writer);
  return () => {
    resolve(value);
  };
}

async function runPart(writer: SqliteSession, { work, resolve, reject }: Job): Promise<Answer> {
  writer.savepoint();
  try {
    const value = await work(writer);
    writer.releaseSavepoint();
    return () => {
      resolve(value);
    };
  } catch (error) {
    // Without a transaction nobody's work is there any more: the whole batch has failed, with this error.
    if (!writer.inTransaction) throw error;
    writer.rollbackToSavepoint();
    return () => {
      reject(error);
    };
  }
}
