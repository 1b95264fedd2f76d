import assert from 'node:assert/strict';
import { isOpenToReaders } from './server-address.js';

describe('the way to a server', () => {
  for (const url of [
    'https://docs.example.org',
    'http://127.0.0.1:8766',
    'http://127.1.2.3',
    'http://localhost:8766/store',
    'http://docs.localhost',
    'http://[::1]:8766',
  ]) {
    it(`is closed: ${url}`, () => {
      assert.ok(!isOpenToReaders(url));
    });
  }

  for (const url of ['http://docs.example.org', 'http://10.0.0.1', 'http://localhost.example.org', 'http://[::2]']) {
    it(`is open to readers: ${url}`, () => {
      assert.ok(isOpenToReaders(url));
    });
  }
});
