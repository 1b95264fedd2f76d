import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ServerProcess, useServer } from './server-process.js';

const SERVER = path.resolve(import.meta.dirname, '../../../server/dist/src');

/** What a key is to be; without scopes it has all that are not the operator's. */
export interface KeyWish {
  tenant_id?: string;
  name?: string;
  scopes?: readonly string[];
  limits?: { collections: string[]; tags: string[] };
  expires_at?: string;
}

/** A server that asks for keys. */
export interface KeyedServerProcess extends ServerProcess {
  /** Makes a key, as its operator does on its machine. */
  addKey(wish?: KeyWish): Promise<string>;
}

/** What the operator's commands of the server are built on, as far as the tests need it. */
interface Operator {
  openAdministration(config: unknown): Promise<{
    keys: { create(tenant_id: string, wish: object, created_by: string): Promise<{ key: string }> };
    close(): Promise<void>;
  }>;
  readConfig(environment: Record<string, string>): unknown;
}

const SCOPES = [
  ...['documents:read', 'documents:write', 'documents:delete'],
  ...['collections:manage', 'keys:manage', 'audit:read'],
];

/** As `useServer`, in the mode `keys`. */
export function useKeyedServer(settings: Record<string, string> = {}): KeyedServerProcess {
  const server = useServer({ DOCUMENT_SERVER_AUTH: 'keys', ...settings });
  return {
    get url() {
      return server.url;
    },
    storage: server.storage,
    async addKey({ tenant_id = 'default', ...wish } = {}) {
      const { openAdministration } = await part('compose.js');
      const { readConfig } = await part('config.js');
      const administration = await openAdministration(readConfig({ DOCUMENT_STORAGE_DIR: server.storage }));
      const { key } = await administration.keys.create(
        tenant_id,
        { name: 'test', scopes: SCOPES, ...wish },
        'operator',
      );
      await administration.close();
      return key;
    },
  };
}

async function part(file: string): Promise<Operator> {
  return (await import(pathToFileURL(path.join(SERVER, file)).href)) as Operator;
}
