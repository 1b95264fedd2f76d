import createClient, { type Client } from 'openapi-fetch';

import { type Answer, errorOf, foreignAnswer, mediaType } from './answers.js';
import type { UploadSource } from './upload-source.js';
import type { Document, DocumentChange, DocumentFilter, DocumentPage, Health } from './contract.js';
import type { Download, DownloadOptions, NotModified } from './download.js';
import type { DownloadedFile, DownloadToFileOptions } from './download-to-file.js';
import { ProblemError } from './errors.js';
import type { paths } from './generated/openapi.js';
import { nextCursor } from './pages.js';
import { platform } from '#platform';
import { checkedBaseUrl, checkedDocumentId, checkedLimits } from './checks.js';
import { type RequestContent, startDownload } from './start-download.js';
import { tagList } from './tags.js';
import { type SendOptions, Transport } from './transport/transport.js';
import { uploadBody, type UploadOptions } from './upload.js';

export interface DocumentClientOptions {
  /** Where the server is; left out, `http://127.0.0.1:8766`. */
  baseUrl?: string | undefined;
  /** Sent as `Authorization: Bearer …`. */
  apiKey?: string | undefined;
  /** How long to wait for the server without a byte moving, in milliseconds; 30,000 when left out. Never a total deadline. */
  idleTimeoutMs?: number | undefined;
  /** How often a request is repeated when that is safe; 2 when left out, 0 for never. */
  retries?: number | undefined;
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

const DEFAULT_BASE_URL = 'http://127.0.0.1:8766';
const DEFAULT_IDLE_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;

/**
 * A Document Sync server, as a program wants it. Every call rejects with a `ProblemError` when the server refuses, and
 * with a `NetworkError`, `IdleTimeoutError` or `ResponseError` when there is no (such) server.
 */
export class DocumentClient {
  /** Where the server is, without a slash at the end. */
  readonly baseUrl: string;
  /**
   * Every operation of the contract, typed, as openapi-fetch has it: with this client's time-out, retries and key, but
   * with error answers as values (`{ data, error, response }`).
   */
  readonly api: Client<paths>;
  readonly #transport: Transport;
  readonly #retries: number;

  /** @throws TypeError or RangeError for options that cannot work */
  constructor(options: DocumentClientOptions = {}) {
    const { apiKey, idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS, retries = DEFAULT_RETRIES, headers = {} } = options;
    checkedLimits(idleTimeoutMs, retries);
    this.baseUrl = checkedBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL);
    this.#retries = retries;
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
   * Pushes a file. In Node nothing is held in memory, whatever the size; in browsers a Blob is not, a stream is.
   *
   * @throws TypeError for a source without a file name; SourceChangedError when a file changes meanwhile; the file
   *   system's error for a path that cannot be read; what the caller's own stream throws
   */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<Document> {
    options.signal?.throwIfAborted();
    const body = await uploadBody(source, options);
    return await this.#json({ signal: options.signal, body }, (fetch) =>
      this.api.POST('/documents', {
        // The body goes over the wire as the transport's own stream; this one only satisfies the type.
        body: { file: '' },
        bodySerializer: () => undefined,
        // Without this, Node's fetch keeps the whole body in memory for a redirect that might come.
        redirect: 'error',
        fetch,
      }),
    );
  }

  /**
   * Starts to pull a document's content: resolves with the headers' facts, and the body to be read.
   * Goes on by itself where a lost connection has cut it.
   */
  async download(documentId: string, options?: DownloadOptions & { ifNoneMatch?: undefined }): Promise<Download>;
  async download(documentId: string, options?: DownloadOptions): Promise<Download | NotModified>;
  async download(documentId: string, options: DownloadOptions = {}): Promise<Download | NotModified> {
    const { signal } = options;
    const document_id = checkedDocumentId(documentId);
    const request: RequestContent = async (header) => {
      const answer = await this.api.GET('/documents/{document_id}', {
        params: { path: { document_id }, header },
        // The digest and the length are those of the content as it is, not compressed on its way.
        headers: { 'accept-encoding': 'identity' },
        parseAs: 'stream',
        fetch: (request) => this.#transport.send(request, { signal }),
      });
      if (!answer.response.ok && answer.response.status !== 304) throw errorOf(this.baseUrl, answer);
      return answer.response;
    };
    return await startDownload({
      documentId,
      options,
      request,
      sizeBytes: async () => (await this.get(documentId, { signal })).size_bytes,
      retries: this.#retries,
    });
  }

