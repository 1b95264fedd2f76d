import assert from 'node:assert/strict';
import { isOpenToListeners, ratesOf, readConfig } from '../config.js';
import { DEFAULT_RATES } from './access-settings.js';

describe('the settings of who reaches the server', () => {
  for (const [variable, wrong] of [
    [
      'DOCUMENT_CORS_ORIGINS',
      [
        '*',
        'null',
        'docs.example',
        'https://docs.example/',
        'https://Docs.example',
        'https://a.example https://b.example',
      ],
    ],
    ['DOCUMENT_TRUST_PROXY', ['true', '10', '-1', 'proxy.example', '10.0.0.0/33', '10.0.0.1/8/8', '::/129', ',']],
  ] as const) {
    it(`${variable} refuses ${wrong.map((text) => JSON.stringify(text)).join(', ')}`, () => {
      for (const text of wrong) {
        assert.throws(
          () => readConfig({ [variable]: text }),
          ({ message }: Error) => message.startsWith(`${variable} must be `) && message.endsWith(`; it is "${text}".`),
        );
      }
    });
  }

  it('knows proxies by their number, addresses, networks and names', () => {
    for (const [text, proxies] of [
      ['0', 0],
      ['2', 2],
      ['loopback', ['loopback']],
      ['10.0.0.0/8, fd00::/8 ,192.0.2.1', ['10.0.0.0/8', 'fd00::/8', '192.0.2.1']],
    ] as const) {
      assert.deepEqual(readConfig({ DOCUMENT_TRUST_PROXY: text }).trustProxy, proxies);
    }
  });

  it('takes a certificate and its key together only', () => {
    for (const variable of ['DOCUMENT_TLS_CERT', 'DOCUMENT_TLS_KEY']) {
      assert.throws(
        () => readConfig({ [variable]: 'some.pem' }),
        /DOCUMENT_TLS_CERT and DOCUMENT_TLS_KEY belong together/,
      );
    }
  });

  it('limits rates with keys, and without them only when it is told to', () => {
    const none = { read: 0, write: 0, search: 0, 'auth-failures': 0 };
    assert.deepEqual(ratesOf(readConfig({})), none);
    assert.deepEqual(ratesOf(readConfig({ DOCUMENT_RATE_SEARCH: '7' })), { ...none, search: 7 });
    const keys = { DOCUMENT_SERVER_AUTH: 'keys' };
    assert.deepEqual(ratesOf(readConfig(keys)), DEFAULT_RATES);
    assert.deepEqual(ratesOf(readConfig({ ...keys, DOCUMENT_RATE_READ: '0' })), { ...DEFAULT_RATES, read: 0 });
  });

  it('knows when keys travel where others may listen', () => {
    const keys = { DOCUMENT_SERVER_AUTH: 'keys', DOCUMENT_SERVER_HOST: '0.0.0.0' };
    const tls = { DOCUMENT_TLS_CERT: 'cert.pem', DOCUMENT_TLS_KEY: 'key.pem' };
    assert.ok(isOpenToListeners(readConfig(keys)));
    for (const safe of [tls, { DOCUMENT_TRUST_PROXY: '1' }, { DOCUMENT_SERVER_HOST: '::1' }]) {
      assert.ok(!isOpenToListeners(readConfig({ ...keys, ...safe })), JSON.stringify(safe));
    }
  });

  describe('without keys', () => {
    for (const host of ['127.0.0.1', '127.0.0.2', 'localhost', '::1']) {
      it(`listens on ${host}`, () => {
        assert.equal(readConfig({ DOCUMENT_SERVER_HOST: host }).host, host);
      });
    }

    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.0.0.1.example.com']) {
      it(`listens on ${host} only when it is told to in as many words`, () => {
        assert.throws(() => readConfig({ DOCUMENT_SERVER_HOST: host }), /DOCUMENT_SERVER_ALLOW_ANONYMOUS=true/);
        const told = { DOCUMENT_SERVER_HOST: host, DOCUMENT_SERVER_ALLOW_ANONYMOUS: 'true' };
        assert.equal(readConfig(told).host, host);
      });
    }
  });
});
