import createClient, { type Client } from 'openapi-fetch';

import { type Answer, errorOf, foreignAnswer, mediaType } from './answers.js';
import { checkedBaseUrl, checkedLimits } from './checks.js';
import type { ContentCache } from './content-cache.js';
import type { paths } from './generated/openapi.js';
import { forgivingMemory, shortUploadMemory, type UploadMemory } from './resumable/upload-memory.js';
import { type SendOptions, Transport } from './transport/transport.js';

export interface DocumentClientOptions {
  /** Where the server is; left out, `http://127.0.0.1:8766`. */
  baseUrl?: string | undefined;
  /** Sent as `Authorization: Bearer …`. */
  apiKey?: string | undefined;
  /** How long to wait for the server without a byte moving, in milliseconds; 30,000 when left out. Never a total deadline. */
  idleTimeoutMs?: number | undefined;
  /** How often a request is repeated when that is safe; 2 when left out, 0 for never. */
  retries?: number | undefined;
  /** From which size on a file by its path is uploaded so that it can go on after a cut; 64 MiB when left out. */
  resumableFromBytes?: number | undefined;
  /**
   * Where unfinished uploads are remembered, for other processes too: `uploadMemoryIn(folder)`. Left out, only this client
   * goes on with them.
   */
  uploadMemory?: UploadMemory | undefined;
  /** Where downloaded content is kept, so that what is still the same is not sent again; left out, nowhere. */
  cache?: ContentCache | undefined;
  /** In the place of the global `fetch`. Called with a `Request` and a `RequestInit`, as the standard has it. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Sent with every request. */
  headers?: Record<string, string> | undefined;
}

/** Options of calls that only have a signal. */
export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The `fetch` that a single call of openapi-fetch is to use. */
export type FetchOfCall = (request: Request) => Promise<Response>;

const DEFAULT_BASE_URL = 'http://127.0.0.1:8766';
const DEFAULT_IDLE_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;
const DEFAULT_RESUMABLE_FROM_BYTES = 64 * 1024 * 1024;

/** One server, and how it is talked to: what all calls of a client share. */
export class Connection {
  /** Where the server is, without a slash at the end. */
  readonly baseUrl: string;
  readonly retries: number;
  readonly idleTimeoutMs: number;
  readonly resumableFromBytes: number;
  /** Never rejects. */
  readonly uploadMemory: UploadMemory;
  readonly cache: ContentCache | undefined;
  readonly api: Client<paths>;
  readonly #transport: Transport;

  /** @throws TypeError or RangeError for options that cannot work */
  constructor(options: DocumentClientOptions) {
    const { apiKey, idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS, retries = DEFAULT_RETRIES, headers = {} } = options;
    const { resumableFromBytes = DEFAULT_RESUMABLE_FROM_BYTES, uploadMemory = shortUploadMemory(), cache } = options;
    checkedLimits({ idleTimeoutMs, retries, resumableFromBytes });
    this.baseUrl = checkedBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL);
    this.retries = retries;
    this.idleTimeoutMs = idleTimeoutMs;
    this.resumableFromBytes = resumableFromBytes;
    this.uploadMemory = forgivingMemory(uploadMemory);
    this.cache = cache;
    // Looked up at each call, so that a global fetch that is replaced later (by tests, say) is the one that is called.
    const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#transport = new Transport({ idleTimeoutMs, retries, fetch });
    this.api = createClient<paths>({
      baseUrl: this.baseUrl,
      fetch: (request) => this.#transport.send(request),
      headers: apiKey === undefined ? headers : { ...headers, authorization: `Bearer ${apiKey}` },
      querySerializer: { array: { style: 'form', explode: false } },
      redirect: 'manual',
    });
  }

  /**
   * Makes a call whose answer is JSON: answers with it.
   *
   * @param call makes it, with the `fetch` that it is given
   * @throws ProblemError, ResponseError, and what {@link Transport.send} throws
   */
  async json<Data>(options: SendOptions, call: (fetch: FetchOfCall) => Promise<Answer<Data>>): Promise<Data> {
    const { data, response } = await this.#buffered(options, 'application/json', call);
    if (data === undefined) throw foreignAnswer(this.baseUrl, response);
    return data;
  }

  /** The same for a call whose answer is text of a media type. An empty text is an answer, too. */
  async text(
    options: SendOptions,
    type: string,
    call: (fetch: FetchOfCall) => Promise<Answer<string>>,
  ): Promise<string> {
    return (await this.#buffered(options, type, call)).data ?? '';
  }

  /**
   * Makes a call whose answer's body is left to be read by the caller.
   *
   * @throws as `json`, for an error answer; 304 is none
   */
  async stream(options: SendOptions, call: (fetch: FetchOfCall) => Promise<Answer<unknown>>): Promise<Response> {
    const answer = await call((request) => this.#transport.send(request, options));
    if (!answer.response.ok && answer.response.status !== 304) throw errorOf(this.baseUrl, answer);
    return answer.response;
  }

  async #buffered<Data>(
    options: SendOptions,
    type: string,
    call: (fetch: FetchOfCall) => Promise<Answer<Data>>,
  ): Promise<Answer<Data>> {
    let received: Response | undefined;
    const answer = await call(async (request) => {
      received = await this.#transport.send(request, { ...options, buffered: true });
      return received;
    }).catch((error: unknown) => {
      throw error instanceof SyntaxError && received ? foreignAnswer(this.baseUrl, received, error) : error;
    });
    if (!answer.response.ok) throw errorOf(this.baseUrl, answer);
    if (mediaType(answer.response) !== type) throw foreignAnswer(this.baseUrl, answer.response);
    return answer;
  }
}
