/** What a principal may hand out, and whose keys are its own to change: nobody gets further by way of a key. */
import type { Session } from '../../db/index.js';
import { DEFAULT_TENANT, keyIdOf, type Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { collectionOf, exceeding, type Rights } from '../../kernel/rights.js';
import * as sql from './keys.sql.js';

/**
 * Sees to it that a key would be no more than the principal is itself.
 *
 * @param valid until when the key is to be valid, UTC, ISO 8601; null for as long as nobody revokes it
 * @throws Problem `forbidden`; `unauthenticated` when the principal's own key was revoked meanwhile
 */
export async function assertMayHandOut(
  tx: Session,
  principal: Principal,
  key: { readonly rights: Rights; readonly expires_at: string | null },
): Promise<void> {
  assertExceedsNothing(principal, key.rights, 'A key can hand out only what it has itself.');
  const own_id = keyIdOf(principal);
  if (own_id === undefined) return;
  const [own] = await tx.run(sql.keyById, { key_id: own_id });
  if (!own || own.revoked_at !== null) throw new Problem('unauthenticated', 'The key was revoked.');
  if (own.expires_at !== null && (key.expires_at ?? '9') > own.expires_at) {
    throw new Problem(
      'forbidden',
      `This key expires at ${own.expires_at} and can make only keys that expire no later: give expires_at.`,
    );
  }
}

/** Sees to it that a key may do nothing that the principal may not. @throws Problem `forbidden` */
export function assertExceedsNothing(principal: Principal, rights: Rights, rule: string): void {
  const { scopes, labels } = exceeding(principal.rights, rights);
  const lacks = [
    ...(scopes.length > 0 ? [`It lacks ${scopes.join(', ')}.`] : []),
    ...(labels.length > 0 ? [`It has nothing to do with ${labels.map(inWords).join(', ')}.`] : []),
  ];
  if (lacks.length > 0) throw new Problem('forbidden', [rule, ...lacks].join(' '));
}

/** Only the operator's own keys manage tenants. @throws Problem `forbidden` */
export function assertScopesFit(tenant_id: string, rights: Rights): void {
  if (!rights.scopes.has('tenants:manage') || tenant_id === DEFAULT_TENANT) return;
  throw new Problem('forbidden', `Only keys of the operator's tenant, ${DEFAULT_TENANT}, can have tenants:manage.`);
}

function inWords(label: string): string {
  const collection = collectionOf(label);
  if (collection !== undefined) return `the collection ${collection}`;
  return label === '' ? 'documents beyond its limits' : `documents with the tag ${label}`;
}
