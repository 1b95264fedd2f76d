import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ContentCacheOptions, openContentCache } from '../src/cache/index.js';
import { type Document, DocumentClient, type DocumentClientOptions } from '../src/index.js';
import { bytesOf } from './loopback-server.js';
import { type ServerProcess, startServer } from './server-process.js';

/** A server for the current suite, and a folder with a cache for each of its tests. */
export function useCaches() {
  let server: ServerProcess;
  let folder: string;
  let pushing: DocumentClient;
  const cacheFolder = (): string => join(folder, 'cache');

  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_LOG_LEVEL: 'warn' });
    pushing = new DocumentClient({ baseUrl: server.url });
  });
  after(async () => {
    await server.stop();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-cache-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  return {
    baseUrl: () => server.url,
    folder: () => folder,
    cacheFolder,
    /** A client without a cache. */
    pushing: () => pushing,

    /** A client with the cache, what it was answered, and what went wrong with the cache. */
    async caching(options: ContentCacheOptions = {}, client: DocumentClientOptions = {}) {
      const errors: Error[] = [];
      const received = { bytes: 0, statuses: [] as number[] };
      const onCacheError = (error: Error): void => void errors.push(error);
      const cache = await openContentCache(cacheFolder(), { onCacheError, ...options });
      const counting: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        received.statuses.push(response.status);
        if (response.body) received.bytes += Number(response.headers.get('content-length') ?? 0);
        return response;
      };
      return {
        cache,
        errors,
        received,
        client: new DocumentClient({ baseUrl: server.url, cache, fetch: counting, ...client }),
      };
    },

    async push(content: Uint8Array, filename = 'a.bin'): Promise<Document> {
      return await pushing.upload(content, { filename });
    },

    /** The files of the contents in the cache. */
    async contentFiles(): Promise<string[]> {
      const contents = join(cacheFolder(), 'contents/content-v2');
      const found = await readdir(contents, { recursive: true, withFileTypes: true });
      return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    },
  };
}

/** Reads a document to its end. */
export async function pull(client: DocumentClient, id: string, options: object = {}) {
  const download = await client.download(id, options);
  return { fromCache: download.fromCache, version: download.version, bytes: await bytesOf(download.body) };
}
