import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ALL_RIGHTS,
  ALL_SCOPES,
  exceeding,
  isAllowed,
  isAdmitted,
  NOTHING_GRANTED,
  type Label,
  type Rights,
} from './rights.js';

const LABELS: readonly Label[] = ['a', 'b', 'c', '\u0001col_1', '\u0001col_2'];
const labels = fc.subarray([...LABELS]);

const anyRights: fc.Arbitrary<Rights> = fc.record({
  scopes: fc.subarray([...ALL_SCOPES]).map((scopes) => new Set(scopes)),
  limits: fc.option(labels, { nil: undefined }),
  granted: fc.record({ read: labels, write: labels, delete: labels, manage: labels }),
});

/** Every document that there can be, as far as the policy can tell them apart. */
const DOCUMENTS = Array.from({ length: 2 ** LABELS.length }, (_, bits) =>
  LABELS.filter((_label, index) => (bits >> index) & 1),
);

describe('what one principal may do that another may not', () => {
  it('is something wherever the other is refused and the one is not', () => {
    fc.assert(
      fc.property(anyRights, anyRights, (own, other) => {
        const { scopes, labels: beyond } = exceeding(own, other);
        if (scopes.length > 0 || beyond.length > 0) return;
        for (const scope of ALL_SCOPES) {
          assert.ok(!isAdmitted(other, [scope]) || isAdmitted(own, [scope]), scope);
        }
        for (const document of DOCUMENTS) {
          for (const action of ['read', 'write', 'delete'] as const) {
            assert.ok(
              !isAllowed(other, action, document) || isAllowed(own, action, document),
              `${action} ${document.join()}`,
            );
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is nothing for the same, for less, and for whoever may do all', () => {
    const nothing = { scopes: [], labels: [] };
    fc.assert(
      fc.property(anyRights, fc.infiniteStream(fc.boolean()), (own, coins) => {
        assert.deepEqual(exceeding(own, own), nothing);
        assert.deepEqual(exceeding(ALL_RIGHTS, own), nothing);
        const less: Rights = {
          scopes: new Set([...own.scopes].filter(() => coins.next().value)),
          limits: (own.limits ?? LABELS).filter(() => coins.next().value),
          granted: NOTHING_GRANTED,
        };
        assert.deepEqual(exceeding(own, less), nothing);
      }),
    );
  });
});
