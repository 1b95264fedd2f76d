import { DocumentClient } from '@document-sync/sdk';
import type { Config } from './config.js';
import { lightFetch } from './transport/fetch.js';
import { version } from './version.js';

/** The SDK's client on the transport that starts quickly. */
export function createClient(config: Config): DocumentClient {
  return new DocumentClient({
    baseUrl: config.serverUrl,
    idleTimeoutMs: config.idleTimeoutMs,
    headers: { 'user-agent': `document-sync-cli/${version}` },
    ...(config.apiKey === undefined ? {} : { apiKey: config.apiKey }),
    // It does of fetch what the SDK uses, with lighter classes in the place of Node's.
    fetch: lightFetch as unknown as typeof globalThis.fetch,
  });
}
