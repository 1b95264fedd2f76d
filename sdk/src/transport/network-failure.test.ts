import assert from 'node:assert/strict';

import { networkErrorOf } from './network-failure.js';

const URL_ASKED = 'http://docs.example.com:8766/documents?name=a';

function systemError(message: string, properties: object): Error {
  return Object.assign(new Error(message), properties);
}

describe('networkErrorOf', () => {
  const refusal = systemError('connect ECONNREFUSED 127.0.0.1:8766', { code: 'ECONNREFUSED', syscall: 'connect' });
  const unknownHost = systemError('getaddrinfo ENOTFOUND docs', { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
  const reset = systemError('read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' });

  const cases: [kind: string, error: unknown, refused: boolean, reason: string][] = [
    ['a refusal', refusal, true, 'connect ECONNREFUSED 127.0.0.1:8766'],
    ['a refusal as fetch reports it', new TypeError('fetch failed', { cause: refusal }), true, refusal.message],
    ['an unknown host', unknownHost, true, unknownHost.message],
    ['a connection that never opened', systemError('timeout', { code: 'UND_ERR_CONNECT_TIMEOUT' }), true, 'timeout'],
    [
      'a refusal by every address of a name',
      new TypeError('fetch failed', { cause: new AggregateError([refusal, refusal]) }),
      true,
      `${refusal.message}; ${refusal.message}`,
    ],
    [
      'one refusal among other errors',
      new AggregateError([refusal, reset]),
      false,
      `${refusal.message}; read ECONNRESET`,
    ],
    ['a lost connection', new TypeError('terminated', { cause: reset }), false, 'read ECONNRESET'],
    ['a browser’s failure', new TypeError('Failed to fetch'), false, 'Failed to fetch'],
    ['what is no error', 'nothing', false, 'nothing'],
    ['an error without words', new Error(), false, 'Error'],
  ];
  for (const [kind, error, refused, reason] of cases) {
    it(`reports ${kind}`, () => {
      const result = networkErrorOf(error, URL_ASKED);
      assert.equal(result.refused, refused);
      assert.equal(result.cause, error);
      assert(result.message.includes('http://docs.example.com:8766'), result.message);
      assert(result.message.includes(`(${reason})`), result.message);
      assert.equal(networkErrorOf(result, URL_ASKED), result);
    });
  }
});
