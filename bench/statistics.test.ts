import assert from 'node:assert/strict';

import { median, percentile, sum } from './statistics.js';

describe('statistics', () => {
  it('takes the middle value, or the mean of the middle two, in any order', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([9, 1, 5, 7]), 6);
  });

  it('takes percentiles by nearest rank', () => {
    const hundred = Float64Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.equal(percentile(hundred, 0.5), 50);
    assert.equal(percentile(hundred, 0.99), 99);
    assert.equal(percentile([7], 0.01), 7);
  });

  it('leaves its argument as it was', () => {
    const values = [3, 1, 2];
    median(values);
    percentile(values, 0.5);
    assert.deepEqual(values, [3, 1, 2]);
  });

  it('refuses to make a figure of nothing, which would look measured', () => {
    assert.throws(() => median([]), RangeError);
    assert.throws(() => percentile([], 0.5), RangeError);
    assert.equal(sum([]), 0);
  });
});
