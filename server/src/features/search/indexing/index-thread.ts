import type { Tinypool } from 'tinypool';
import type { IndexOutcome } from '../../documents/index.js';
import type { ContentJob } from './write-content.js';

/** An unused thread is ended after this time. */
const IDLE_MS = 60_000;
/** Memory of the thread: a text of the largest size that can be set, its terms and what SQLite makes of them. */
const HEAP_MIB = 1024;

/** The one thread that indexes contents, one after the other; it is started when there is something to do. */
export class IndexThread {
  readonly #filename: string;
  #pool: Promise<Tinypool> | undefined;

  /** @param filename of the database */
  constructor(filename: string) {
    this.#filename = filename;
  }

  /**
   * Indexes a content, see `writeContent`.
   *
   * @throws Error when the thread dies of it, or the database cannot be written
   */
  async write(job: ContentJob): Promise<IndexOutcome | undefined> {
    const pool = await (this.#pool ??= openPool(this.#filename));
    const bytes = 'bytes' in job.source ? job.source.bytes.buffer : undefined;
    const transferList = bytes instanceof ArrayBuffer && bytes.byteLength > 0 ? [bytes] : [];
    return (await pool.run(job, { transferList })) as IndexOutcome | undefined;
  }

  /** Ends the thread. A content that is being indexed waits for the next start. */
  async close(): Promise<void> {
    const pool = await this.#pool;
    await pool?.destroy();
  }
}

async function openPool(filename: string): Promise<Tinypool> {
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({
    filename: new URL('./index-worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    workerData: { filename },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  // A thread that dies while nobody waits for anything is replaced; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}
