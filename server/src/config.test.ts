import assert from 'node:assert/strict';
import path from 'node:path';
import { ConfigError, describeSettings, readConfig } from './config.js';

/** The longest time that a timer of Node can wait; it takes a longer one for a millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const DEFAULTS = {
  host: '127.0.0.1',
  port: 8766,
  storageDir: path.resolve('.document-storage'),
  allowAnonymous: false,
  allowedHosts: [],
  auth: 'none',
  corsOrigins: [],
  tlsCert: undefined,
  tlsKey: undefined,
  trustProxy: 0,
  rateRead: undefined,
  rateWrite: undefined,
  rateSearch: undefined,
  rateAuthFailures: undefined,
  maxArchives: 8,
  queueSeconds: 10,
  maxFileBytes: 1024 ** 3,
  headerTimeoutSeconds: 10,
  idleTimeoutSeconds: 30,
  shutdownSeconds: 10,
  collectIntervalSeconds: 3600,
  collectGraceSeconds: 3600,
  uploadHours: 24,
  trashDays: 30,
  keepVersions: 0,
  keepVersionDays: 0,
  maxTextBytes: 16 * 1024 ** 2,
  textTimeoutSeconds: 10,
  maxIndexedBytes: 2 * 1024 ** 2,
  searchTimeoutSeconds: 10,
  extractTimeoutSeconds: 20,
  extractMemoryMib: 512,
  logLevel: 'info',
} as const;

describe('readConfig', () => {
  it('has a default for everything', () => {
    assert.deepEqual(readConfig({}), DEFAULTS);
  });

  it('takes an empty variable for one that is not set, and looks at no others', () => {
    const empty = Object.fromEntries(describeSettings().map(({ variable }) => [variable, '']));
    assert.deepEqual(readConfig({ ...empty, PORT: '1', DOCUMENT_SOMETHING: 'x' }), DEFAULTS);
  });

  it('reads every setting', () => {
    const config = readConfig({
      DOCUMENT_SERVER_HOST: '0.0.0.0',
      DOCUMENT_SERVER_PORT: '0',
      DOCUMENT_STORAGE_DIR: 'some/folder',
      DOCUMENT_SERVER_ALLOW_ANONYMOUS: 'true',
      DOCUMENT_SERVER_ALLOWED_HOSTS: ' docs.example , other.example,',
      DOCUMENT_SERVER_AUTH: 'keys',
      DOCUMENT_CORS_ORIGINS: 'https://docs.example, http://localhost:3000',
      DOCUMENT_TLS_CERT: 'cert.pem',
      DOCUMENT_TLS_KEY: 'key.pem',
      DOCUMENT_TRUST_PROXY: 'loopback, 10.0.0.0/8',
      DOCUMENT_RATE_READ: '1',
      DOCUMENT_RATE_WRITE: '2',
      DOCUMENT_RATE_SEARCH: '3',
      DOCUMENT_RATE_AUTH_FAILURES: '0',
      DOCUMENT_MAX_ARCHIVES: '1',
      DOCUMENT_QUEUE_SECONDS: '1',
      DOCUMENT_MAX_FILE_BYTES: '1',
      DOCUMENT_HEADER_TIMEOUT_SECONDS: '1',
      DOCUMENT_IDLE_TIMEOUT_SECONDS: '2',
      DOCUMENT_SHUTDOWN_SECONDS: '0',
      DOCUMENT_COLLECT_INTERVAL_SECONDS: '0',
      DOCUMENT_COLLECT_GRACE_SECONDS: '60',
      DOCUMENT_UPLOAD_HOURS: '1',
      DOCUMENT_TRASH_DAYS: '0',
      DOCUMENT_KEEP_VERSIONS: '5',
      DOCUMENT_KEEP_VERSION_DAYS: '90',
      DOCUMENT_MAX_TEXT_BYTES: '1024',
      DOCUMENT_TEXT_TIMEOUT_SECONDS: '1',
      DOCUMENT_MAX_INDEXED_BYTES: '2048',
      DOCUMENT_SEARCH_TIMEOUT_SECONDS: '2',
      DOCUMENT_EXTRACT_TIMEOUT_SECONDS: '3',
      DOCUMENT_EXTRACT_MEMORY_MIB: '128',
      DOCUMENT_LOG_LEVEL: 'silent',
    });
    assert.deepEqual(config, {
      host: '0.0.0.0',
      port: 0,
      storageDir: path.resolve('some/folder'),
      allowAnonymous: true,
      allowedHosts: ['docs.example', 'other.example'],
      auth: 'keys',
      corsOrigins: ['https://docs.example', 'http://localhost:3000'],
      tlsCert: path.resolve('cert.pem'),
      tlsKey: path.resolve('key.pem'),
      trustProxy: ['loopback', '10.0.0.0/8'],
      rateRead: 1,
      rateWrite: 2,
      rateSearch: 3,
      rateAuthFailures: 0,
      maxArchives: 1,
      queueSeconds: 1,
      maxFileBytes: 1,
      headerTimeoutSeconds: 1,
      idleTimeoutSeconds: 2,
      shutdownSeconds: 0,
      collectIntervalSeconds: 0,
      collectGraceSeconds: 60,
      uploadHours: 1,
      trashDays: 0,
      keepVersions: 5,
      keepVersionDays: 90,
      maxTextBytes: 1024,
      textTimeoutSeconds: 1,
      maxIndexedBytes: 2048,
      searchTimeoutSeconds: 2,
      extractTimeoutSeconds: 3,
      extractMemoryMib: 128,
      logLevel: 'silent',
    });
    assert.equal(Object.keys(config).length, describeSettings().length);
  });

  it('cannot be changed afterwards', () => {
    assert.ok(Object.isFrozen(readConfig({})));
  });

  for (const [variable, lowest, highest] of [
    ['DOCUMENT_SERVER_PORT', 0, 65_535],
    ['DOCUMENT_MAX_FILE_BYTES', 1, Number.MAX_SAFE_INTEGER],
    ['DOCUMENT_HEADER_TIMEOUT_SECONDS', 1, undefined],
    ['DOCUMENT_IDLE_TIMEOUT_SECONDS', 1, undefined],
    ['DOCUMENT_SHUTDOWN_SECONDS', 0, undefined],
    ['DOCUMENT_COLLECT_INTERVAL_SECONDS', 0, undefined],
    ['DOCUMENT_COLLECT_GRACE_SECONDS', 60, undefined],
    ['DOCUMENT_UPLOAD_HOURS', 1, 8760],
    ['DOCUMENT_TRASH_DAYS', 0, 36_500],
    ['DOCUMENT_KEEP_VERSIONS', 0, 1_000_000],
    ['DOCUMENT_KEEP_VERSION_DAYS', 0, 36_500],
    ['DOCUMENT_MAX_TEXT_BYTES', 1024, 256 * 1024 ** 2],
    ['DOCUMENT_TEXT_TIMEOUT_SECONDS', 1, 600],
    ['DOCUMENT_RATE_READ', 0, 100_000_000],
    ['DOCUMENT_RATE_AUTH_FAILURES', 0, 100_000_000],
    ['DOCUMENT_MAX_ARCHIVES', 1, 1000],
    ['DOCUMENT_QUEUE_SECONDS', 1, 600],
  ] as const) {
    it(`${variable} takes whole numbers within its bounds only`, () => {
      const accepts = (text: string): boolean => {
        try {
          // Long enough for any idle time-out; the one that is looked at overrides it.
          readConfig({ DOCUMENT_COLLECT_GRACE_SECONDS: '100000', [variable]: text });
          return true;
        } catch (error) {
          assert.match(
            (error as ConfigError).message,
            new RegExp(`^${variable} must be a whole number from \\d+ to \\d+; it is "`),
          );
          return false;
        }
      };
      assert.ok(accepts(String(lowest)));
      assert.ok(!accepts(String(lowest - 1)));
      const bound = highest ?? highestNamed(variable);
      assert.ok(accepts(String(bound)));
      assert.ok(!accepts(String(BigInt(bound) + 1n)));
      for (const text of [
        'x',
        '10x',
        '1.5',
        '1e3',
        '0x10',
        ' 70',
        '70 ',
        '+70',
        '-0',
        'Infinity',
        'NaN',
        '٧٠',
        '9'.repeat(400),
      ]) {
        assert.ok(!accepts(text), text);
      }
    });
  }

  it('allows no time that a timer cannot wait', () => {
    const times = describeSettings().filter(({ variable }) => variable.endsWith('_SECONDS'));
    // The grace period is compared with a file's time, no timer waits for it.
    for (const { variable } of times.filter((setting) => setting.variable !== 'DOCUMENT_COLLECT_GRACE_SECONDS')) {
      const longest = highestNamed(variable);
      // The idle time-out is doubled for the connection as a whole.
      const factor = variable === 'DOCUMENT_IDLE_TIMEOUT_SECONDS' ? 2 : 1;
      assert.ok(longest * 1000 * factor <= LONGEST_TIMER_MS, `${variable} may be ${longest}`);
    }
  });

  it('lets the collector not come before an upload that makes no progress is given up', () => {
    const grace = (seconds: number): unknown =>
      readConfig({ DOCUMENT_IDLE_TIMEOUT_SECONDS: '100', DOCUMENT_COLLECT_GRACE_SECONDS: String(seconds) });
    assert.throws(() => grace(199), /DOCUMENT_COLLECT_GRACE_SECONDS.*DOCUMENT_IDLE_TIMEOUT_SECONDS/);
    assert.ok(grace(200));
  });

  for (const [variable, wrong] of [
    ['DOCUMENT_SERVER_ALLOW_ANONYMOUS', ['yes', '1', 'TRUE', ' true']],
    ['DOCUMENT_LOG_LEVEL', ['verbose', 'INFO', 'infos', 'constructor']],
    ['DOCUMENT_SERVER_HOST', [' ', '\t']],
    ['DOCUMENT_STORAGE_DIR', [' ']],
  ] as const) {
    it(`${variable} refuses ${wrong.map((text) => JSON.stringify(text)).join(', ')}`, () => {
      for (const text of wrong) {
        assert.throws(() => readConfig({ [variable]: text }), new RegExp(`${variable} must be .*; it is "${text}"`));
      }
    });
  }

  it('names every mistake at once, one a line', () => {
    const environment = {
      DOCUMENT_SERVER_HOST: '192.0.2.1',
      DOCUMENT_SERVER_PORT: '65536',
      DOCUMENT_STORAGE_DIR: ' ',
      DOCUMENT_SERVER_ALLOW_ANONYMOUS: 'maybe',
      DOCUMENT_MAX_FILE_BYTES: '0',
      DOCUMENT_HEADER_TIMEOUT_SECONDS: '0',
      DOCUMENT_IDLE_TIMEOUT_SECONDS: '-1',
      DOCUMENT_SHUTDOWN_SECONDS: 'soon',
      DOCUMENT_COLLECT_INTERVAL_SECONDS: '1.5',
      DOCUMENT_COLLECT_GRACE_SECONDS: '59',
      DOCUMENT_TRASH_DAYS: '-1',
      DOCUMENT_KEEP_VERSIONS: 'all',
      DOCUMENT_KEEP_VERSION_DAYS: '36501',
      DOCUMENT_MAX_TEXT_BYTES: '1023',
      DOCUMENT_TEXT_TIMEOUT_SECONDS: '0',
      DOCUMENT_LOG_LEVEL: 'loud',
    };
    assert.throws(
      () => readConfig(environment),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        const lines = error.message.split('\n');
        assert.equal(lines.length, Object.keys(environment).length);
        for (const variable of Object.keys(environment)) {
          assert.ok(
            lines.some((line) => line.startsWith(variable)),
            `${variable} is not named`,
          );
        }
        return true;
      },
    );
  });
});

describe('describeSettings', () => {
  it('says of each setting what it is called, what it means and what it is when nobody sets it', () => {
    const described = describeSettings();
    assert.ok(described.length >= 17);
    assert.equal(new Set(described.map(({ variable }) => variable)).size, described.length);
    const fallbacks: Record<string, string> = {};
    for (const { variable, meaning, fallback } of described) {
      assert.match(variable, /^DOCUMENT_[A-Z_]+$/);
      assert.ok(meaning.length > 10, variable);
      fallbacks[variable] = fallback;
    }
    assert.deepEqual(readConfig(fallbacks), DEFAULTS);
  });
});

/** The highest value of a number, as its own refusal names it. */
function highestNamed(variable: string): number {
  try {
    readConfig({ [variable]: 'x' });
  } catch (error) {
    return Number(/to (\d+);/.exec((error as Error).message)?.[1]);
  }
  return assert.fail(`${variable} takes x`);
}
