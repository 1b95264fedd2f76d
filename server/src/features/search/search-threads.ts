import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { Tinypool } from 'tinypool';
import { Problem } from '../../kernel/problem.js';
import { busyWith, inTurn } from '../../kernel/turn.js';
import type { SearchJob, SearchJobName, SearchJobs } from './search-jobs.js';

/** What a thread is told when it starts. */
export interface SearchThreadData {
  /** In the storage folder, where the blobs are, too. */
  readonly databaseFile: string;
  /** How many bytes of a text are indexed. */
  readonly maxIndexedBytes: number;
}

export interface SearchThreadsOptions extends SearchThreadData {
  /** How long one job may take. */
  readonly timeoutMs: number;
  /** How long one may wait for its turn; as long as it takes where nothing is said. */
  readonly queueMs?: number;
}

const THREADS = Math.min(2, availableParallelism());
/**
 * Jobs that may wait for a thread. (The pool has a queue of its own, but a job's time would run while it waits there.)
 */
const WAITING = 256;
const SUBJECT = 'other searches';
/** An unused thread is ended after this time; the next search waits for another one to start. */
const IDLE_MS = 300_000;
/** A thread's memory: the texts of a page, and what is looked for in them. */
const HEAP_MIB = 512;

/** Searching off the event loop: worker threads, started at first use, each with a connection of its own. */
export class SearchThreads {
  readonly #options: SearchThreadsOptions;
  readonly #lane = pLimit(THREADS);
  #pool: Promise<Tinypool> | undefined;
  #closed = false;

  constructor(options: SearchThreadsOptions) {
    this.#options = options;
  }

  /**
   * Does a job of a tenant.
   *
   * @throws Problem `unavailable` when too many wait, or it waits too long, it takes too long or too much memory, or the server stops
   */
  async run<Name extends SearchJobName>(
    name: Name,
    tenant_id: string,
    input: SearchJobs[Name]['input'],
  ): Promise<SearchJobs[Name]['output']> {
    if (this.#lane.pendingCount >= WAITING) throw busyWith(SUBJECT);
    const { queueMs = Infinity } = this.#options;
    return await this.#lane(inTurn(queueMs, SUBJECT, () => this.#send({ name, tenant_id, input })));
  }

  /** Ends the threads, and with them what they do. */
  async close(): Promise<void> {
    this.#closed = true;
    const pool = await this.#pool;
    await pool?.destroy();
  }

  async #send<Name extends SearchJobName>(job: SearchJob<Name>): Promise<SearchJobs[Name]['output']> {
    if (this.#closed) throw stopping();
    const pool = await (this.#pool ??= openPool(this.#options));
    const { timeoutMs } = this.#options;
    const overtime = new AbortController();
    const { signal } = overtime;
    // The pool's own handles do not keep a process alive; this timer does, as long as somebody waits for the answer.
    const timer = setTimeout(() => overtime.abort(), timeoutMs);
    // A thread that cannot even start fails the pool, not the job.
    let fail: (error: unknown) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => (fail = reject));
    pool.on('error', fail);
    try {
      return (await Promise.race([pool.run(job, { signal }), failure])) as SearchJobs[Name]['output'];
    } catch (error) {
      if (this.#isClosed()) throw stopping();
      if (signal.aborted) throw unavailable(`It takes longer than ${timeoutMs / 1000} seconds. Ask for less.`);
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ERR_WORKER_OUT_OF_MEMORY') throw unavailable('It takes too much memory. Ask for less.');
      throw error;
    } finally {
      clearTimeout(timer);
      pool.off('error', fail);
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}

async function openPool({ databaseFile, maxIndexedBytes }: SearchThreadsOptions): Promise<Tinypool> {
  const { Tinypool } = await import('tinypool');
  const workerData: SearchThreadData = { databaseFile, maxIndexedBytes };
  const pool = new Tinypool({
    filename: new URL('./search-worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: IDLE_MS,
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  // A thread that dies while nobody waits for anything is replaced; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}

function stopping(): Problem {
  return unavailable('The server is stopping.');
}

function unavailable(detail: string): Problem {
  return new Problem('unavailable', detail, { headers: { 'Retry-After': '1' } });
}
