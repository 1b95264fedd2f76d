import assert from 'node:assert/strict';
import { optionalBase, requiredBase } from './base.js';
import { UsageError } from './errors.js';

describe('the version that a change replaces', () => {
  it('is a number, or whatever is there', () => {
    assert.equal(requiredBase('3'), 3);
    assert.equal(requiredBase('any'), 'any');
    assert.equal(optionalBase('2147483647'), 2_147_483_647);
    assert.equal(optionalBase(undefined), undefined);
  });

  it('has to be named by a change of content, which is told how', () => {
    assert.throws(
      () => requiredBase(undefined),
      (error) => error instanceof UsageError && /--base 3.*`doc info`.*--base any/.test(error.hint ?? ''),
    );
  });

  for (const text of ['', '0', '03', '-1', '1.5', 'latest', '"abc"', '*', '2147483648', '1\n']) {
    it(`cannot be ${JSON.stringify(text)}`, () => {
      assert.throws(() => optionalBase(text), UsageError);
    });
  }
});
