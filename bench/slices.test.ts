import assert from 'node:assert/strict';

import { alternate, loadOf, perDocument, type Slice } from './slices.js';

/** A slice of one second with a CPU time of a millisecond a request. */
function slice(requests: number): Slice {
  const result = {
    requests,
    seconds: 1,
    clientCpuSeconds: 0.25,
    latenciesMs: Float64Array.of(1, 1, requests),
    verified: 1,
    stored: [],
  };
  return { result, requestsPerSecond: requests, serverCpuSeconds: requests / 1000 };
}

describe('alternating slices', () => {
  it('takes the median of the ratios of neighbours, so that a slow spell of the machine falls on both', async () => {
    const order: string[] = [];
    const speed = [1000, 100, 10, 40];
    const comparison = await alternate(
      3,
      async (pair) => {
        order.push(`a${pair}`);
        return slice((speed[pair] ?? 0) * 2);
      },
      async (pair) => {
        order.push(`b${pair}`);
        return slice(speed[pair] ?? 0);
      },
    );
    assert.deepEqual(order, ['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
    assert.deepEqual(comparison.ratios, [2, 2, 2]);
    assert.equal(comparison.ratio, 2);
  });

  it('does not count the first pair, which warms up', async () => {
    const { first, second } = await alternate(
      2,
      async (pair) => slice(pair === 0 ? 1_000_000 : 300),
      async () => slice(100),
    );
    assert.equal(first.requests, 600);
    assert.equal(first.requestsPerSecond, 300);
    assert.equal(second.verified, 2);
    assert.ok(Math.abs(first.serverCpuMsPerRequest - 1) < 1e-9);
    assert.equal(first.clientCpuShare, 0.25);
    assert.equal(first.p50Ms, 1);
    assert.equal(first.p99Ms, 300);
  });

  it('counts documents where a request is for many', () => {
    const load = loadOf([perDocument(slice(4), 1000)]);
    assert.equal(load.requests, 4000);
    assert.equal(load.requestsPerSecond, 4000);
    assert.ok(Math.abs(load.serverCpuMsPerRequest - 0.001) < 1e-9);
    assert.equal(load.clientCpuShare, 0.25);
    assert.equal(load.p99Ms, 4);
  });
});
