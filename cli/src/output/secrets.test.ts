import assert from 'node:assert/strict';
import { hasSecret, withoutSecrets } from './secrets.js';

const SECRET = 'A-_z'.repeat(10) + 'abc';
const KEY = `dsk_0123456789abcdef_${SECRET}`;

describe('keys in messages', () => {
  for (const [text, shown] of [
    [KEY, 'dsk_0123456789abcdef_…'],
    [`Unknown option --key=${KEY}.`, 'Unknown option --key=dsk_0123456789abcdef_….'],
    [`"${KEY}", ${KEY.slice(0, -10)}`, '"dsk_0123456789abcdef_…", dsk_0123456789abcdef_…'],
    [`{"detail":"${KEY.toUpperCase()}"}`, '{"detail":"dsk_0123456789ABCDEF_…"}'],
  ] as const) {
    it(`are shortened: ${shown}`, () => {
      assert.equal(withoutSecrets(text), shown);
      assert.ok(hasSecret(text));
      assert.ok(!hasSecret(shown));
    });
  }

  it('are not seen in what is none', () => {
    for (const text of ['', 'dsk_', 'dsk_<id>_<secret>', 'There is no key 0123456789abcdef.']) {
      assert.equal(withoutSecrets(text), text);
    }
  });
});
