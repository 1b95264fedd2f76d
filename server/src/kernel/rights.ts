/** The policy: what a principal may do with which documents. Everything that asks "may he?" ends here. */
import type { Scope } from './contract.js';

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
