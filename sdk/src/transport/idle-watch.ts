import { IdleTimeoutError } from '../errors.js';
import { networkErrorOf } from './network-failure.js';

/** Timers cannot wait longer than this; a greater limit means "for ever". */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/**
 * A process that was kept busy, or a machine that was asleep, finds its timers due before it has looked at what the
 * network brought meanwhile: this long it has to look.
 */
const SECOND_LOOK_MS = 50;

/**
 * Watches over one attempt of a request: it aborts when the caller's signal does, and when the server is being waited
 * for and nothing moves for too long. Whoever moves a byte says whose turn it is: `waiting` for the server, or `busy`
 * on this side (reading the file to send, leaving the received chunk to a slow reader), which is never a time-out.
 */
export class IdleWatch {
  readonly #controller = new AbortController();
  /** Held on purpose: Node's `Request` passes its signal's abort on only for as long as the request itself is alive. */
  readonly #request: Request;
  readonly #callerSignal: AbortSignal;
  readonly #limitMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  /** @param limitMs how long to wait without a byte moving, in milliseconds */
  constructor(request: Request, callerSignal: AbortSignal, limitMs: number) {
    this.#request = request;
    this.#callerSignal = callerSignal;
    this.#limitMs = limitMs;
    if (callerSignal.aborted) this.#abortAsCaller();
    else callerSignal.addEventListener('abort', this.#abortAsCaller);
  }

  /** Aborts with the caller's reason or with an {@link IdleTimeoutError}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The server's turn: the countdown (re)starts. */
  waiting(): void {
    this.busy();
    if (this.#ended || this.#limitMs > LONGEST_TIMER_MS) return;
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(this.#abortAsIdle, SECOND_LOOK_MS);
    }, this.#limitMs);
  }

  /** This side's turn: no countdown. */
  busy(): void {
    clearTimeout(this.#timer);
  }

  /** The attempt is over: lets go of the timer and of the caller's signal. */
  end(): void {
    this.#ended = true;
    this.busy();
    this.#callerSignal.removeEventListener('abort', this.#abortAsCaller);
  }

  /** The error to throw for one that `fetch` or a body threw: the abort's reason, or else a `NetworkError`. */
  explain(error: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : networkErrorOf(error, this.#request.url);
  }

  readonly #abortAsCaller = (): void => {
    this.#controller.abort(this.#callerSignal.reason);
  };

  readonly #abortAsIdle = (): void => {
    this.#controller.abort(new IdleTimeoutError(this.#request.url, this.#limitMs));
  };
}
