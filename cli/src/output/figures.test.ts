import assert from 'node:assert/strict';
import { formatDuration } from './duration.js';
import { formatLocalTime } from './local-time.js';
import { formatSize } from './size.js';

describe('sizes for people', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KB'],
    [25_088, '24.5 KB'],
    [1024 * 1024 - 1, '1.0 MB'],
    [52_428_800, '50.0 MB'],
    [1024 ** 3, '1.0 GB'],
    [1024 ** 6, '1024.0 PB'],
  ] as const) {
    it(`${bytes} bytes: ${text}`, () => {
      assert.equal(formatSize(bytes), text);
    });
  }
});

describe('durations for people', () => {
  for (const [seconds, text] of [
    [0, '0 s'],
    [42, '42 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [18_180, '5 h 3 min'],
    [86_400 * 12 + 4 * 3600 + 59, '12 d 4 h'],
  ] as const) {
    it(`${seconds} s: ${text}`, () => {
      assert.equal(formatDuration(seconds), text);
    });
  }
});

describe('times for people', () => {
  it('are local, to the second', () => {
    const local = new Date(2024, 10, 21, 10, 30, 5, 999);
    assert.equal(formatLocalTime(local.toISOString()), '2024-11-21 10:30:05');
  });

  it('stay as they are when they are none', () => {
    assert.equal(formatLocalTime('yesterday'), 'yesterday');
  });
});
