/** What the policy promises, written down as naively as can be: who may do what in a tenant, and what every operation answers. */

export type Role = 'viewer' | 'editor' | 'manager';
export type Action = 'read' | 'write' | 'delete';
export type ModelScope = `documents:${Action}` | 'collections:manage';

export interface ModelKey {
  readonly tenant: string;
  readonly scopes: readonly ModelScope[];
  readonly limits?: { readonly collections: readonly string[]; readonly tags: readonly string[] } | undefined;
}

export interface ModelDocument {
  readonly tenant: string;
  readonly id: string;
  tags: readonly string[];
  readonly collections: Set<string>;
  state: 'there' | 'trash' | 'purged';
  /** The digest of each version's content. */
  readonly contents: string[];
}

export interface ModelGrant {
  readonly tenant: string;
  readonly collection: string;
  readonly grantee: ModelKey | 'everyone';
  readonly role: Role;
}

/** What an operation answers: a status, the code of a problem, and what a listing names. */
export interface Outcome {
  readonly status: number;
  readonly code?: string;
  readonly found?: readonly string[];
}

type Labelled = Pick<ModelDocument, 'tags'> & { readonly collections: ReadonlySet<string> };

const ROLE_SCOPES: Readonly<Record<Role, readonly ModelScope[]>> = {
  viewer: ['documents:read'],
  editor: ['documents:read', 'documents:write'],
  manager: ['documents:read', 'documents:write', 'documents:delete', 'collections:manage'],
};

export const problem = (status: number, code: string): Outcome => ({ status, code });
export const NOT_FOUND = problem(404, 'document_not_found');
export const FORBIDDEN = problem(403, 'forbidden');
const NO_COLLECTION = problem(404, 'collection_not_found');

/** All that there is, and what may be done with it. */
export class AccessModel {
  readonly documents: ModelDocument[] = [];
  /** Their ids, by tenant. */
  readonly collections = new Map<string, Set<string>>();
  grants: ModelGrant[] = [];

