/** Reads what may be hostile in a process that may die of it. */
import pLimit from 'p-limit';
import { ExtractionChild, type ExtractionLimits } from './extraction-child.js';
import type { ExtractionResult } from './extraction-job.js';
import type { ExtractedFormat } from './formats.js';

export interface ExtractorOptions extends ExtractionLimits {
  /** How much text of a content is wanted. */
  readonly maxTextBytes: number;
  /** Processes at once. */
  readonly processes?: number;
}

/** An unused process is ended after this time. */
const IDLE_MS = 30_000;

export class Extractor {
  readonly #options: ExtractorOptions;
  readonly #limit;
  readonly #idle: ExtractionChild[] = [];
  readonly #children = new Set<ExtractionChild>();
  #idleTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ExtractorOptions) {
    this.#options = options;
    this.#limit = pLimit(options.processes ?? 1);
  }

  /**
   * Reads the text of a content.
   *
   * @param content is not to change until it is read
   * @returns the text, or why there is none: what is wrong with a content is never an error of the server's
   * @throws when the extractor is closed, or no process can be started: that says nothing of the content
   */
  extract(format: ExtractedFormat, content: Uint8Array): Promise<ExtractionResult> {
    return this.#limit(() => this.#run(format, content));
  }

  /** Ends all processes, and with them what they read; what waits for one is not read. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    await Promise.all([...this.#children].map((child) => this.#discard(child)));
  }

  async #run(format: ExtractedFormat, content: Uint8Array): Promise<ExtractionResult> {
    this.#assertOpen();
    const child = await this.#take();
    const result = await child.read({ format, maxTextBytes: this.#options.maxTextBytes }, content);
    // A process that was ended with the extractor has nothing to say of the content.
    this.#assertOpen();
    if (await child.isReusable()) this.#rest(child);
    else await this.#discard(child);
    return result;
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('The extractor is closed.');
  }

  async #take(): Promise<ExtractionChild> {
    clearTimeout(this.#idleTimer);
    for (let child = this.#idle.pop(); child; child = this.#idle.pop()) {
      if (await child.isReusable()) return child;
      await this.#discard(child);
    }
    this.#assertOpen();
    const { maxMemoryMib, timeoutMs } = this.#options;
    const child = new ExtractionChild({ maxMemoryMib, timeoutMs });
    this.#children.add(child);
    return child;
  }

  #rest(child: ExtractionChild): void {
    this.#idle.push(child);
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      for (const idle of this.#idle.splice(0)) void this.#discard(idle);
    }, IDLE_MS);
    this.#idleTimer.unref();
  }

  async #discard(child: ExtractionChild): Promise<void> {
    await child.end();
    this.#children.delete(child);
  }
}
