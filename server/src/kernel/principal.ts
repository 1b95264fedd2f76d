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

/** The server itself at work for a tenant, as `collector`. */
export function serverPrincipal(tenant_id: string, principal_id: string): Principal {
  return { tenant_id, principal_id, rights: ALL_RIGHTS };
}
