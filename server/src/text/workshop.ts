import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { Tinypool } from 'tinypool';
import type { ContentEdit } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import { busyWith, inTurn } from '../kernel/turn.js';
import type { DiffJob } from './diff.js';
import { fromProblemData, transferable, type JobAnswer, type JobName, type JobRequest, type TextJobs } from './jobs.js';
import type { Merge, Sides } from './sides.js';
import type { TextIndex } from './text-index.js';

/** What text operations may use. */
export interface TextLimits {
  /** How large a text may be (`DOCUMENT_MAX_TEXT_BYTES`). */
  readonly maxBytes: number;
  /** How long one operation may take. */
  readonly timeoutMs: number;
  /** How long one may wait for its turn; as long as it takes where nothing is said. */
  readonly queueMs?: number;
  /** A thread's memory for objects, where it is not to follow from `maxBytes`. */
  readonly threadMiB?: number;
}

/** More bytes than this make an operation heavy; heavy ones leave a thread to the others, where there are two. */
const HEAVY_BYTES = 1024 * 1024;

const THREADS = Math.min(2, availableParallelism());

/**
 * Operations of either kind that may wait for a thread. (The pool has a queue of its own, but an operation's time would run
 * while it waits there.)
 */
const WAITING = 64;
const SUBJECT = 'other texts';

/**
 * A thread's memory for objects, in MiB: so much, and so much for each MiB that a text may have. What the limits on lines
 * let through needs less than half of it, and that must stay so: where one large allocation goes over a thread's limit, V8
 * ends the whole process instead of the thread.
 */
const THREAD_MIB = { base: 512, perTextMiB: 16, young: 64 };

/** A thread that has nothing to do for this long ends, and its memory is free. */
const IDLE_MS = 30_000;

/** Comparisons give up by themselves before the thread has to be ended: another one would have to start. */
const OWN_SHARE = 0.8;

/** An operation that took more than its share. The reason completes "It cannot be merged: …". */
class Overrun extends Error {}

/**
 * Heavy text work, off the event loop: a pool of worker threads, started at first use. Contents are handed over: their
 * memory belongs to the thread afterwards, unless it is shared with other data.
 */
export class TextWorkshop {
  readonly #limits: TextLimits;
  readonly #threads = pLimit(THREADS);
  readonly #heavy = pLimit(Math.max(1, THREADS - 1));
  #pool: Promise<Tinypool> | undefined;
  #closed = false;

  constructor(limits: TextLimits) {
    this.#limits = limits;
  }

  /**
   * Merges two changes of one text by lines.
   *
   * @throws {Problem} `unavailable`
   */
  async merge(sides: Sides<Uint8Array>): Promise<Merge> {
    const { base, current, yours } = sides;
    const largest = Math.max(base.length, current.length, yours.length);
    if (largest > this.#limits.maxBytes) return { unmergeable: `it is too large: ${this.#tooLarge(largest)}` };
    try {
      return await this.#run('merge', { base, current, yours }, base.length + current.length + yours.length);
    } catch (error) {
      if (error instanceof Overrun) return { unmergeable: error.message };
      throw error;
    }
  }

  /**
   * Compares two texts by lines.
   *
   * @returns the UTF-8 bytes of a unified diff, or of the JSON text of `DiffHunk[]`
   * @throws {Problem} `not_text`, `text_too_large`, `unavailable`
   */
  async diff(job: DiffJob): Promise<Uint8Array> {
    for (const { content, version } of [job.from, job.to]) this.#requireSize(content, `Version ${version}`);
    const advice = 'pull both versions and compare them with diff -u.';
    return this.#refusing(this.#run('diff', job, job.from.content.length + job.to.content.length), advice);
  }

  /**
   * Applies edits to a text, one after the other, all or none.
   *
   * @returns the new content
   * @throws {Problem} `not_text`, `edit_failed`, `text_too_large`, `unavailable`
   */
  async edit(content: Uint8Array, edits: readonly ContentEdit[]): Promise<Uint8Array> {
    this.#requireSize(content, 'The content');
    return this.#refusing(
      this.#run('edit', { content, edits }, content.length),
      'pull the document and push it again.',
    );
  }

