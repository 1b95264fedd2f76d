import assert from 'node:assert/strict';
import {
  allowedGroups,
  collectionOf,
  isAdmitted,
  isAllowed,
  isAllowedIn,
  isAllowedOnAll,
  isCollectionVisible,
  membershipLabel,
  NOTHING_GRANTED,
  roleIn,
  ROLES,
  visibleCollections,
  type Action,
  type Rights,
} from './rights.js';
import type { Role, Scope } from './contract.js';

const A = membershipLabel('col_a');
const B = membershipLabel('col_b');

/** Rights in a line: scopes, limits, and roles on collections. */
function rights(scopes: readonly Scope[], limits?: readonly string[], roles: Record<string, Role> = {}): Rights {
  const on = (action: Action | 'manage') =>
    Object.entries(roles).flatMap(([label, role]) => (ROLES[role].includes(action) ? [label] : []));
  const granted = { read: on('read'), write: on('write'), delete: on('delete'), manage: on('manage') };
  return { scopes: new Set(scopes), limits, granted };
}

const NOBODY = rights([]);
const READER = rights(['documents:read']);
const TAGGED = rights(['documents:read', 'documents:write'], ['x']);
const INSIDE = rights(['documents:read', 'collections:manage'], [A, 'x']);
const VIEWER = rights([], undefined, { [A]: 'viewer' });
const EDITOR = rights([], undefined, { [A]: 'editor' });
const MANAGER = rights([], undefined, { [A]: 'manager', [B]: 'viewer' });
const CAPPED = rights([], ['x'], { [A]: 'manager' });
const CLERK = rights(['collections:manage']);

describe('the policy', () => {
  const documents: [who: string, Rights, labels: string[], allowed: string][] = [
    ['nobody', NOBODY, ['x', A], ''],
    ['a scope is for every document', READER, [], 'read'],
    ['a scope is for every document', READER, ['x', A, B], 'read'],
    ['limits: a tag', TAGGED, ['x'], 'read write'],
    ['limits: another tag', TAGGED, ['y', A], ''],
    ['limits: no tag', TAGGED, [], ''],
    ['limits: a collection', INSIDE, [A], 'read'],
    ['limits: another collection', INSIDE, [B], ''],
    ['limits: a tag that looks like a collection', INSIDE, ['col_a'], ''],
    ['a viewer', VIEWER, [A], 'read'],
    ['a viewer, elsewhere', VIEWER, [B], ''],
    ['a viewer, both', VIEWER, ['x', B, A], 'read'],
    ['an editor', EDITOR, [A], 'read write'],
    ['a manager', MANAGER, [A], 'read write delete'],
    ['a manager, where he is a viewer', MANAGER, [B], 'read'],
    ['a grant within limits', CAPPED, [A, 'x'], 'read write delete'],
    ['a grant outside of limits', CAPPED, [A], ''],
    ['limits without a grant', CAPPED, ['x'], ''],
    ['who manages collections', CLERK, [A], ''],
  ];
  for (const [who, held, labels, allowed] of documents) {
    it(`${who}, a document with [${labels.map((label) => collectionOf(label) ?? `"${label}"`).join()}]: ${allowed || 'nothing'}`, () => {
      const actions = ['read', 'write', 'delete'] as const;
      assert.equal(actions.filter((action) => isAllowed(held, action, labels)).join(' '), allowed);
      for (const action of actions) {
        // As a condition on labels it says the same.
        const groups = allowedGroups(held, action);
        const fulfils = groups.every((group) => group.some((label) => labels.includes(label)));
        assert.equal(fulfils, isAllowed(held, action, labels), action);
        if (isAllowedOnAll(held, action)) assert.equal(fulfils, true);
      }
    });
  }

  const collections: [who: string, Rights, id: string, role: Role | undefined, visible: boolean, manages: boolean][] = [
    ['nobody', NOBODY, 'col_a', undefined, false, false],
    ['a reader', READER, 'col_a', 'viewer', true, false],
    ['limited to it', INSIDE, 'col_a', 'viewer', true, true],
    ['limited to others', INSIDE, 'col_b', undefined, false, false],
    ['limited to a tag', TAGGED, 'col_a', undefined, false, false],
    ['a viewer', VIEWER, 'col_a', 'viewer', true, false],
    ['an editor', EDITOR, 'col_a', 'editor', true, false],
    ['a manager', MANAGER, 'col_a', 'manager', true, true],
    ['a manager of another', MANAGER, 'col_b', 'viewer', true, false],
    ['a stranger', MANAGER, 'col_c', undefined, false, false],
    ['a manager whose limits do not name it', CAPPED, 'col_a', undefined, false, false],
    ['who manages all, and reads nothing', CLERK, 'col_a', undefined, true, true],
  ];
  for (const [who, held, id, role, visible, manages] of collections) {
    it(`${who}, the collection ${id}: ${role ?? 'no role'}${manages ? ', manages it' : ''}`, () => {
      assert.equal(roleIn(held, id), role);
      assert.equal(isCollectionVisible(held, id), visible);
      assert.equal(isAllowedIn(held, 'manage', id), manages);
      const among = visibleCollections(held);
      assert.equal(among === undefined || among.includes(id), visible);
    });
  }

  const operations: [who: string, Rights, required: Scope[], admitted: boolean][] = [
    ['nobody', NOBODY, ['documents:read'], false],
    ['the scope', READER, ['documents:read'], true],
    ['another scope', READER, ['documents:write'], false],
    ['one of several', READER, ['collections:manage', 'documents:read'], true],
    ['a viewer reads', VIEWER, ['documents:read'], true],
    ['a viewer does not write', VIEWER, ['documents:write'], false],
    ['an editor writes', EDITOR, ['documents:write'], true],
    ['an editor does not delete', EDITOR, ['documents:delete'], false],
    ['a manager deletes', MANAGER, ['documents:delete'], true],
    ['a manager manages', MANAGER, ['collections:manage'], true],
    ['a manager makes no keys', MANAGER, ['keys:manage'], false],
    ['a manager is no operator', MANAGER, ['tenants:manage'], false],
  ];
  for (const [who, held, required, admitted] of operations) {
    it(`${who}: ${required.join(' or ')} ${admitted ? 'is' : 'is not'} open`, () => {
      assert.equal(isAdmitted(held, required), admitted);
    });
  }

  it('tells memberships from tags', () => {
    assert.equal(collectionOf(membershipLabel('col_a')), 'col_a');
    assert.equal(collectionOf('col_a'), undefined);
    assert.deepEqual(allowedGroups({ ...READER, granted: NOTHING_GRANTED }, 'write'), [[]]);
  });
});