  /** Whether the edge lets a key through to an operation that asks for one of these scopes. */
  admits(key: ModelKey, ...scopes: ModelScope[]): boolean {
    return scopes.some((scope) => key.scopes.includes(scope) || this.#granted(key, scope).size > 0);
  }

  may(key: ModelKey, action: Action, { tags, collections }: Labelled): boolean {
    const { limits, scopes } = key;
    if (limits) {
      const isWithin = tags.some((tag) => limits.tags.includes(tag)) || meets(collections, limits.collections);
      if (!isWithin) return false;
    }
    return scopes.includes(`documents:${action}`) || meets(collections, this.#granted(key, `documents:${action}`));
  }

  mayIn(key: ModelKey, action: Action, collection: string): boolean {
    return this.may(key, action, { tags: [], collections: new Set([collection]) });
  }

  manages(key: ModelKey, collection: string): boolean {
    if (key.limits && !key.limits.collections.includes(collection)) return false;
    return key.scopes.includes('collections:manage') || this.#granted(key, 'collections:manage').has(collection);
  }

  /** Whether a key may know of a collection. */
  knows(key: ModelKey, collection: string): boolean {
    const isThere = this.collections.get(key.tenant)?.has(collection) === true;
    return isThere && (this.mayIn(key, 'read', collection) || this.manages(key, collection));
  }

  /** The documents that a key may read, there or in the trash. */
  readable(key: ModelKey, state: ModelDocument['state'] = 'there'): ModelDocument[] {
    return this.documents.filter(
      (document) => document.tenant === key.tenant && document.state === state && this.may(key, 'read', document),
    );
  }

  /** What stands in the way of doing something with a document; undefined for nothing. */
  refusal(key: ModelKey, action: Action, document: ModelDocument): Outcome | undefined {
    if (document.tenant !== key.tenant || document.state === 'purged') return NOT_FOUND;
    if (this.may(key, action, document)) return undefined;
    return this.may(key, 'read', document) ? FORBIDDEN : NOT_FOUND;
  }

  /** The same where the document must not be in the trash. */
  refusalOfPresent(key: ModelKey, action: Action, document: ModelDocument): Outcome | undefined {
    return this.refusal(key, action, document) ?? (document.state === 'trash' ? NOT_FOUND : undefined);
  }

  /** What stands in the way of pushing a document like this. */
  refusalOfPush(key: ModelKey, tags: readonly string[], collection: string | undefined): Outcome | undefined {
    if (collection !== undefined) {
      const isThere = this.collections.get(key.tenant)?.has(collection) === true;
      const isWritable = this.mayIn(key, 'write', collection);
      if (!isThere || !(isWritable || this.mayIn(key, 'read', collection))) return NO_COLLECTION;
      if (!isWritable) return FORBIDDEN;
    }
    const collections = new Set(collection === undefined ? [] : [collection]);
    return this.may(key, 'write', { tags, collections }) ? undefined : FORBIDDEN;
  }

  /** What stands in the way of putting a document into a collection, or of taking it out. */
  refusalOfMove(
    key: ModelKey,
    collection: string,
    document: ModelDocument,
    direction: 'in' | 'out',
  ): Outcome | undefined {
    const isThere = this.collections.get(key.tenant)?.has(collection) === true;
    const isFilled = isThere && (this.mayIn(key, 'write', collection) || this.manages(key, collection));
    if (!isFilled) return this.knows(key, collection) ? FORBIDDEN : NO_COLLECTION;
    const refused = this.refusalOfPresent(key, 'write', document);
    if (refused) return refused;
    if (direction === 'out') {
      const left = new Set([...document.collections].filter((other) => other !== collection));
      const isKept = !key.limits || this.may(key, 'write', { tags: document.tags, collections: left });
      return isKept ? undefined : FORBIDDEN;
    }
    const then = { tags: document.tags, collections: new Set([...document.collections, collection]) };
    const gains = (['read', 'write', 'delete'] as const).some(
      (action) => this.may(key, action, then) && !this.may(key, action, document),
    );
    return gains ? FORBIDDEN : undefined;
  }

  /** What stands in the way of managing a collection. */
  refusalOfManaging(key: ModelKey, collection: string): Outcome | undefined {
    if (!this.knows(key, collection)) return NO_COLLECTION;
    return this.manages(key, collection) ? undefined : FORBIDDEN;
  }

  /** What stands in the way of granting a role. */
  refusalOfGrant(key: ModelKey, collection: string, grantee: ModelKey | 'everyone', role: Role): Outcome | undefined {
    const refused = this.refusalOfManaging(key, collection);
    if (refused) return refused;
    const actions = (['read', 'write', 'delete'] as const).filter((action) =>
      ROLE_SCOPES[role].includes(`documents:${action}`),
    );
    if (!actions.every((action) => this.mayIn(key, action, collection))) return FORBIDDEN;
    const isForeign = grantee !== 'everyone' && grantee.tenant !== key.tenant;
    return isForeign ? problem(404, 'api_key_not_found') : undefined;
  }

  grant(grant: ModelGrant): void {
    this.revoke(grant);
    this.grants.push(grant);
  }

  revoke({ tenant, collection, grantee }: Omit<ModelGrant, 'role'>): void {
    this.grants = this.grants.filter(
      (other) => other.tenant !== tenant || other.collection !== collection || other.grantee !== grantee,
    );
  }

  deleteCollection(tenant: string, collection: string): void {
    this.collections.get(tenant)?.delete(collection);
    this.grants = this.grants.filter((grant) => grant.tenant !== tenant || grant.collection !== collection);
    for (const document of this.documents) document.collections.delete(collection);
  }

  /** The collections on which a grant stands for a scope. */
  #granted(key: ModelKey, scope: ModelScope): Set<string> {
    const grants = this.grants.filter(
      ({ tenant, grantee, role }) =>
        tenant === key.tenant && (grantee === key || grantee === 'everyone') && ROLE_SCOPES[role].includes(scope),
    );
    return new Set(grants.map(({ collection }) => collection));
  }
}

function meets(one: ReadonlySet<string>, others: Iterable<string>): boolean {
  return [...others].some((other) => one.has(other));
}
