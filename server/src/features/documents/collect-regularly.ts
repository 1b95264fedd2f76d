import type { Logger } from 'pino';
import type { Collector } from './collector.js';

/**
 * Runs the collector once now and then at every interval, never two runs at a time. A failed run is logged and the next
 * one tries again.
 *
 * @returns stops: ends a running collection at its next step and resolves when it has ended
 */
export function collectRegularly(collector: Collector, intervalMs: number, logger: Logger): () => Promise<void> {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const start = (): void => {
    running ??= collect().finally(() => {
      running = undefined;
    });
  };
  const collect = async (): Promise<void> => {
    try {
      const collection = await collector.run(stopping.signal);
      const { removed_bytes, ...counts } = collection;
      if (Object.values(counts).some((count) => count > 0)) logger.info({ ...counts, removed_bytes }, 'collected');
    } catch (error) {
      logger.error({ err: error }, 'the collector failed and will try again');
    }
  };
  const timer = setInterval(start, intervalMs);
  timer.unref();
  start();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}
