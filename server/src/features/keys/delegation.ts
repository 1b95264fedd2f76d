/** What a principal may hand out, and whose keys are its own to change: nobody gets further by way of a key. */
import type { Session } from '../../db/index.js';
import { DEFAULT_TENANT, keyIdOf, tenantSuspended, type Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { collectionOf, exceeding, type Rights } from '../../kernel/rights.js';
import * as sql from './keys.sql.js';

/** Later than every time. */
const NEVER = '9';

/**
 * Sees to it that a key that the principal is to have the secret of is no more than the principal is itself.
 *
 * @param key `expires_at` in UTC, ISO 8601; null for one that is valid as long as nobody revokes it
 * @param rule says what the refusal is about
 * @throws Problem `forbidden`, and as {@link assertStillValid}
 */
export async function assertMayHandOut(
  tx: Session,
  principal: Principal,
  key: { readonly rights: Rights; readonly expires_at: string | null },
  rule: string,
): Promise<void> {
  const own = await assertStillValid(tx, principal);
  assertExceedsNothing(principal, key.rights, rule);
  const until = own?.expires_at ?? NEVER;
  if ((key.expires_at ?? NEVER) > until) throw new Problem('forbidden', `${rule} It expires itself, at ${until}.`);
}

/**
 * Sees to it that the principal's own key and its tenant are what they were when the request was admitted.
 *
 * @returns the key; undefined where the principal is none
 * @throws Problem `unauthenticated`, `tenant_suspended`
 */
export async function assertStillValid(tx: Session, principal: Principal): Promise<sql.KnownKey | undefined> {
  const key_id = keyIdOf(principal);
  if (key_id === undefined) return undefined;
  const [own] = await tx.run(sql.keyById, { key_id });
  if (!own || own.revoked_at !== null) throw new Problem('unauthenticated', 'The key was revoked.');
  if (own.suspended_at !== null) throw tenantSuspended(own.suspended_at);
  return own;
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
