import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig, readFolders, readTerminalPreferences } from './config.js';
import { UsageError } from './errors.js';
import { writeProfile } from './profiles/write-profile.js';

describe('the environment', () => {
  /** Without any profile. */
  let XDG_CONFIG_HOME = '';
  before(() => {
    XDG_CONFIG_HOME = mkdtempSync(path.join(tmpdir(), 'document-sync-config-'));
  });
  after(() => {
    rmSync(XDG_CONFIG_HOME, { recursive: true, force: true });
  });

  it('has defaults, also where a variable is empty', () => {
    const defaults = {
      serverUrl: 'http://127.0.0.1:8766',
      idleTimeoutMs: 30_000,
      resumableFromBytes: 64 * 1024 * 1024,
      folders: {
        cache: path.join(homedir(), '.cache/document-sync'),
        uploads: path.join(homedir(), '.local/state/document-sync/uploads'),
        profiles: path.join(XDG_CONFIG_HOME, 'document-sync/profiles'),
      },
    };
    assert.deepEqual(readConfig({ XDG_CONFIG_HOME }), defaults);
    const names = [
      ...['DOCUMENT_SERVER_URL', 'DOCUMENT_SERVER_TIMEOUT', 'DOCUMENT_SERVER_API_KEY', 'DOCUMENT_RESUMABLE_FROM_BYTES'],
      ...['DOCUMENT_SERVER_PROFILE', 'DOCUMENT_CACHE_DIR', 'XDG_CACHE_HOME', 'XDG_STATE_HOME'],
    ];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    assert.deepEqual(readConfig({ ...empty, XDG_CONFIG_HOME }), defaults);
    assert.equal(readFolders({}).profiles, path.join(homedir(), '.config/document-sync/profiles'));
  });

  it('is read', () => {
    assert.deepEqual(
      readConfig({
        DOCUMENT_SERVER_URL: 'https://docs.example.org/store/',
        DOCUMENT_SERVER_TIMEOUT: '2.5',
        DOCUMENT_SERVER_API_KEY: 'key_1',
        DOCUMENT_RESUMABLE_FROM_BYTES: '0',
        DOCUMENT_CACHE_DIR: '/srv/cache',
        XDG_STATE_HOME: '/srv/state',
        XDG_CONFIG_HOME: '/srv/config',
      }),
      {
        serverUrl: 'https://docs.example.org/store',
        idleTimeoutMs: 2500,
        apiKey: 'key_1',
        resumableFromBytes: 0,
        folders: {
          cache: '/srv/cache',
          uploads: '/srv/state/document-sync/uploads',
          profiles: '/srv/config/document-sync/profiles',
        },
      },
    );
  });

  for (const [name, value] of [
    ['DOCUMENT_SERVER_URL', '127.0.0.1:8766'],
    ['DOCUMENT_SERVER_URL', 'ftp://127.0.0.1'],
    ['DOCUMENT_SERVER_URL', 'http://me:secret@127.0.0.1'],
    ['DOCUMENT_SERVER_URL', 'http://127.0.0.1/?a=b'],
    ['DOCUMENT_SERVER_TIMEOUT', '0'],
    ['DOCUMENT_SERVER_TIMEOUT', '-1'],
    ['DOCUMENT_SERVER_TIMEOUT', '30s'],
    ['DOCUMENT_SERVER_TIMEOUT', '9999999'],
    ['DOCUMENT_RESUMABLE_FROM_BYTES', '64MB'],
    ['DOCUMENT_RESUMABLE_FROM_BYTES', '-1'],
    ['DOCUMENT_RESUMABLE_FROM_BYTES', '1e400'],
    ['DOCUMENT_SERVER_API_KEY', 'two words'],
    ['DOCUMENT_SERVER_API_KEY', 'line\nbreak'],
  ] as const) {
    it(`cannot say ${name}=${JSON.stringify(value)}`, () => {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error) => error instanceof UsageError && error.message.includes(name),
      );
    });
  }

  it('gets all its mistakes told at once, without the key', () => {
    const wrong = { DOCUMENT_SERVER_URL: 'x', DOCUMENT_SERVER_TIMEOUT: 'y', DOCUMENT_SERVER_API_KEY: 'se cret' };
    assert.throws(
      () => readConfig(wrong),
      (error) =>
        error instanceof UsageError &&
        Object.keys(wrong).every((name) => error.message.includes(name)) &&
        !error.message.includes('cret'),
    );
  });

  it('names folders as the XDG base directory specification has it', () => {
    assert.equal(readFolders({ XDG_CACHE_HOME: '/c' }).cache, '/c/document-sync');
    // The specification says that a relative path is to be ignored.
    assert.equal(readFolders({ XDG_CACHE_HOME: 'c' }).cache, path.join(homedir(), '.cache/document-sync'));
    assert.equal(readFolders({ DOCUMENT_CACHE_DIR: 'c' }).cache, path.resolve('c'));
  });

  it('can want no colours', () => {
    assert.equal(readTerminalPreferences({}).colour, true);
    assert.equal(readTerminalPreferences({ NO_COLOR: '' }).colour, true);
    assert.equal(readTerminalPreferences({ NO_COLOR: '1' }).colour, false);
    assert.equal(readTerminalPreferences({ TERM: 'dumb' }).colour, false);
  });
});

