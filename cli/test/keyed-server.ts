import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SERVER, type ServerProcess, useServer } from './server-process.js';

/** What a key is to be; without scopes it has all that are not the operator's. */
export interface KeyWish {
  tenant?: string;
  name?: string;
  scopes?: readonly string[];
  /** As `--expires` takes it. */
  expires?: string;
  limitTags?: readonly string[];
}

/** A server that asks for keys. */
export interface KeyedServerProcess extends ServerProcess {
  /** Makes a tenant beside the default one. */
  addTenant(tenant: string): Promise<void>;
  /** Makes a key, and gives it as it is sent. */
  addKey(wish?: KeyWish): Promise<string>;
}

const SCOPES = [
  ...['documents:read', 'documents:write', 'documents:delete'],
  ...['collections:manage', 'keys:manage', 'audit:read'],
];

/** As `useServer`, in the mode `keys`. Tenants and keys are made as the operator makes them, on the server's machine. */
export function useKeyedServer(settings: Record<string, string> = {}): KeyedServerProcess {
  const server = useServer({ DOCUMENT_SERVER_AUTH: 'keys', ...settings });
  const admin = async (...args: string[]): Promise<string> => {
    const env = { PATH: process.env['PATH'], DOCUMENT_STORAGE_DIR: server.storage };
    return (await promisify(execFile)(process.execPath, [SERVER, ...args], { env })).stdout.trim();
  };
  return {
    get url() {
      return server.url;
    },
    storage: server.storage,
    async addTenant(tenant) {
      await admin('tenants', 'create', tenant);
    },
    addKey: ({ tenant = 'default', name = 'test', scopes = SCOPES, expires, limitTags } = {}) =>
      admin(
        ...['keys', 'create', '--tenant', tenant, '--name', name, '--scopes', scopes.join()],
        ...(expires === undefined ? [] : ['--expires', expires]),
        ...(limitTags === undefined ? [] : ['--limit-tags', limitTags.join()]),
      ),
  };
}
