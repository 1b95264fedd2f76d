/** Who is calling: the tenant whose documents are meant, and the caller's own id, written into versions and events. */
export interface Principal {
  readonly tenant_id: string;
  readonly principal_id: string;
}

/** The one tenant that exists until tenants can be made. */
export const DEFAULT_TENANT = 'default';

/** Whoever calls a server that runs without keys. */
export const ANONYMOUS: Principal = Object.freeze({ tenant_id: DEFAULT_TENANT, principal_id: 'anonymous' });