  /**
   * Pulls a document's content to a file (Node only). The file appears whole and verified, or not at all.
   *
   * @throws FileExistsError when the file is there and `overwrite` is not set; IntegrityError; the file system's errors
   */
  async downloadToFile(documentId: string, options: DownloadToFileOptions = {}): Promise<DownloadedFile> {
    const { signal, onProgress } = options;
    return await platform.saveDownload(() => this.download(documentId, { signal, onProgress }), options);
  }

  /** Reads a document's metadata. */
  async get(documentId: string, options: CallOptions = {}): Promise<Document> {
    const params = { path: { document_id: checkedDocumentId(documentId) } };
    return await this.#json(options, (fetch) => this.api.GET('/documents/{document_id}/metadata', { params, fetch }));
  }

  /** Changes a document's name, tags or description; the tags as a whole. */
  async update(documentId: string, change: DocumentChange, options: CallOptions = {}): Promise<Document> {
    const params = { path: { document_id: checkedDocumentId(documentId) } };
    return await this.#json(options, (fetch) =>
      this.api.PATCH('/documents/{document_id}', { params, body: change, fetch }),
    );
  }

  /** Deletes a document. */
  async delete(documentId: string, options: CallOptions = {}): Promise<void> {
    const params = { path: { document_id: checkedDocumentId(documentId) } };
    const attempts = { perhapsDone: false };
    const onUncertain = (): void => {
      attempts.perhapsDone = true;
    };
    try {
      await this.#json({ ...options, onUncertain }, (fetch) =>
        this.api.DELETE('/documents/{document_id}', { params, fetch }),
      );
    } catch (error) {
      // The connection was lost after the request, and the repetition finds nothing: the first one did it.
      if (!(attempts.perhapsDone && error instanceof ProblemError && error.code === 'document_not_found')) throw error;
    }
  }

  /** Finds documents: one page, newest first. */
  async query(filter: DocumentFilter = {}, options: CallOptions = {}): Promise<DocumentPage> {
    const { name, tags, limit, cursor } = filter;
    const query = {
      ...(name !== undefined && { name }),
      ...(tags !== undefined && { tags: [...tagList(tags)] }),
      ...(limit !== undefined && { limit }),
      ...(cursor !== undefined && { cursor }),
    };
    let next: string | undefined;
    const documents = await this.#json(options, async (fetch) => {
      const answer = await this.api.GET('/documents', { params: { query }, fetch });
      next = nextCursor(answer.response.headers);
      return answer;
    });
    return next === undefined ? { documents } : { documents, cursor: next };
  }

  /** Finds documents, page after page as they are asked for. `filter.limit` is the size of a page, not of the whole. */
  async *queryAll(filter: Omit<DocumentFilter, 'cursor'> = {}, options: CallOptions = {}): AsyncIterable<Document> {
    let page = await this.query(filter, options);
    yield* page.documents;
    while (page.cursor !== undefined) {
      page = await this.query({ ...filter, cursor: page.cursor }, options);
      yield* page.documents;
    }
  }

  /** Asks whether the server can work. */
  async health(options: CallOptions = {}): Promise<Health> {
    return await this.#json(options, (fetch) => this.api.GET('/health', { fetch }));
  }

  /** Makes a call whose answer is JSON: answers with it, or throws what the answer stands for. */
  async #json<Data>(
    options: SendOptions,
    call: (fetch: (request: Request) => Promise<Response>) => Promise<Answer<Data>>,
  ): Promise<Data> {
    let received: Response | undefined;
    const answer = await call(async (request) => {
      received = await this.#transport.send(request, { ...options, buffered: true });
      return received;
    }).catch((error: unknown) => {
      throw error instanceof SyntaxError && received ? foreignAnswer(this.baseUrl, received, error) : error;
    });
    if (!answer.response.ok) throw errorOf(this.baseUrl, answer);
    if (answer.data === undefined || mediaType(answer.response) !== 'application/json') {
      throw foreignAnswer(this.baseUrl, answer.response);
    }
    return answer.data;
  }
}
