import type { IncomingMessage } from 'node:http';

/**
 * The bytes of an answer as they arrive. Leaving early (or never starting) closes the connection. Rejects like fetch: with
 * the signal's reason after an abort, with `TypeError('terminated')` and a `cause` when the connection breaks.
 */
export function incomingChunks(incoming: IncomingMessage, signal: AbortSignal): AsyncIterableIterator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = incoming[Symbol.asyncIterator]();
  return {
    async next() {
      try {
        return await chunks.next();
      } catch (error) {
        signal.throwIfAborted();
        throw new TypeError('terminated', { cause: error });
      }
    },
    // Not handed on to the iterator of the stream, which does nothing before its first `next`.
    return() {
      incoming.destroy();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
