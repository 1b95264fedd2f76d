/** A server that asks for keys, with tenants and keys to call it with. */
import { openAdministration, type Administration } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import type { KeyDescription } from '../src/features/keys/index.js';
import type { NewTenant } from '../src/features/tenants/index.js';
import { ALL_SCOPES } from '../src/kernel/rights.js';
import { startServer, type TestServer, type TestServerOptions } from './test-server.js';

export interface KeyedServer extends TestServer {
  readonly administration: Administration;
  /** Makes a tenant beside the default one. */
  addTenant(tenant_id: string, more?: Partial<NewTenant>): Promise<void>;
  /** Makes a key and gives it as it is sent. Without scopes it has all but the operator's. */
  addKey(tenant_id: string, more?: Partial<KeyDescription>): Promise<string>;
}

const SCOPES = ALL_SCOPES.filter((scope) => scope !== 'tenants:manage');

/** Tests ask faster than people, and fail to authenticate on purpose; those of the limits set their own. */
const RATES = { rateRead: 1_000_000, rateWrite: 1_000_000, rateSearch: 1_000_000, rateAuthFailures: 0 };

export async function startKeyedServer(options: TestServerOptions = {}): Promise<KeyedServer> {
  const server = await startServer({ ...options, config: { auth: 'keys', ...RATES, ...options.config } });
  const config = readConfig({ DOCUMENT_STORAGE_DIR: server.storageDir });
  const administration = await openAdministration(config, options.clock);
  return {
    ...server,
    administration,
    addTenant: async (tenant_id, more) => {
      await administration.tenants.create({ tenant_id, name: tenant_id, ...more });
    },
    addKey: async (tenant_id, more) => {
      const description = { name: 'test', scopes: SCOPES, ...more };
      return (await administration.keys.create(tenant_id, description, 'operator')).key;
    },
    close: async () => {
      await administration.close();
      await server.close();
    },
  };
}

/** The header that a request with a key has. */
export function withKey(key: string): { Authorization: string } {
  return { Authorization: `Bearer ${key}` };
}
