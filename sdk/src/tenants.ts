import { checkedId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import type { NewTenant, PageRequest, Tenant, TenantChange, Usage } from './contract.js';
import { ProblemError } from './errors.js';
import { given } from './given.js';
import { type Page, pageOf } from './pages.js';

/** Makes a tenant. */
export async function createTenant(connection: Connection, body: NewTenant, { signal }: CallOptions): Promise<Tenant> {
  return await connection.json({ signal }, (fetch) => connection.api.POST('/tenants', { body, fetch }));
}

/** Lists one page of tenants. */
export async function listTenants(
  connection: Connection,
  { limit, cursor }: PageRequest,
  { signal }: CallOptions,
): Promise<Page<Tenant>> {
  const params = { query: given({ limit, cursor }) };
  return await pageOf(connection, { signal }, (fetch) => connection.api.GET('/tenants', { params, fetch }));
}

/** Changes a tenant. */
export async function updateTenant(
  connection: Connection,
  tenantId: string,
  body: TenantChange,
  { signal }: CallOptions,
): Promise<Tenant> {
  const params = tenantParams(tenantId);
  // It says what is to be, not what is to be different: repeating it does no harm.
  return await connection.json({ signal, repeatable: true }, (fetch) =>
    connection.api.PATCH('/tenants/{tenant_id}', { params, body, fetch }),
  );
}

/** Deletes a tenant with all it has. */
export async function deleteTenant(connection: Connection, tenantId: string, { signal }: CallOptions): Promise<void> {
  const params = tenantParams(tenantId);
  const attempts = { perhapsDone: false };
  const onUncertain = (): void => {
    attempts.perhapsDone = true;
  };
  try {
    const response = await connection.stream({ signal, onUncertain }, (fetch) =>
      connection.api.DELETE('/tenants/{tenant_id}', { params, parseAs: 'stream', fetch }),
    );
    await response.body?.cancel();
  } catch (error) {
    // The connection was lost after the request, and the repetition finds nothing: the first one did it.
    if (!(attempts.perhapsDone && error instanceof ProblemError && error.code === 'tenant_not_found')) throw error;
  }
}

/** Tells what the client's own tenant uses. */
export async function readUsage(connection: Connection, { signal }: CallOptions): Promise<Usage> {
  return await connection.json({ signal }, (fetch) => connection.api.GET('/usage', { fetch }));
}

function tenantParams(tenantId: string) {
  return { path: { tenant_id: checkedId(tenantId, 'a tenant id', 'acme') } };
}
