import assert from 'node:assert/strict';
import path from 'node:path';
import { openDatabase, type Database } from '../../db/index.js';
import { Problem } from '../../kernel/problem.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { Authentication } from './authentication.js';
import { ApiKeys } from './keys.js';
import type { KeyRow } from './keys.sql.js';

describe('Authentication', () => {
  const folder = useTemporaryFolder();
  let now: Date;
  const clock = { now: () => now };
  let db: Database;
  /** Another server on the same folder. */
  let elsewhere: Database;
  let authentication: Authentication;
  let key: string;
  let key_id: string;
  const failures: unknown[] = [];
  beforeEach(async () => {
    now = new Date('2026-01-01T00:00:00.000Z');
    db = await openDatabase(path.join(folder(), 'documents.db'));
    elsewhere = await openDatabase(path.join(folder(), 'documents.db'));
    authentication = new Authentication(db, clock, (error) => failures.push(error));
    const description = { name: 'test', scopes: ['documents:read'], expires_at: '2026-02-01T00:00:00.000Z' } as const;
    ({ key, key_id } = await new ApiKeys(elsewhere, clock).create('default', description, 'operator'));
  });
  afterEach(async () => {
    await db.close();
    await elsewhere.close();
    assert.deepEqual(failures.splice(0), []);
  });

  const change = (values: Partial<KeyRow>): Promise<void> =>
    elsewhere.write(async ({ knex }) => {
      await knex('api_keys').where({ key_id }).update(values);
    });
  const refuses = (code: string, detail: RegExp) => (error: unknown) => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, detail);
    return true;
  };
  /** The use of the key is noted, which changes the database; from then on it is known. */
  async function use(): Promise<void> {
    for (let count = 0; count < 3; count += 1) await authentication.authenticate(key);
    await db.write(() => Promise.resolve());
    await authentication.authenticate(key);
  }

  it('does not look a key up again that is known, until something changes', async () => {
    await use();
    const first = await authentication.authenticate(key);
    assert.equal(await authentication.authenticate(key), first);
    await change({ scopes: JSON.stringify(['documents:write']) });
    const changed = await authentication.authenticate(key);
    assert.deepEqual([...changed.rights.scopes], ['documents:write']);
  });

  it('refuses a key at once that was revoked elsewhere, or whose tenant was suspended', async () => {
    await use();
    await elsewhere.write(async ({ knex }) => {
      await knex('tenants').where({ tenant_id: 'default' }).update({ suspended_at: now.toISOString() });
    });
    await assert.rejects(authentication.authenticate(key), refuses('tenant_suspended', /suspended since/));
    await elsewhere.write(async ({ knex }) => {
      await knex('tenants').where({ tenant_id: 'default' }).update({ suspended_at: null });
    });
    await use();
    assert.ok(authentication.isKnown(key));
    await change({ revoked_at: now.toISOString() });
    await assert.rejects(authentication.authenticate(key), refuses('unauthenticated', /was revoked/));
    assert.ok(!authentication.isKnown(key));
  });

  it('refuses a key that expires while nothing changes', async () => {
    now = new Date('2026-01-31T23:59:59.000Z');
    await use();
    now = new Date('2026-02-01T00:00:00.000Z');
    await assert.rejects(authentication.authenticate(key), refuses('unauthenticated', /expired/));
  });

  it('takes the secret before a rotation for as long as it holds', async () => {
    const secret_hash = '0'.repeat(64);
    const [row] = await db.read.knex<KeyRow>('api_keys').where({ key_id });
    assert.ok(row);
    await change({ secret_hash, previous_hash: row.secret_hash, previous_until: '2026-01-02T00:00:00.000Z' });
    await use();
    now = new Date('2026-01-02T00:00:00.000Z');
    await assert.rejects(authentication.authenticate(key), refuses('unauthenticated', /no such key/));
  });

  it('knows the very key, not its id, and does not forget it for another secret', async () => {
    assert.ok(!authentication.isKnown(key));
    await use();
    const wrong = `${key.slice(0, -43)}${'A'.repeat(43)}`;
    await assert.rejects(authentication.authenticate(wrong), refuses('unauthenticated', /no such key/));
    assert.ok(!authentication.isKnown(wrong));
    assert.ok(!authentication.isKnown(''));
    assert.ok(authentication.isKnown(key));
  });
});
