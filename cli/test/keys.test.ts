import assert from 'node:assert/strict';
import type { ApiKey, NewApiKey } from '@document-sync/sdk';
import { doc, type Finished, type Surroundings, useFolder } from './doc.js';
import { useKeyedServer } from './keyed-server.js';
import { SOME_ID } from './stand-in-server.js';

const KEY = /^dsk_([0-9a-f]{16})_([\w-]{43})\n$/;

describe('doc keys', () => {
  const folder = useFolder();
  const server = useKeyedServer();
  let ops = '';
  before(async () => {
    ops = await server.addKey({ name: 'ops' });
  });

  /** A command with a key; by default with one that may do everything. */
  const run = (args: string[], key = ops, { env, ...surroundings }: Surroundings = {}): Promise<Finished> =>
    doc(args, {
      url: server.url,
      ...surroundings,
      env: { XDG_CONFIG_HOME: folder.path, ...(key !== '' && { DOCUMENT_SERVER_API_KEY: key }), ...env },
    });

  /** Makes a key by the command. */
  async function create(...args: string[]): Promise<NewApiKey> {
    const { code, stdout, stderr } = await run(['keys', 'create', '--format', 'json', ...args]);
    assert.deepEqual([code, stderr], [0, '']);
    return JSON.parse(stdout) as NewApiKey;
  }

  async function listed(keyId: string): Promise<ApiKey | undefined> {
    const { stdout } = await run(['keys', 'list', '--all', '--format', 'json']);
    return (JSON.parse(stdout) as ApiKey[]).find(({ key_id }) => key_id === keyId);
  }

  it('create prints a key once, alone on stdout, and it works', async () => {
    const { code, stdout, stderr } = await run(['keys', 'create', '--name', 'ci', '--scopes', 'documents:read']);
    assert.equal(code, 0, stderr);
    const [, id = '', secret = ''] = KEY.exec(stdout) ?? [];
    assert.equal(stderr, `This is the key ci (${id}). It is shown this once: keep it now.\n`);
    assert.equal((await run(['query'], stdout.trim())).code, 0);
    assert.equal((await run(['push', '-', '--name', 'a'], stdout.trim(), { input: 'a' })).code, 3);
    for (const format of ['table', 'json']) {
      const list = await run(['keys', 'list', '--all', '--format', format]);
      assert.ok(list.stdout.includes(id));
      assert.ok(!list.stdout.includes(secret));
    }
  });

  it('create has the key on stdout for scripts, too', async () => {
    const { stdout, stderr } = await run(['keys', 'create', '--name', 'ci', '--scopes', 'documents:read', '--quiet']);
    assert.match(stdout, KEY);
    assert.equal(stderr, '');
  });

  it('create takes scopes, limits and a time', async () => {
    const begin = Date.now();
    const made = await create(
      ...['--name', 'agent', '--scopes', 'documents:read, documents:write', '--scopes', 'documents:delete'],
      ...['--limit-tags', 'design,docs', '--expires', '90d'],
    );
    assert.deepEqual(made.scopes, ['documents:read', 'documents:write', 'documents:delete']);
    assert.deepEqual(made.limits, { tags: ['design', 'docs'] });
    const days = (Date.parse(made.expires_at ?? '') - begin) / 86_400_000;
    assert.ok(days >= 90 && days < 90.01, String(days));
    const { stdout } = await run(['whoami'], made.key);
    assert.match(stdout, /^Limited to: design, docs\nExpires: \d{4}-/m);
  });

  it('create makes a key without scopes, which sees what collections grant it', async () => {
    const made = await create('--name', 'guest', '--scopes', 'none');
    assert.deepEqual(made.scopes, []);
    assert.match((await run(['whoami'], made.key)).stdout, /^Scopes: none$/m);
  });

  it('create refuses what would be more than was meant', async () => {
    for (const [args, message] of [
      [['--scopes', 'documents:read'], /^Error: --name is missing\./],
      [['--name', 'x'], /^Error: --scopes is missing\./],
      [['--name', 'x', '--scopes', 'documents:read', '--limit-tags', ''], /^Error: The limits name nothing\./],
      [['--name', 'x', '--scopes', 'documents:read', '--expires', '0d'], /^Error: "0d" is no duration\./],
      [['--name', 'x', '--scopes', 'documents:raed'], /scopes/],
      [['--name', 'x', '--scopes', ''], /^Error: --scopes names no scope\.\n.*--scopes none/],
      [['--name', 'x', '--scopes', 'documents:read', '--limit-collections', 'col_000000000000'], /col_000000000000/],
    ] as const) {
      const { code, stdout, stderr } = await run(['keys', 'create', ...args]);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
    }
    const small = await create('--name', 'small', '--scopes', 'keys:manage,documents:read');
    const { code, stderr } = await run(['keys', 'create', '--name', 'x', '--scopes', 'documents:write'], small.key);
    assert.equal(code, 3);
    assert.match(stderr, /`doc whoami` tells what your key may do\./);
  });

  it('list shows what each key may do, and which are not valid any more', async () => {
    const limited = await create('--name', 'limited', '--scopes', 'documents:read', '--limit-tags', 'a');
    const revoked = await create('--name', 'gone', '--scopes', 'documents:read');
    assert.equal((await run(['keys', 'revoke', revoked.key_id])).stdout, `Revoked: ${revoked.key_id}\n`);
    const { code, stdout } = await run(['keys', 'list']);
    assert.equal(code, 0);
    assert.match(stdout, /^┌[^]*│ Key ID +│ Name +│ Scopes +│ Limited to +│ Last used +│ Valid +│\n/);
    assert.match(stdout, new RegExp(`│ ${limited.key_id} │ limited +│ documents:read +│ a +│ never +│ yes +│`));
    assert.match(stdout, new RegExp(`│ ${revoked.key_id} │ gone +│ .*│ revoked +│`));
    const ids = (await run(['keys', 'list', '--quiet', '--limit', '2'])).stdout.trim().split('\n');
    assert.deepEqual(ids, [revoked.key_id, limited.key_id]);
  });

  it('revoke has a key refused at once, and is no error twice', async () => {
    const { key, key_id } = await create('--name', 'leaked', '--scopes', 'documents:read');
    assert.equal((await run(['query'], key)).code, 0);
    for (let time = 0; time < 2; time += 1) assert.equal((await run(['keys', 'revoke', key_id])).code, 0);
    const { code, stderr } = await run(['query'], key);
    assert.equal(code, 3);
    assert.match(stderr, /^Error: The key was revoked at .*\nLog in with a key that the server knows: `doc login`\./);
    assert.ok((await listed(key_id))?.revoked_at);
  });

  it('rotate gives a new secret, and leaves time to change over', async () => {
    const { key, key_id } = await create('--name', 'rotating', '--scopes', 'documents:read');
    const { code, stdout, stderr } = await run(['keys', 'rotate', key_id, '--overlap', '1d']);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      new RegExp(`^This is the key rotating \\(${key_id}\\)\\. .* The one before is valid until \\d{4}-`),
    );
    for (const valid of [key, stdout.trim()]) assert.equal((await run(['query'], valid)).code, 0);
    const again = await run(['keys', 'rotate', key_id, '--overlap', '0']);
    assert.match(again.stderr, /The one before is not valid any more\.\n$/);
    for (const past of [key, stdout.trim()]) assert.equal((await run(['query'], past)).code, 3);
    assert.equal((await run(['query'], again.stdout.trim())).code, 0);
  });

  it('rotate says when it was the key of the profile', async () => {
    const { key, key_id } = await create('--name', 'own', '--scopes', 'keys:manage');
    assert.equal((await run(['login'], '', { input: key })).code, 0);
    const { code, stdout, stderr } = await run(['keys', 'rotate', key_id], '');
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /\nThe profile default has the secret before: `doc login --profile default` takes the new one\.\n$/,
    );
    assert.equal((await run(['login'], '', { input: stdout })).code, 0);
    assert.doesNotMatch(
      (await run(['keys', 'rotate', (await create('--name', 'b', '--scopes', 'keys:manage')).key_id], '')).stderr,
      /profile/,
    );
  });

  it('names what is no key, and what is not there, without repeating a secret', async () => {
    for (const command of ['revoke', 'rotate']) {
      const whole = await run(['keys', command, ops]);
      assert.equal(whole.code, 2);
      assert.match(whole.stderr, /the id of a key is 16 hexadecimal digits\.\n`doc keys list`/);
      assert.ok(!whole.stderr.includes(ops.slice(-43)));
      assert.equal((await run(['keys', command, SOME_ID])).code, 2);
      const missing = await run(['keys', command, '0123456789abcdef']);
      assert.equal(missing.code, 4);
      assert.match(missing.stderr, /\n`doc keys list` lists the keys\.\n$/);
    }
  });

  it('needs the scope for it', async () => {
    const reader = await server.addKey({ scopes: ['documents:read'] });
    for (const args of [['list'], ['create', '--name', 'x', '--scopes', 'documents:read']]) {
      const { code, stderr } = await run(['keys', ...args], reader);
      assert.equal(code, 3);
      assert.match(stderr, /^Error: The key needs the scope keys:manage\./);
    }
  });

  it('says what can be done', async () => {
    assert.match((await run(['keys'])).stderr, /^Error: Say what to do with keys: create, list, rotate or revoke\./);
    assert.equal((await run(['keys', 'destroy'])).code, 2);
    assert.match((await run(['keys', 'rotate', '--help'])).stdout, /--overlap .*\[default: 1d\]/s);
    assert.match((await run(['--format', 'json', 'keys', 'list'])).stdout, /^\[/);
  });
});
