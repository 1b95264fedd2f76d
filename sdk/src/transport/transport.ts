import { ResponseError } from '../errors.js';
import { IdleWatch } from './idle-watch.js';
import { type RequestBody, textBody } from './request-body.js';
import { bufferedResponse, watchedResponse } from './response-body.js';
import { delayAfterError, delayAfterResponse, isIdempotent, leavesOpen, pause, saysUntouched } from './retry.js';

export interface TransportOptions {
  /** How long to wait for the server without a byte moving, in milliseconds. */
  idleTimeoutMs: number;
  /** How often a request that may be repeated is repeated. */
  retries: number;
  /** Called as the standard says: with a `Request` and the `RequestInit` that belongs to the attempt. */
  fetch: typeof globalThis.fetch;
}

export interface SendOptions {
  /** Aborts the request in the place of the request's own signal. */
  signal?: AbortSignal | undefined;
  /** Sent in the place of the request's own body. */
  body?: RequestBody;
  /** Reads the answer's body to its end before answering, so that a broken body counts as a failed attempt. */
  buffered?: boolean;
  /** Whether repeating the request does no harm; left out, its method tells. */
  repeatable?: boolean | undefined;
  /** Called when an attempt failed that the server may have carried out, before the request is repeated. */
  onUncertain?: () => void;
}

/**
 * Sends requests through `fetch` with what `fetch` lacks: a time-out on standstill instead of a total deadline,
 * repetition of what is safe to repeat, and errors that say what happened.
 */
export class Transport {
  readonly #idleTimeoutMs: number;
  readonly #retries: number;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: TransportOptions) {
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#retries = options.retries;
    this.#fetch = options.fetch;
  }

  /**
   * Answers with whatever answer the server gives, an error answer too.
   *
   * @throws NetworkError, IdleTimeoutError, ResponseError (a redirect), the reason of an aborted signal, or the error
   *   of the body's source
   */
  async send(request: Request, options: SendOptions = {}): Promise<Response> {
    const signal = options.signal ?? request.signal;
    const body = options.body ?? (await jsonBodyOf(request));
    const repeatable = options.repeatable ?? isIdempotent(request.method);
    const replayable = (): boolean => (body === undefined ? !hasBody(request) : body.replayable);
    for (let attempt = 0; ; attempt++) {
      let delayMs: number | undefined;
      try {
        const response = await this.#attempt(request, signal, body, options.buffered ?? false);
        delayMs = delayAfterResponse(repeatable, response, attempt);
        if (delayMs === undefined || attempt >= this.#retries || !replayable()) return response;
        if (!saysUntouched(response)) options.onUncertain?.();
        await response.body?.cancel();
      } catch (error) {
        delayMs = delayAfterError(repeatable, error, attempt);
        if (delayMs === undefined || attempt >= this.#retries || !replayable()) throw error;
        if (leavesOpen(error)) options.onUncertain?.();
      }
      await pause(delayMs, signal);
    }
  }

  async #attempt(
    request: Request,
    signal: AbortSignal,
    body: RequestBody | undefined,
    buffered: boolean,
  ): Promise<Response> {
    signal.throwIfAborted();
    const watch = new IdleWatch(request, signal, this.#idleTimeoutMs);
    try {
      watch.waiting();
      const response = await this.#fetch(request, attemptInit(request, watch, body));
      watch.busy();
      refuseRedirect(request, response);
      const watched = watchedResponse(response, watch);
      return buffered ? await bufferedResponse(watched) : watched;
    } catch (error) {
      watch.end();
      throw failureOf(error, request, watch, body);
    } finally {
      body?.release();
    }
  }
}

/** The error to throw for one that ended an attempt: whatever started the trouble, not what followed from it. */
function failureOf(error: unknown, request: Request, watch: IdleWatch, body: RequestBody | undefined): unknown {
  if (error instanceof ResponseError) return error;
  if (!watch.signal.aborted && body?.sourceError !== undefined) return body.sourceError;
  return isRefusedRedirect(error) ? redirectError(request.url, 0) : watch.explain(error);
}

function attemptInit(request: Request, watch: IdleWatch, body: RequestBody | undefined): RequestInit {
  if (body === undefined) return { signal: watch.signal };
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(body.headers)) headers.set(name, value);
  const init: RequestInit & { duplex: 'half' } = {
    signal: watch.signal,
    headers,
    body: body.open(watch),
    // The standard demands it for streams; nothing else is implemented anywhere.
    duplex: 'half',
  };
  return init;
}

/** A request's JSON as a body that can be sent again; a `Request` itself gives its body only once. */
async function jsonBodyOf(request: Request): Promise<RequestBody | undefined> {
  const isJson = request.headers.get('content-type')?.startsWith('application/json') ?? false;
  return isJson ? textBody(await request.text()) : undefined;
}

function hasBody(request: Request): boolean {
  return request.headers.has('content-type');
}

/** A redirect is never followed: it would carry the API key elsewhere, and a stream cannot be sent twice. */
function refuseRedirect(request: Request, response: Response): void {
  const redirects = response.status >= 300 && response.status < 400 && response.status !== 304;
  if (!redirects && response.type !== 'opaqueredirect') return;
  // The body is given up, and nobody has to wait for that.
  response.body?.cancel().catch(() => undefined);
  throw redirectError(request.url, response.status, response.headers.get('location'));
}

function redirectError(url: string, status: number, location: string | null = null): ResponseError {
  const target = location === null ? 'elsewhere' : `to ${new URL(location, url).href}`;
  return new ResponseError(`${url} redirects ${target}. Use the server's own address as the base URL.`, status);
}

/** Node's `fetch` says in words only that it met a redirect where none was allowed. */
function isRefusedRedirect(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error && error.cause.message === 'unexpected redirect';
}
