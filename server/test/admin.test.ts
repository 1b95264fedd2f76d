/** The operator's commands as processes of their own, beside a server that runs on the same folder. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import type { ApiKey } from '../src/kernel/contract.js';
import { withKey } from './access-client.js';
import { runToEnd, ServerProcess } from './server-process.js';

describe('the operator’s commands', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start({ environment: { DOCUMENT_SERVER_AUTH: 'keys' } });
  });
  after(() => server.dispose());

  const admin = (...args: string[]) => runToEnd({ arguments: args, storageDir: server.storageDir });
  async function done(...args: string[]) {
    const ending = await admin(...args);
    assert.equal(ending.code, 0, ending.stderr);
    return ending;
  }
  const get = (path: string, key: string) => request(server.url).get(path).set(withKey(key));

  it('make tenants and keys that a running server knows at once; stdout has the key alone', async () => {
    await done('tenants', 'create', 'acme', '--name', 'Acme Inc.', '--max-bytes', '1000', '--max-documents', '5');
    const scopes = 'documents:read,documents:write';
    const { stdout, stderr } = await done('keys', 'create', '--tenant', 'acme', '--name', 'ops', '--scopes', scopes);
    assert.match(stdout, /^dsk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n$/);
    const key = stdout.trim();
    const [, key_id = ''] = key.split('_');
    assert.match(stderr, new RegExp(`The key ${key_id} of the tenant acme is valid until it is revoked`));
    assert.ok(!stderr.includes(key));
    const usage = { used_bytes: 0, used_documents: 0, allowed_bytes: 1000, allowed_documents: 5 };
    assert.deepEqual((await get('/usage', key).expect(200)).body, usage);

    const { stdout: listed } = await done('keys', 'list', '--tenant', 'acme');
    assert.match(listed, new RegExp(`^${key_id} +ops +${scopes} +- .* valid$`, 'm'));
    assert.ok(!listed.includes(key.split('_')[2] ?? ''));

    await done('tenants', 'suspend', 'acme');
    assert.equal((await get('/usage', key)).status, 403);
    assert.match((await done('tenants', 'list')).stdout, /^acme +Acme Inc\. +0 +1000 +0 +5 +suspended /m);
    await done('tenants', 'resume', 'acme');
    await get('/usage', key).expect(200);
    await done('tenants', 'change', 'acme', '--max-bytes', 'none');
    assert.match((await done('tenants', 'list')).stdout, /^acme +Acme Inc\. +0 +- +0 +5 +works$/m);

    assert.equal((await done('keys', 'revoke', key_id)).stdout, `${key_id}\n`);
    assert.equal((await get('/usage', key)).status, 401);
    assert.match((await done('keys', 'list', '--tenant', 'acme')).stdout, / revoked /);
    await done('tenants', 'delete', 'acme', '--yes');
    assert.doesNotMatch((await done('tenants', 'list')).stdout, /^acme/m);
  });

  it('limit a key and let it expire', async () => {
    const about = ['--tenant', 'default', '--name', 'ci', '--scopes', 'documents:read,keys:manage'];
    const made = await done('keys', 'create', ...about, '--expires', '90d', '--limit-tags', 'a,b');
    const [key] = (await get('/api-keys', made.stdout.trim()).expect(200)).body as ApiKey[];
    assert.deepEqual(key?.limits, { tags: ['a', 'b'] });
    const days = (Date.parse(String(key.expires_at)) - Date.now()) / 86_400_000;
    assert.ok(days > 89.9 && days <= 90, `${days}`);
  });

  it('say what to do when something is wrong, and do nothing', async () => {
    const create = ['keys', 'create', '--scopes', 'audit:read', '--name', 'x', '--tenant'];
    for (const [args, message] of [
      [[...create, 'nowhere'], /no tenant nowhere.*tenants create/],
      [[...create, 'default', '--limit-collections', 'col_000000000000'], /^limits.*no collection col_000000000000/],
      [['keys', 'revoke', '0000000000000000'], /no key 0000000000000000.*keys list/],
      [['tenants', 'delete', 'default', '--yes'], /cannot be deleted/],
      [['tenants', 'drop', 'acme'], /takes one of create, change/],
    ] as const) {
      const ending = await admin(...args);
      assert.equal(ending.code, 1, args.join(' '));
      assert.match(ending.stderr, message);
      assert.doesNotMatch(ending.stderr, /\n {4}at /);
      assert.equal(ending.stdout, '');
    }
  });

  it('are explained by --help, with examples', async () => {
    const { stdout } = await done('keys', '--help');
    assert.match(stdout, /document-server keys create --tenant acme --name ops --scopes/);
  });

  it('leave no secret anywhere in the folder, nor in what the server logs', async () => {
    const { stdout } = await done('keys', 'create', '--tenant', 'default', '--name', 'x', '--scopes', 'documents:read');
    const key = stdout.trim();
    await get('/documents', key).expect(200);
    await get('/documents', `${key}x`).expect(401);
    await request(server.url).get('/documents').set('X-API-Key', key).expect(200);
    await get(`/documents?name=${key}`, key).expect(200);
    const { body } = await request(server.url).get('/documents').auth('user', key);
    assert.doesNotMatch(JSON.stringify(body), /dsk_[0-9a-f]/);
    const secret = key.split('_').slice(2).join('_');
    await assertNowhere(server.storageDir, secret);
    server.signal('SIGTERM');
    await server.exited;
    assert.ok(server.log.some(({ msg }) => msg === 'request' || msg === 'stopped'));
    assert.ok(!server.stderr.includes(secret) && !server.stdout.includes(secret));
    await assertNowhere(server.storageDir, secret);
  });
});

/** Looks for a text in the bytes of every file. */
async function assertNowhere(folder: string, secret: string): Promise<void> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  assert.ok(files.some(({ name }) => name.startsWith('documents.db')));
  for (const { parentPath, name } of files) {
    const bytes = await readFile(path.join(parentPath, name));
    assert.ok(!bytes.includes(secret), `${name} has the secret`);
  }
}
