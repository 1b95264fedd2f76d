import assert from 'node:assert/strict';
import { UsageError } from './errors.js';
import { momentOf } from './moment.js';

describe('a moment on the command line', () => {
  const now = new Date('2026-11-24T10:30:00.000Z');
  const read = (text: string): string => momentOf('--after', text, now);

  it('is how long ago, in hours, days or weeks', () => {
    assert.equal(read('12h'), '2026-11-23T22:30:00.000Z');
    assert.equal(read('7d'), '2026-11-17T10:30:00.000Z');
    assert.equal(read('2w'), '2026-11-10T10:30:00.000Z');
    assert.equal(read('0d'), now.toISOString());
  });

  it('is a day of this machine’s time, by its name or its date', () => {
    const midnight = new Date(2026, 10, 24);
    assert.equal(read('today'), midnight.toISOString());
    assert.equal(read('yesterday'), new Date(2026, 10, 23).toISOString());
    assert.equal(read('2026-11-24'), midnight.toISOString());
  });

  it('is a time, with its zone or that of this machine', () => {
    assert.equal(read('2026-11-24T10:30:00Z'), now.toISOString());
    assert.equal(read('2026-11-24T12:30+02:00'), now.toISOString());
    assert.equal(read('2026-11-24 14:05'), new Date(2026, 10, 24, 14, 5).toISOString());
  });

  it('is nothing else, and no day that there is not', () => {
    for (const text of ['', 'soon', '7', '7y', '-3d', '2026-02-31', '2026-13-01', '2026-11-24T25:00', '24.11.2026']) {
      assert.throws(
        () => read(text),
        (error) => error instanceof UsageError && error.message.includes('--after'),
        text,
      );
    }
  });
});
