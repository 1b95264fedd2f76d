import assert from 'node:assert/strict';
import { isLoopbackName } from './loopback.js';

describe('isLoopbackName', () => {
  for (const name of [
    ...['localhost', 'LOCALHOST', 'localhost.', 'app.localhost', 'a.b.localhost'],
    ...['127.0.0.1', '127.1.2.3', '127.255.255.255', '[::1]'],
  ]) {
    it(`${name} can only mean this machine`, () => {
      assert.equal(isLoopbackName(name), true);
    });
  }

  for (const name of [
    ...['', 'example.com', 'localhost.example.com', 'notlocalhost', 'localhost.evil', 'xlocalhost'],
    ...['127.0.0.1.example.com', '127.0.0.1.nip.io', '128.0.0.1', '127.0.0', '127.0.0.1.1', '1127.0.0.1', '0.0.0.0'],
    ...['::', '[::]', '[::2]', '[::1].example.com', '10.0.0.1', 'localhost:8766', 'localhost\n', ' localhost'],
  ]) {
    it(`${JSON.stringify(name)} may mean another one`, () => {
      assert.equal(isLoopbackName(name), false);
    });
  }
});
