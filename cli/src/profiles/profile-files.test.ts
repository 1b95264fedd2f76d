import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KeyFileOpen, UsageError } from '../errors.js';
import {
  checkedProfileName,
  profileNames,
  readDefaultProfile,
  readProfile,
  removeProfile,
  unknownProfile,
} from './profile-files.js';
import { writeProfile } from './write-profile.js';

const TEAM = { server_url: 'https://docs.example.org/store', api_key: 'dsk_0123456789abcdef_secret' };

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('profiles', () => {
  let base = '';
  let folder = '';
  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'document-sync-profiles-'));
    folder = path.join(base, 'config/document-sync/profiles');
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  it('are read as they were written', () => {
    writeProfile(folder, 'team', TEAM);
    assert.deepEqual(readProfile(folder, 'team'), TEAM);
    const other = { ...TEAM, api_key: 'other' };
    writeProfile(folder, 'team', other);
    assert.deepEqual(readProfile(folder, 'team'), other);
  });

  it('are for their user alone, whatever the umask', () => {
    const before = process.umask(0);
    try {
      writeProfile(folder, 'team', TEAM);
      process.umask(0o777);
      writeProfile(folder, 'other', TEAM);
    } finally {
      process.umask(before);
    }
    for (const name of ['team', 'other']) assert.equal(mode(path.join(folder, `${name}.json`)), '600');
    for (const made of [folder, path.dirname(folder)]) assert.equal(mode(made), '700');
  });

  it('leave nothing beside them, also when one cannot be written', () => {
    writeProfile(folder, 'team', TEAM);
    mkdirSync(path.join(folder, 'blocked.json'));
    assert.throws(() => {
      writeProfile(folder, 'blocked', TEAM);
    });
    assert.deepEqual(readdirSync(folder).sort(), ['blocked.json', 'team.json']);
  });

  it('are not there where nothing is', () => {
    assert.equal(readProfile(folder, 'team'), undefined);
    assert.equal(removeProfile(folder, 'team'), false);
    assert.deepEqual(profileNames(folder), []);
    assert.equal(unknownProfile(folder, 'team').message, 'There is no profile team. There are none.');
  });

  it('are listed, and removed', () => {
    for (const name of ['team', 'default']) writeProfile(folder, name, TEAM);
    writeFileSync(path.join(folder, 'team.json.0123'), '');
    assert.deepEqual(profileNames(folder), ['default', 'team']);
    assert.equal(unknownProfile(folder, 'tema').message, 'There is no profile tema. There are default, team.');
    assert.equal(removeProfile(folder, 'team'), true);
    assert.deepEqual(profileNames(folder), ['default']);
  });

  for (const bits of [0o644, 0o640, 0o604, 0o620, 0o601]) {
    it(`are not used when others can get at them: ${bits.toString(8)}`, function () {
      if (process.platform === 'win32') this.skip();
      writeProfile(folder, 'default', TEAM);
      chmodSync(path.join(folder, 'default.json'), bits);
      for (const read of [() => readProfile(folder, 'default'), () => readDefaultProfile(folder)]) {
        assert.throws(read, KeyFileOpen);
      }
    });
  }

  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"server_url":"https://a"}',
    '{"server_url":"ftp://a","api_key":"x"}',
    '{"server_url":"https://a","api_key":"x\\ny"}',
    '{"server_url":"https://a/","api_key":"x"}',
  ]) {
    it(`are not guessed from ${JSON.stringify(text)}`, () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'team.json'), text, { mode: 0o600 });
      assert.throws(
        () => readProfile(folder, 'team'),
        (error) => error instanceof UsageError && /team\.json holds no profile/.test(error.message),
      );
    });
  }

  for (const name of ['', '.', '..', '../x', 'a/b', 'Team', 'a b', '-x', 'x'.repeat(65), 'é']) {
    it(`cannot be called ${JSON.stringify(name)}`, () => {
      assert.throws(() => checkedProfileName(name), UsageError);
      assert.throws(() => readProfile(folder, name), UsageError);
    });
  }
});
