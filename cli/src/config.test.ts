import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import path from 'node:path';
import { readConfig, readFolders, readTerminalPreferences } from './config.js';
import { UsageError } from './errors.js';

describe('the environment', () => {
  it('has defaults, also where a variable is empty', () => {
    const defaults = {
      serverUrl: 'http://127.0.0.1:8766',
      idleTimeoutMs: 30_000,
      resumableFromBytes: 64 * 1024 * 1024,
      folders: {
        cache: path.join(homedir(), '.cache/document-sync'),
        uploads: path.join(homedir(), '.local/state/document-sync/uploads'),
      },
    };
    assert.deepEqual(readConfig({}), defaults);
    const names = [
      ...['DOCUMENT_SERVER_URL', 'DOCUMENT_SERVER_TIMEOUT', 'DOCUMENT_SERVER_API_KEY', 'DOCUMENT_RESUMABLE_FROM_BYTES'],
      ...['DOCUMENT_CACHE_DIR', 'XDG_CACHE_HOME', 'XDG_STATE_HOME'],
    ];
    assert.deepEqual(readConfig(Object.fromEntries(names.map((name) => [name, '']))), defaults);
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
      }),
      {
        serverUrl: 'https://docs.example.org/store',
        idleTimeoutMs: 2500,
        apiKey: 'key_1',
        resumableFromBytes: 0,
        folders: { cache: '/srv/cache', uploads: '/srv/state/document-sync/uploads' },
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
