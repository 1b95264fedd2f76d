/** What a key may do: its scopes and limits, and what collections grant it. */
import type { Session } from '../../db/index.js';
import type { Scope } from '../../kernel/contract.js';
import {
  isAllowedOnAll,
  membershipLabel,
  NOTHING_GRANTED,
  ROLES,
  type Label,
  type Rights,
} from '../../kernel/rights.js';
import * as sql from './keys.sql.js';

/** To what a key is limited: documents in one of the collections, or with one of the tags. */
export interface KeyLimits {
  readonly collections: readonly string[];
  readonly tags: readonly string[];
}

/** The rights of a key, as they are at this moment. */
export async function rightsOf(db: Session, key: sql.KeyRow): Promise<Rights> {
  const limits = key.limits === null ? undefined : (JSON.parse(key.limits) as KeyLimits);
  const own = describedRights(JSON.parse(key.scopes) as Scope[], limits);
  // A grant adds nothing to what holds for every document.
  const actions = ['read', 'write', 'delete'] as const;
  const hasAll = actions.every((action) => isAllowedOnAll(own, action)) && own.scopes.has('collections:manage');
  return hasAll ? own : { ...own, granted: await grantedTo(db, key) };
}

/** What scopes and limits alone give, without any grant. */
export function describedRights(scopes: readonly Scope[], limits: KeyLimits | undefined): Rights {
  return { scopes: new Set(scopes), limits: limits && limitLabels(limits), granted: NOTHING_GRANTED };
}

function limitLabels({ collections, tags }: KeyLimits): Label[] {
  return [...collections.map(membershipLabel), ...tags];
}

async function grantedTo(db: Session, { tenant_id, key_id }: sql.KeyRow): Promise<Rights['granted']> {
  const rows = await db.run(sql.grantsTo, { tenant_id, key_id });
  const granted = {
    read: new Set<Label>(),
    write: new Set<Label>(),
    delete: new Set<Label>(),
    manage: new Set<Label>(),
  };
  for (const { collection_id, role } of rows) {
    for (const action of ROLES[role]) granted[action].add(membershipLabel(collection_id));
  }
  return {
    read: [...granted.read],
    write: [...granted.write],
    delete: [...granted.delete],
    manage: [...granted.manage],
  };
}