describe('a profile', () => {
  const TEAM = { server_url: 'https://docs.example.org/store', api_key: 'key_of_team' };
  const MINE = { server_url: 'http://127.0.0.1:9000', api_key: 'key_of_mine' };
  let XDG_CONFIG_HOME = '';
  before(() => {
    XDG_CONFIG_HOME = mkdtempSync(path.join(tmpdir(), 'document-sync-config-'));
    const folder = readFolders({ XDG_CONFIG_HOME }).profiles;
    writeProfile(folder, 'default', MINE);
    writeProfile(folder, 'team', TEAM);
  });
  after(() => {
    rmSync(XDG_CONFIG_HOME, { recursive: true, force: true });
  });

  const read = (environment: Record<string, string> = {}, profile?: string) => {
    const { serverUrl, apiKey, ...config } = readConfig({ XDG_CONFIG_HOME, ...environment }, profile);
    return { serverUrl, apiKey, profile: config.profile, unused: config.unusedProfile };
  };
  const all = ({ server_url, api_key }: typeof TEAM, profile: string) => ({
    serverUrl: server_url,
    apiKey: api_key,
    profile,
    unused: undefined,
  });

  it('is the default one, the one that the environment names, or the one that the command line names', () => {
    assert.deepEqual(read(), all(MINE, 'default'));
    assert.deepEqual(read({ DOCUMENT_SERVER_PROFILE: 'team' }), all(TEAM, 'team'));
    assert.deepEqual(read({ DOCUMENT_SERVER_PROFILE: 'default' }, 'team'), all(TEAM, 'team'));
    assert.deepEqual(read({ DOCUMENT_SERVER_PROFILE: 'gone' }, 'team'), all(TEAM, 'team'));
  });

  it('is what the environment leaves out', () => {
    const DOCUMENT_SERVER_API_KEY = 'other';
    assert.deepEqual(read({ DOCUMENT_SERVER_API_KEY }), { ...all(MINE, 'default'), apiKey: 'other' });
    assert.deepEqual(read({ DOCUMENT_SERVER_API_KEY }, 'team'), { ...all(TEAM, 'team'), apiKey: 'other' });
    const elsewhere = { DOCUMENT_SERVER_URL: 'https://docs.example.org/other' };
    assert.deepEqual(read(elsewhere, 'team'), { ...all(TEAM, 'team'), serverUrl: elsewhere.DOCUMENT_SERVER_URL });
  });

  for (const serverUrl of [
    'https://example.org/store',
    'http://docs.example.org/store',
    'https://docs.example.org:8443/store',
    'https://docs.example.org.evil.example/store',
    'http://127.0.0.1:9000',
  ]) {
    it(`gives its key to its own server alone, not to ${serverUrl}`, () => {
      assert.deepEqual(read({ DOCUMENT_SERVER_URL: serverUrl }, 'team'), {
        serverUrl,
        apiKey: undefined,
        profile: undefined,
        unused: 'team',
      });
    });
  }

  it('is left alone without a word where nobody has asked for it', () => {
    assert.deepEqual(read({ DOCUMENT_SERVER_URL: 'http://127.0.0.1:9001' }), {
      serverUrl: 'http://127.0.0.1:9001',
      apiKey: undefined,
      profile: undefined,
      unused: undefined,
    });
  });

  it('has to be there when somebody asks for it', () => {
    for (const call of [() => read({}, 'tema'), () => read({ DOCUMENT_SERVER_PROFILE: 'tema' })]) {
      assert.throws(
        call,
        (error) =>
          error instanceof UsageError && error.message === 'There is no profile tema. There are default, team.',
      );
    }
  });
});
