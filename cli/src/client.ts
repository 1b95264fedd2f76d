import { type ContentCache, DocumentClient, uploadMemoryIn } from '@document-sync/sdk';
import type { Config } from './config.js';
import { lightFetch } from './transport/fetch.js';
import { version } from './version.js';

/**
 * The SDK's client on the transport that starts quickly.
 * @param cache What it keeps, if it is to keep anything.
 */
export function createClient(config: Config, cache?: ContentCache): DocumentClient {
  return new DocumentClient({
    baseUrl: config.serverUrl,
    idleTimeoutMs: config.idleTimeoutMs,
    resumableFromBytes: config.resumableFromBytes,
    uploadMemory: uploadMemoryIn(config.folders.uploads),
    headers: { 'user-agent': `document-sync-cli/${version}` },
    ...(config.apiKey === undefined ? {} : { apiKey: config.apiKey }),
    ...(cache === undefined ? {} : { cache }),
    // It does of fetch what the SDK uses, with lighter classes in the place of Node's.
    fetch: lightFetch as unknown as typeof globalThis.fetch,
  });
}
