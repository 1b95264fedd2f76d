import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { doc, type Surroundings, useFolder } from './doc.js';
import { useKeyedServer } from './keyed-server.js';
import { useServer } from './server-process.js';
import { sendProblem, useStandIns } from './stand-in-server.js';

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('doc login, logout, whoami', () => {
  const folder = useFolder();
  const server = useKeyedServer();
  const other = useKeyedServer();
  const open = useServer();
  const standIn = useStandIns();
  let key = '';
  let otherKey = '';
  before(async () => {
    key = await server.addKey({ name: 'ops' });
    otherKey = await other.addKey({
      name: 'reader',
      scopes: ['documents:read'],
      expires: '2099-01-01',
    });
  });

  /** A command whose profiles are those of the test. */
  const run = (args: string[], { env, ...surroundings }: Surroundings = {}) =>
    doc(args, { ...surroundings, env: { XDG_CONFIG_HOME: folder.path, ...env } });
  const profileFile = (name: string): string => path.join(folder.path, 'document-sync/profiles', `${name}.json`);
  const idOf = (text: string): string => text.split('_')[1] ?? '';

  async function logIn(url: string, input: string, ...options: string[]): Promise<void> {
    const { code, stderr } = await run(['login', '--server', url, ...options], { input });
    assert.deepEqual([code, stderr], [0, '']);
  }

  it('keeps a key that the server takes, for its user alone, and shows none of it', async () => {
    const { code, stdout, stderr } = await run(['login'], { url: server.url, input: `${key}\n` });
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(
      stdout,
      `Profile: default\nServer: ${server.url}\nTenant: default\nKey: ops (${idOf(key)})\n` +
        'Scopes: documents:read, documents:write, documents:delete, collections:manage, keys:manage, audit:read\n',
    );
    assert.equal(mode(profileFile('default')), '600');
    assert.equal(mode(path.dirname(profileFile('default'))), '700');
    assert.deepEqual(JSON.parse(readFileSync(profileFile('default'), 'utf8')), {
      server_url: server.url,
      api_key: key,
    });
    const pushed = await run(['push', '-', '--name', 'a.txt', '--quiet'], { input: 'a' });
    assert.equal(pushed.code, 0, pushed.stderr);
  });

  it('has a profile for each server, and uses the one that is named', async () => {
    await logIn(server.url, key);
    await logIn(other.url, otherKey, '--profile', 'team');
    const ids = async (args: string[], env: Record<string, string> = {}) =>
      (await run(['whoami', '--quiet', ...args], { env })).stdout.trim();
    assert.equal(await ids([]), idOf(key));
    assert.equal(await ids(['--profile', 'team']), idOf(otherKey));
    assert.equal(await ids([], { DOCUMENT_SERVER_PROFILE: 'team' }), idOf(otherKey));
    assert.equal(await ids(['--profile=default'], { DOCUMENT_SERVER_PROFILE: 'team' }), idOf(key));
    // Before the command, too.
    assert.match((await run(['--profile', 'team', 'whoami'])).stdout, /^Profile: team$/m);
  });

  it('tells who the key is, for people and for programs', async () => {
    await logIn(other.url, otherKey, '--profile', 'team');
    const people = await run(['whoami', '--profile', 'team']);
    assert.equal(
      people.stdout,
      `Server: ${other.url}\nProfile: team\nTenant: default\nKey: reader (${idOf(otherKey)})\n` +
        'Scopes: documents:read\nExpires: 2099-01-01 00:00:00\n',
    );
    const programs = await run(['whoami', '--profile', 'team', '--format', 'json']);
    assert.deepEqual(JSON.parse(programs.stdout), {
      url: other.url,
      profile: 'team',
      auth: 'keys',
      tenant_id: 'default',
      principal_id: `key_${idOf(otherKey)}`,
      scopes: ['documents:read'],
      key: { key_id: idOf(otherKey), name: 'reader', expires_at: '2099-01-01T00:00:00.000Z' },
    });
    const status = await run(['status', '--profile', 'team']);
    assert.match(status.stdout, new RegExp(`^Server: ${other.url}\nProfile: team\nStatus: ok\n`));
    const { profile } = JSON.parse((await run(['status', '--profile', 'team', '--format', 'json'])).stdout) as {
      profile: string;
    };
    assert.equal(profile, 'team');
  });

  it('tells that a server asks for no keys, and keeps none for it', async () => {
    const { stdout } = await run(['whoami'], { url: open.url });
    assert.match(stdout, /^Key: none: the server asks for no keys$/m);
    assert.equal((await run(['whoami', '--quiet'], { url: open.url })).stdout, 'anonymous\n');
    const { code, stderr } = await run(['login'], { url: open.url, input: key });
    assert.deepEqual(
      [code, stderr],
      [2, `Error: ${open.url} asks for no keys. Nothing was kept.\nIt can be used as it is.\n`],
    );
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('keeps nothing that the server refuses, and what was there stays', async () => {
    const wrong = `${key.slice(0, -8)}AAAAAAAA`;
    const refused = await run(['login'], { url: server.url, input: wrong });
    assert.equal(refused.code, 3);
    assert.equal(
      refused.stderr,
      'Error: There is no such key.\nLog in with a key that the server knows: `doc login`. Or set DOCUMENT_SERVER_API_KEY to one.\n',
    );
    assert.deepEqual(readdirSync(folder.path), []);
    await logIn(server.url, key);
    assert.equal((await run(['login'], { url: server.url, input: wrong })).code, 3);
    assert.equal((await run(['whoami', '--quiet'])).stdout, `${idOf(key)}\n`);
  });

  it('takes no key from the command line, and repeats none', async () => {
    for (const args of [[key], ['--key', key], [`--api-key=${key}`], ['--server', key], ['--profile', key]]) {
      for (const format of [[], ['--format', 'json']]) {
        const { code, stdout, stderr } = await run(['login', ...args, ...format], { url: server.url, input: '' });
        assert.deepEqual([code, stdout], [2, ''], args.join(' '));
        assert.ok(!stderr.includes(key.slice(-43)), stderr);
      }
    }
    assert.match((await run(['login', key])).stderr, /revoke this one, and give doc login the next one on stdin/);
  });

  for (const [what, input] of [
    ['nothing', ''],
    ['an empty line', '\n'],
    ['several words', 'the key is dsk_x\n'],
    ['several lines', 'dsk_x\ndsk_y\n'],
    ['what no header can hold', 'ключ'],
    ['a whole file', 'x'.repeat(5000)],
  ] as const) {
    it(`takes no key from ${what} on stdin`, async () => {
      const { code, stderr } = await run(['login'], { url: server.url, input });
      assert.equal(code, 2);
      assert.match(stderr, /^Error: (There is no key on stdin|What is on stdin is no key)/);
    });
  }

  it('sends a key to no other server than the one it was kept for', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = await standIn((request, response) => {
      seen.push(request.headers.authorization);
      sendProblem(response, 401, 'unauthenticated', { 'www-authenticate': 'Bearer realm="document-sync"' });
    });
    await logIn(server.url, key);
    await logIn(server.url, key, '--profile', 'team');
    assert.equal((await run(['query'], { url: elsewhere })).code, 3);
    const { code, stderr } = await run(['query', '--profile', 'team'], { url: elsewhere });
    assert.equal(code, 3);
    assert.ok(
      stderr.startsWith(`DOCUMENT_SERVER_URL names another server (${elsewhere}) than the profile team`),
      stderr,
    );
    const json = await run(['query', '--profile', 'team', '--format', 'json'], { url: elsewhere });
    assert.equal((JSON.parse(json.stderr.split('\n')[0] ?? '') as { unused_profile: string }).unused_profile, 'team');
    assert.deepEqual(seen, [undefined, undefined, undefined]);
  });

  it('follows no redirect with a key', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = await standIn((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200).end();
    });
    const redirecting = await standIn((_, response) =>
      response.writeHead(307, { location: `${elsewhere}/whoami` }).end(),
    );
    const env = { DOCUMENT_SERVER_API_KEY: key };
    writeFileSync(folder.file('a.txt'), 'a');
    for (const args of [['whoami'], ['query'], ['push', 'a.txt'], ['pull', 'doc_0123456789ab']]) {
      assert.notEqual((await run(args, { url: redirecting, env, cwd: folder.path })).code, 0);
    }
    assert.deepEqual(seen, []);
  });

  it('lets the environment go before a profile', async () => {
    await logIn(server.url, key);
    const env = { DOCUMENT_SERVER_API_KEY: otherKey, DOCUMENT_SERVER_URL: other.url };
    assert.equal((await run(['whoami', '--quiet'], { env })).stdout, `${idOf(otherKey)}\n`);
    const second = await server.addKey({ name: 'second' });
    const { stdout } = await run(['whoami', '--quiet'], { env: { DOCUMENT_SERVER_API_KEY: second } });
    assert.equal(stdout, `${idOf(second)}\n`);
    const again = await run(['login'], { url: server.url, input: key, env: { DOCUMENT_SERVER_API_KEY: second } });
    assert.equal(again.stderr, 'DOCUMENT_SERVER_API_KEY is set, and goes before the key that was kept now.\n');
  });

  it('names the profiles that there are', async () => {
    await logIn(server.url, key);
    await logIn(other.url, otherKey, '--profile', 'team');
    for (const [args, env] of [
      [['query', '--profile', 'tema'], {}],
      [['logout', '--profile', 'tema'], {}],
      [['query'], { DOCUMENT_SERVER_PROFILE: 'tema' }],
    ] as const) {
      const { code, stderr } = await run([...args], { env });
      assert.deepEqual(
        [code, stderr],
        [2, 'Error: There is no profile tema. There are default, team.\nMake it: `doc login --profile tema`.\n'],
      );
    }
    for (const name of ['Team', '../team', '']) {
      const { code, stderr } = await run(['whoami', '--profile', name]);
      assert.equal(code, 2);
      assert.match(stderr, /cannot be the name of a profile/);
    }
  });

  it('does not use a file that others can read', async () => {
    await logIn(server.url, key);
    chmodSync(profileFile('default'), 0o644);
    const { code, stdout, stderr } = await run(['query']);
    assert.deepEqual([code, stdout], [3, '']);
    assert.equal(
      stderr,
      `Error: ${profileFile('default')} holds a key, and others can read it.\n` +
        `Make it yours alone: \`chmod 600 ${profileFile('default')}\`. If somebody may have read it, log in with another key.\n`,
    );
    await logIn(server.url, key);
    assert.equal(mode(profileFile('default')), '600');
    assert.equal((await run(['query'])).code, 0);
  });

  it('forgets a key', async () => {
    await logIn(server.url, key);
    const { code, stdout, stderr } = await run(['logout']);
    assert.deepEqual([code, stdout], [0, 'Logged out: default\n']);
    assert.match(stderr, /stays valid until it is revoked/);
    assert.deepEqual(readdirSync(path.dirname(profileFile('default'))), []);
    assert.equal((await run(['logout'])).code, 2);
    assert.equal((await run(['query'], { url: server.url })).code, 3);
  });

  it('warns where a key would go over the network for everybody to read', async () => {
    const env = { DOCUMENT_SERVER_TIMEOUT: '2' };
    // A name that nobody has: what matters is said before.
    const url = 'http://docs.invalid';
    const login = await run(['login'], { url, input: key, env });
    assert.match(
      login.stderr,
      /^http:\/\/docs\.invalid is not encrypted: everybody on the way to it can read the key\./,
    );
    const whoami = await run(['whoami'], { url, env: { ...env, DOCUMENT_SERVER_API_KEY: key } });
    assert.match(whoami.stderr, /is not encrypted/);
    assert.doesNotMatch((await run(['whoami'], { url, env })).stderr, /is not encrypted/);
  });

  it('tells what to do about what a key may not do', async () => {
    await logIn(other.url, otherKey);
    const { code, stderr } = await run(['push', '-', '--name', 'a'], { input: 'a' });
    assert.equal(code, 3);
    assert.equal(
      stderr,
      'Error: The key needs the scope documents:write.\n`doc whoami` tells what your key may do. ' +
        'Ask who manages the keys for one with that scope, and log in with it: `doc login`.\n',
    );
    const json = await run(['push', '-', '--name', 'a', '--format', 'json'], { input: 'a' });
    const told = JSON.parse(json.stderr) as Record<string, unknown>;
    assert.deepEqual(told['required_scopes'], ['documents:write']);
    assert.equal(told['exit_code'], 3);
  });

  it('leaves keys nowhere but in the profile', async () => {
    await logIn(server.url, key);
    const kept = folder.file('kept');
    const env = {
      XDG_CACHE_HOME: kept,
      XDG_STATE_HOME: kept,
      DOCUMENT_RESUMABLE_FROM_BYTES: '1',
    };
    writeFileSync(folder.file('a.txt'), 'a');
    mkdirSync(folder.file('synced'));
    const pushed = await run(['push', 'a.txt', '--tags', 'a', '--quiet'], { cwd: folder.path, env });
    assert.equal(pushed.code, 0, pushed.stderr);
    for (const args of [
      ['pull', pushed.stdout.trim(), '--output', 'b.txt'],
      ['sync', 'synced', '--tag', 'a'],
    ]) {
      const { code, stderr } = await run(args, { cwd: folder.path, env });
      assert.equal(code, 0, stderr);
    }
    const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length > 4, files.map(({ name }) => name).join());
    const holding = files.filter(({ parentPath, name }) =>
      readFileSync(path.join(parentPath, name)).includes(key.slice(-43)),
    );
    assert.deepEqual(
      holding.map(({ name }) => name),
      ['default.json'],
    );
  });
});
