/** One process that reads contents, one at a time, as long as it lives. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ExtractionJob, ExtractionResult } from './extraction-job.js';

export interface ExtractionLimits {
  /** How long reading one content may take. */
  readonly timeoutMs: number;
  /** How much memory the process may take. */
  readonly maxMemoryMib: number;
}

const PROGRAM = fileURLToPath(new URL('./extraction-process.js', import.meta.url));
/** Between two looks at the process's memory. */
const WATCH_MS = 100;
const PAGE_BYTES = 4096;
const MIB = 1024 * 1024;
/** Of its memory, how much a process may still hold after an answer to be of use for the next content. */
const REUSABLE = 0.5;
const TOO_MUCH_MEMORY = 'Reading it needs too much memory.';

export class ExtractionChild {
  readonly #limits: ExtractionLimits;
  readonly #process: ChildProcess;
  #failure: Error | undefined;

  constructor(limits: ExtractionLimits) {
    this.#limits = limits;
    this.#process = start(limits.maxMemoryMib);
    this.#process.on('error', (error) => {
      this.#failure = error;
    });
    // Nobody reads any more: the process's end says so, or its answer.
    this.#process.stdin?.on('error', () => undefined);
  }

  /** Whether another content can be given to it. */
  async isReusable(): Promise<boolean> {
    const mib = await this.#residentMib();
    // None at all has a process that has ended, of which nothing is heard yet.
    return this.#isAlive() && mib !== 0 && (mib ?? 0) < REUSABLE * this.#limits.maxMemoryMib;
  }

  /**
   * Reads one content, until the answer, the end of the process, or one of the limits, whichever is first. The bytes go
   * through a pipe, as fast as they are read: a message of this size would hold up the event loop.
   *
   * @throws when there is no process
   */
  async read(job: Omit<ExtractionJob, 'size_bytes'>, content: Uint8Array): Promise<ExtractionResult> {
    const child = this.#process;
    if (!this.#isAlive()) throw this.#failure ?? new Error('The process has ended.');
    const { maxMemoryMib, timeoutMs } = this.#limits;
    let reason = 'Reading it broke off.';
    const stop = (why: string): void => {
      reason = why;
      child.kill('SIGKILL');
    };
    const overtime = setTimeout(stop, timeoutMs, `Reading it took longer than ${timeoutMs / 1000} s.`);
    const watch = setInterval(() => {
      void this.#residentMib().then((mib) => {
        if ((mib ?? 0) > maxMemoryMib) stop(TOO_MUCH_MEMORY);
      });
    }, WATCH_MS);
    const answered = new AbortController();
    const { signal } = answered;
    try {
      const answer = once(child, 'message', { signal }).then(([result]) => result as ExtractionResult);
      const ended = once(child, 'exit', { signal }).then(([code, by]: unknown[]): ExtractionResult => {
        // Node's own way out when the heap is full.
        return { reason: by === 'SIGABRT' || code === 134 ? TOO_MUCH_MEMORY : reason };
      });
      for (const either of [answer, ended]) either.catch(() => undefined);
      child.send({ ...job, size_bytes: content.length } satisfies ExtractionJob, () => undefined);
      child.stdin?.write(content);
      return await Promise.race([answer, ended]);
    } finally {
      answered.abort();
      clearTimeout(overtime);
      clearInterval(watch);
    }
  }

  /** Ends the process; resolves when it is gone. */
  async end(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (this.#failure || exitCode !== null || signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.ref();
    this.#process.kill('SIGKILL');
    await gone;
  }

  #isAlive(): boolean {
    const { connected, exitCode, signalCode } = this.#process;
    return this.#failure === undefined && connected && exitCode === null && signalCode === null;
  }

  /** The memory that the process takes, as Linux tells; unknown elsewhere, where only its heap is limited. */
  async #residentMib(): Promise<number | undefined> {
    try {
      const [, pages = '0'] = (await readFile(`/proc/${this.#process.pid}/statm`, 'utf8')).split(' ');
      return (Number(pages) * PAGE_BYTES) / MIB;
    } catch {
      return undefined;
    }
  }
}

/** No environment: nothing that stands in it is of any use to whoever gets hold of the process. */
function start(maxMemoryMib: number): ChildProcess {
  const child = fork(PROGRAM, [], {
    env: {},
    execArgv: [`--max-old-space-size=${Math.floor(0.75 * maxMemoryMib)}`],
    serialization: 'advanced',
    stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
  });
  // It does not keep a server alive that has nothing else to do.
  child.unref();
  child.channel?.unref();
  (child.stdin as (Writable & { unref(): void }) | null)?.unref();
  return child;
}
