/** The policy: what a principal may do with which documents. Everything that asks "may he?" ends here. */
import type { Role, Scope } from './contract.js';

/** What is done with a document. */
export type Action = 'read' | 'write' | 'delete';

/**
 * What a document is chosen by: a tag, or the membership in a collection (`membershipLabel`).
 * No tag can be taken for a membership, as tags have no control characters.
 */
export type Label = string;

/** Of the labels in each group a document must have one. No groups: every document; an empty group: none. */
export type LabelGroups = readonly (readonly Label[])[];

/** What a principal may do in its tenant. */
export interface Rights {
  /** What holds for every document, as far as `limits` let it. */
  readonly scopes: ReadonlySet<Scope>;
  /** Only with documents that have one of these labels may anything be done. Undefined: with all. */
  readonly limits: readonly Label[] | undefined;
  /** Memberships that grants on collections give further rights on, by what they allow. */
  readonly granted: Readonly<Record<Action | 'manage', readonly Label[]>>;
}

/** What a role on a collection allows with the documents in it. */
export const ROLES: Readonly<Record<Role, readonly (Action | 'manage')[]>> = {
  viewer: ['read'],
  editor: ['read', 'write'],
  manager: ['read', 'write', 'delete', 'manage'],
};

export const ALL_SCOPES: readonly Scope[] = [
  'documents:read',
  'documents:write',
  'documents:delete',
  'collections:manage',
  'keys:manage',
  'audit:read',
  'tenants:manage',
];

export const NOTHING_GRANTED: Rights['granted'] = { read: [], write: [], delete: [], manage: [] };

/** Of whoever calls a server that asks for no keys, and of the server itself. */
export const ALL_RIGHTS: Rights = Object.freeze({
  scopes: new Set(ALL_SCOPES),
  limits: undefined,
  granted: NOTHING_GRANTED,
});

/** Sorts before every tag. */
const MEMBERSHIP = '\u0001';
/** Where the labels that are tags begin. */
export const FIRST_TAG = '\u0020';

/** The label of the documents in a collection. */
export function membershipLabel(collection_id: string): Label {
  return `${MEMBERSHIP}${collection_id}`;
}

/** The collection that a label stands for; undefined for a tag. */
export function collectionOf(label: Label): string | undefined {
  return label.startsWith(MEMBERSHIP) ? label.slice(MEMBERSHIP.length) : undefined;
}

/** Whether an action is allowed on a document with these labels. */
export function isAllowed({ scopes, limits, granted }: Rights, action: Action, labels: readonly Label[]): boolean {
  if (limits && !labels.some((label) => limits.includes(label))) return false;
  return scopes.has(`documents:${action}`) || labels.some((label) => granted[action].includes(label));
}

/** Whether an action is allowed on every document, so that none has to be looked at. */
export function isAllowedOnAll({ scopes, limits }: Rights, action: Action): boolean {
  return limits === undefined && scopes.has(`documents:${action}`);
}

/**
 * What one principal may do that another may not; empty when whoever is the other could do the same already. It decides
 * whose keys somebody may make or change: nobody gets further by way of a key.
 */
export function exceeding(own: Rights, other: Rights): { readonly scopes: Scope[]; readonly labels: Label[] } {
  const scopes = [...other.scopes].filter((scope) => !own.scopes.has(scope));
  const { limits } = own;
  // Undefined in the place of limits: no limit at all.
  const beyond = limits && (other.limits ?? ['']).filter((label) => !limits.includes(label));
  const actions = ['read', 'write', 'delete', 'manage'] as const;
  const granted = actions.flatMap((action) => {
    const scope = action === 'manage' ? 'collections:manage' : (`documents:${action}` as const);
    return own.scopes.has(scope) ? [] : other.granted[action].filter((label) => !own.granted[action].includes(label));
  });
  return { scopes, labels: [...(beyond ?? []), ...granted] };
}

/** The documents on which an action is allowed, as a condition on their labels. */
export function allowedGroups({ scopes, limits, granted }: Rights, action: Action): LabelGroups {
  return [...(limits ? [limits] : []), ...(scopes.has(`documents:${action}`) ? [] : [granted[action]])];
}

/**
 * Whether an action is allowed on the documents of a collection, whatever else they are; `manage`, on the collection
 * itself and its grants.
 */
export function isAllowedIn(rights: Rights, action: Action | 'manage', collection_id: string): boolean {
  const label = membershipLabel(collection_id);
  if (action !== 'manage') return isAllowed(rights, action, [label]);
  const { scopes, limits, granted } = rights;
  if (limits && !limits.includes(label)) return false;
  return scopes.has('collections:manage') || granted.manage.includes(label);
}

/** Whether a principal may know of a collection. */
export function isCollectionVisible(rights: Rights, collection_id: string): boolean {
  return isAllowedIn(rights, 'read', collection_id) || isAllowedIn(rights, 'manage', collection_id);
}

/** The collections that a principal may know of; undefined for all. */
export function visibleCollections(rights: Rights): string[] | undefined {
  const { scopes, limits, granted } = rights;
  const hasAll = scopes.has('documents:read') || scopes.has('collections:manage');
  if (hasAll && limits === undefined) return undefined;
  const labels = hasAll ? (limits ?? []) : [...granted.read, ...granted.manage];
  return [...new Set(labels.flatMap((label) => collectionOf(label) ?? []))].filter((id) =>
    isCollectionVisible(rights, id),
  );
}

/** The highest role on a collection whose every action is allowed to a principal. */
export function roleIn(rights: Rights, collection_id: string): Role | undefined {
  const roles = ['manager', 'editor', 'viewer'] as const;
  return roles.find((role) => ROLES[role].every((action) => isAllowedIn(rights, action, collection_id)));
}

/**
 * Whether a principal has what an operation asks for: one of the scopes, or a grant that stands for it on some documents.
 * On which is decided where they are.
 */
export function isAdmitted({ scopes, granted }: Rights, required: readonly Scope[]): boolean {
  return required.some((scope) => scopes.has(scope) || grantedFor(granted, scope).length > 0);
}

function grantedFor(granted: Rights['granted'], scope: Scope): readonly Label[] {
  switch (scope) {
    case 'documents:read':
      return granted.read;
    case 'documents:write':
      return granted.write;
    case 'documents:delete':
      return granted.delete;
    case 'collections:manage':
      return granted.manage;
    default:
      return [];
  }
}
