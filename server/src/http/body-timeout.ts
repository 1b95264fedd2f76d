import type { IncomingMessage } from 'node:http';
import { Problem } from '../kernel/problem.js';

/** Fewer bytes than this in one period are no progress: a client that drips is not better than one that is silent. */
const PROGRESS_BYTES = 1024;

/** A watch over a body's arrival. */
export interface ArrivalWatch {
  /** Aborted with a `request_timeout` Problem when the body does not get on. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Watches that at least {@link PROGRESS_BYTES} of the request arrive in each period of `idleMs`, until it is stopped.
 *
 * @param consequence what that means and what to do, as sentences for the client
 */
export function watchArrival(
  request: IncomingMessage,
  idleMs: number,
  consequence = 'Nothing was stored; send the request again.',
): ArrivalWatch {
  const controller = new AbortController();
  let seen = request.socket.bytesRead;
  const timer = setInterval(() => {
    const arrived = request.socket.bytesRead - seen;
    seen += arrived;
    // Bytes that wait for our own disk are not the client's fault.
    if (arrived >= PROGRESS_BYTES || request.complete || request.readableLength > 0) return;
    clearInterval(timer);
    const detail = `The body made no progress for ${idleMs / 1000} s. ${consequence}`;
    controller.abort(new Problem('request_timeout', detail));
  }, idleMs);
  timer.unref();
  return {
    signal: controller.signal,
    stop: () => {
      clearInterval(timer);
    },
  };
}