  /**
   * Reads a text once, so that any part of it can be read without the rest.
   *
   * @throws {Problem} `not_text`, `text_too_large`, `unavailable`
   */
  async index(content: Uint8Array): Promise<TextIndex> {
    this.#requireSize(content, 'The content');
    return this.#refusing(this.#run('index', { content }, content.length), 'pull the document instead.');
  }

  /** Ends the threads, and with them what they do. Waits for no work. */
  async close(): Promise<void> {
    this.#closed = true;
    const pool = await this.#pool;
    await pool?.destroy();
  }

  async #run<Name extends JobName>(
    name: Name,
    input: TextJobs[Name]['input'],
    bytes: number,
  ): Promise<TextJobs[Name]['output']> {
    const lane = bytes > HEAVY_BYTES ? this.#heavy : this.#threads;
    if (lane.pendingCount >= WAITING) throw busyWith(SUBJECT);
    const onThread = inTurn(this.#limits.queueMs ?? Infinity, SUBJECT, () => this.#send(name, input));
    return lane === this.#heavy ? lane(() => this.#threads(onThread)) : lane(onThread);
  }

  async #send<Name extends JobName>(name: Name, input: TextJobs[Name]['input']): Promise<TextJobs[Name]['output']> {
    const { maxBytes, timeoutMs } = this.#limits;
    const request: JobRequest<Name> = { name, input, limits: { maxBytes, timeoutMs: OWN_SHARE * timeoutMs } };
    const pool = await (this.#pool ??= openPool(this.#limits));
    if (this.#isClosed()) throw stopping();
    const overtime = new AbortController();
    const { signal } = overtime;
    // The pool's own handles do not keep a process alive; this timer does, as long as somebody waits for the answer.
    const timer = setTimeout(() => overtime.abort(), timeoutMs);
    // A thread that cannot even start fails the pool, not the job.
    let fail: (error: unknown) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => (fail = reject));
    pool.on('error', fail);
    let answer: JobAnswer<Name>;
    try {
      const result = pool.run(request, { transferList: transferable(input), signal });
      answer = (await Promise.race([result, failure])) as JobAnswer<Name>;
    } catch (error) {
      throw this.#isClosed() ? stopping() : overrunOf(error, signal, timeoutMs);
    } finally {
      clearTimeout(timer);
      pool.off('error', fail);
    }
    if ('problem' in answer) throw fromProblemData(answer.problem);
    return answer.output;
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  /** Makes an overrun a problem that says what to do instead. */
  async #refusing<T>(result: Promise<T>, advice: string): Promise<T> {
    try {
      return await result;
    } catch (error) {
      if (!(error instanceof Overrun)) throw error;
      throw new Problem('text_too_large', `The text is too large for this: ${error.message}; ${advice}`);
    }
  }

  #requireSize(content: Uint8Array, subject: string): void {
    if (content.length <= this.#limits.maxBytes) return;
    throw new Problem('text_too_large', `${subject} is too large: ${this.#tooLarge(content.length)}; pull it instead.`);
  }

  #tooLarge(bytes: number): string {
    return `${bytes} bytes, and text operations take ${this.#limits.maxBytes} (DOCUMENT_MAX_TEXT_BYTES)`;
  }
}

async function openPool({ maxBytes, threadMiB }: TextLimits): Promise<Tinypool> {
  const { base, perTextMiB, young } = THREAD_MIB;
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: IDLE_MS,
    resourceLimits: {
      maxOldGenerationSizeMb: threadMiB ?? base + Math.ceil((perTextMiB * maxBytes) / 1024 ** 2),
      maxYoungGenerationSizeMb: young,
    },
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

/** What ended a job on its thread: its time, its memory, or a mistake of the server, which is handed on. */
function overrunOf(error: unknown, signal: AbortSignal, timeoutMs: number): unknown {
  if (signal.aborted) return new Overrun(`it takes longer than ${timeoutMs / 1000} seconds`, { cause: error });
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Overrun('it takes too much memory', { cause: error }) : error;
}
