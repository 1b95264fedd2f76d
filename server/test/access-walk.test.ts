/** Every operation of the contract with every kind of key: what stands at it in the contract is what is enforced. */
import assert from 'node:assert/strict';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { Response } from 'supertest';
import { ALL_SCOPES } from '../src/kernel/rights.js';
import type { Scope } from '../src/kernel/contract.js';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { contract, contractRoutes, type ContractRoute } from './contract-document.js';
import { exampleRequest } from './example-requests.js';
import { expectProblem } from './problem.js';

type Security = readonly Readonly<Record<string, Scope[]>>[];

/** The scopes one of which an operation asks for: none where any key will do; undefined where none is needed. */
function requiredScopes({ operation }: ContractRoute): Scope[] | undefined {
  const security = [operation, contract].map((place) => (place as { security?: Security }).security);
  const required = security[0] ?? security[1] ?? [];
  if (required.length === 0) return undefined;
  return [...new Set(required.flatMap((alternative) => Object.values(alternative).flat()))];
}

/** What everybody may ask; whatever is not listed here needs a key. */
const PUBLIC = ['getHealth', 'getOpenApi', 'getUploadCapabilities', 'openLink'];

function expectUnauthenticated(answer: Response, sent: string): void {
  expectProblem(answer, 401, 'unauthenticated');
  const challenge = String(answer.headers['www-authenticate']);
  assert.match(challenge, /^Bearer realm="document-sync"/, sent);
  assert.equal(answer.headers['etag'] ?? answer.headers['location'], undefined, sent);
}

/** Whatever else is wrong with it, it is not that the caller lacks a key or a scope. */
function expectAdmitted(answer: Response): void {
  const { code } = answer.body as { code?: string };
  assert.notEqual(answer.status, 401, answer.text);
  assert.notEqual(code, 'insufficient_scope', answer.text);
}

describe('every operation of the contract', () => {
  let server: KeyedServer;
  const bad: Record<string, string> = {};
  const single = new Map<Scope, string>();
  let none = '';
  let suspended = '';

  before(async () => {
    server = await startKeyedServer();
    await server.addTenant('first');
    await server.addTenant('closed');
    const key = await server.addKey('first');
    bad['is malformed'] = key.slice(0, -1);
    bad['has another secret'] = `${key.slice(0, -43)}${'A'.repeat(43)}`;
    bad['is of no tenant'] = `dsk_${'0'.repeat(16)}_${'A'.repeat(43)}`;
    bad['has expired'] = await server.addKey('first');
    bad['was revoked'] = await server.addKey('first');
    for (const scope of ALL_SCOPES) single.set(scope, await server.addKey('default', { scopes: [scope] }));
    none = await server.addKey('first', { scopes: [] });
    suspended = await server.addKey('closed');
    const now = new Date().toISOString();
    const database = new BetterSqlite3(path.join(server.storageDir, 'documents.db'));
    const end = (column: string, ended = ''): void => {
      database.prepare(`UPDATE api_keys SET ${column} = ? WHERE key_id = ?`).run(now, ended.split('_')[1]);
    };
    end('revoked_at', bad['was revoked']);
    end('expires_at', bad['has expired']);
    database.prepare('UPDATE tenants SET suspended_at = ? WHERE tenant_id = ?').run(now, 'closed');
    database.close();
  });
  after(() => server.close());

  it('needs a key but for what everybody may ask', () => {
    const open = contractRoutes.filter((route) => requiredScopes(route) === undefined);
    const listed = open.map(({ operation }) => operation.operationId);
    assert.deepEqual(
      listed.filter((operationId) => !PUBLIC.includes(operationId)),
      [],
    );
  });

  for (const route of contractRoutes) {
    const { operationId } = route.operation;
    const required = requiredScopes(route);
    const send = (headers: Record<string, string>): Promise<Response> =>
      exampleRequest(server, route, { headers }).then((answer) => answer);

    if (required === undefined) {
      it(`${operationId} is open to everybody, also with a key that is none`, async () => {
        for (const headers of [{}, ...Object.values(bad).map(withKey)]) expectAdmitted(await send(headers));
      });
      continue;
    }

    it(`${operationId} refuses whoever has no key, or none that is valid`, async () => {
      expectUnauthenticated(await send({}), 'no key');
      for (const [what, key] of Object.entries(bad)) {
        expectUnauthenticated(await send(withKey(key)), `a key that ${what}`);
        expectUnauthenticated(await send({ 'X-API-Key': key }), `a key that ${what}`);
      }
      expectProblem(await send(withKey(suspended)), 403, 'tenant_suspended');
    });

    it(`${operationId} is open with ${required.join(' or ') || 'any key'}, and with nothing else`, async () => {
      const refused = (answer: Response): void => {
        const problem = expectProblem(answer, 403, 'insufficient_scope') as unknown as { required_scopes: string[] };
        assert.deepEqual(problem.required_scopes, required);
        assert.match(String(answer.headers['www-authenticate']), /error="insufficient_scope"/);
      };
      for (const [scope, key] of single) {
        const answer = await send(withKey(key));
        if (required.length === 0 || required.includes(scope)) expectAdmitted(answer);
        else refused(answer);
      }
      const answer = await send(withKey(none));
      if (required.length === 0) expectAdmitted(answer);
      else refused(answer);
    });

    it(`${operationId} lists these answers in the contract`, () => {
      assert.ok(server.met.has(`${operationId} 401 unauthenticated`));
      assert.ok(server.met.has(`${operationId} 403 tenant_suspended`));
      if (required.length > 0) assert.ok(server.met.has(`${operationId} 403 insufficient_scope`));
    });
  }
});
