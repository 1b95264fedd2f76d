import { Problem } from './problem.js';
import { ALL_RIGHTS, type Rights } from './rights.js';

/**
 * Who is calling: the tenant whose documents are meant, the caller's own id, written into versions and events, and what it
 * may do.
 */
export interface Principal {
  readonly tenant_id: string;
  readonly principal_id: string;
  readonly rights: Rights;
}

/** The tenant of a server that runs without keys, and of its operator. */
export const DEFAULT_TENANT = 'default';

/** Whoever calls a server that runs without keys. */
export const ANONYMOUS: Principal = Object.freeze({
  tenant_id: DEFAULT_TENANT,
  principal_id: 'anonymous',
  rights: ALL_RIGHTS,
});

/** What the id of a principal that is a key begins with; the key's own id follows. */
const KEY = 'key_';

/** Whoever holds a key. */
export function keyPrincipal(tenant_id: string, key_id: string, rights: Rights): Principal {
  return { tenant_id, principal_id: `${KEY}${key_id}`, rights };
}

/** The id of the key that a principal is; undefined for the server itself, its operator, and who needs no key. */
export function keyIdOf({ principal_id }: Principal): string | undefined {
  return principal_id.startsWith(KEY) ? principal_id.slice(KEY.length) : undefined;
}

export function tenantSuspended(suspended_at: string): Problem {
  return new Problem('tenant_suspended', `The tenant is suspended since ${suspended_at}. Ask the operator.`);
}

/** The server itself at work for a tenant, as `collector`. */
export function serverPrincipal(tenant_id: string, principal_id: string): Principal {
  return { tenant_id, principal_id, rights: ALL_RIGHTS };
}
