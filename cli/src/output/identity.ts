import type { WhoAmI } from '@document-sync/sdk';
import { field } from './documents.js';
import { formatLocalTime } from './local-time.js';

/** Who a key stands for and what it may do, a line each. */
export function identityLines({ auth, tenant_id, scopes, limits, key }: WhoAmI): string[] {
  const { collections = [], tags = [] } = limits ?? {};
  return [
    field('Tenant', tenant_id),
    field('Key', key === undefined ? keyless(auth) : `${key.name} (${key.key_id})`),
    field('Scopes', scopes.length === 0 ? 'none' : scopes.join(', ')),
    ...(limits === undefined ? [] : [field('Limited to', [...collections, ...tags].join(', '))]),
    ...(key?.expires_at === undefined ? [] : [field('Expires', formatLocalTime(key.expires_at))]),
  ];
}

function keyless(auth: WhoAmI['auth']): string {
  return auth === 'none' ? 'none: the server asks for no keys' : 'none';
}

/** The id by which `doc keys` and grants know the caller. */
export function identityId({ key, principal_id }: WhoAmI): string {
  return key?.key_id ?? principal_id;
}
