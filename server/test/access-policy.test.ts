/**
 * The policy, held against a naive model of it: random tenants, keys, collections, grants and documents, and random
 * operations over HTTP, each of which has to answer what the model says.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { AccessModel, type ModelDocument, type ModelScope, type Role } from './access-model.js';
import { OPERATIONS } from './access-operations.js';
import { digest, type Holder, type Step } from './access-step.js';
import { Caller } from './collections-client.js';

const SCOPES: readonly ModelScope[] = ['documents:read', 'documents:write', 'documents:delete', 'collections:manage'];
const ROLES: readonly Role[] = ['viewer', 'editor', 'manager'];
const TAGS = ['x', 'y'];
const COLLECTIONS = 3;
const DOCUMENTS = 5;
const KEYS = 3;
const RUNS = 12;
const STEPS = 30;

const someTags = fc.subarray(TAGS);
const someCollections = fc.subarray([0, 1, 2]);
const aGrantee = fc.oneof(
  { weight: 3, arbitrary: fc.nat(KEYS - 1) },
  { weight: 1, arbitrary: fc.constant('everyone') },
);
const aKey = fc.record({
  scopes: fc.oneof(fc.subarray([...SCOPES]), fc.constantFrom([], [...SCOPES])),
  limits: fc.option(fc.record({ collections: someCollections, tags: someTags }), { nil: undefined, freq: 3 }),
});
const aWorld = fc.record({
  keys: fc.array(aKey, { minLength: KEYS, maxLength: KEYS }),
  documents: fc.array(fc.record({ tags: someTags, collections: someCollections, isTrashed: fc.boolean() }), {
    minLength: DOCUMENTS,
    maxLength: DOCUMENTS,
  }),
  grants: fc.array(
    fc.record({ collection: fc.nat(COLLECTIONS - 1), grantee: aGrantee, role: fc.constantFrom(...ROLES) }),
    { minLength: 1, maxLength: 5 },
  ),
  // Numbers choose among what there is when the step is done; the last key, document and collection are another tenant's.
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom(...Object.keys(OPERATIONS)),
      by: fc.nat(),
      document: fc.nat(),
      collection: fc.nat(),
      tags: someTags,
      grantee: fc.oneof(fc.nat(), fc.constant('everyone')),
      role: fc.constantFrom(...ROLES),
    }),
    { minLength: STEPS, maxLength: STEPS },
  ),
});
type World = typeof aWorld extends fc.Arbitrary<infer Drawn> ? Drawn : never;

describe('the policy', function () {
  this.timeout(60_000);
  let server: KeyedServer;
  let worlds = 0;
  before(async () => {
    server = await startKeyedServer();
  });
  after(() => server.close());

  it('answers every operation as a naive model of it does', async () => {
    const met = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(aWorld, async (world) => {
        await play(world, met);
      }),
      { numRuns: RUNS, endOnFailure: true, interruptAfterTimeLimit: 45_000 },
    );
    // The comparison means something: every kind of answer has come about, and most operations have both gone well and not.
    const kinds = new Set([...met.keys()].map((key) => key.split(' ')[1]));
    for (const status of ['200', '201', '204', '403', '404']) assert.ok(kinds.has(status), `no ${status}`);
    const operations = Object.keys(OPERATIONS);
    const refused = operations.filter((kind) => [...met.keys()].some((key) => key.startsWith(`${kind} 4`)));
    const done = operations.filter((kind) => [...met.keys()].some((key) => key.startsWith(`${kind} 2`)));
    assert.ok(refused.length > operations.length * 0.7, `refused: ${refused.join()}`);
    assert.ok(done.length > operations.length * 0.7, `done: ${done.join()}`);
  });

  /** Builds a world, and does its steps in it. */
  async function play(world: World, met: Map<string, number>): Promise<void> {
    worlds += 1;
    const tenants = { own: `own${worlds}`, foreign: `foreign${worlds}` };
    const model = new AccessModel();
    for (const tenant of Object.values(tenants)) await server.addTenant(tenant);
    const owner = new Caller(server, await server.addKey(tenants.own));
    const stranger = new Caller(server, await server.addKey(tenants.foreign));

    const collections: string[] = [];
    for (const caller of [owner, owner, owner, stranger]) {
      collections.push((await caller.addCollection(`c${collections.length}`)).collection_id);
    }
    model.collections.set(tenants.own, new Set(collections.slice(0, COLLECTIONS)));
    model.collections.set(tenants.foreign, new Set(collections.slice(COLLECTIONS)));

    const holders: Holder[] = [];
    for (const { scopes, limits } of world.keys) {
      const named = limits && { ...limits, collections: limits.collections.map((at) => collections[at] ?? '') };
      const secret = await server.addKey(tenants.own, { scopes, limits: named });
      holders.push({ key: { tenant: tenants.own, scopes, limits: named }, ...identity(secret) });
    }
    holders.push({ key: { tenant: tenants.foreign, scopes: SCOPES }, ...identity(stranger.key ?? '') });

    const drawn = [...world.documents, { tags: TAGS, collections: [COLLECTIONS], isTrashed: false }];
    for (const [at, { tags, collections: members, isTrashed }] of drawn.entries()) {
      const isForeign = at === drawn.length - 1;
      const content = `${worlds} ${at} shared\n`;
      const caller = isForeign ? stranger : owner;
      const { document_id } = await caller.push(content, { tags: tags.join() });
      for (const member of members) await caller.put(collections[member] ?? '', document_id).expect(204);
      if (isTrashed) await caller.call('delete', `/documents/${document_id}`).expect(200);
      model.documents.push({
        tenant: isForeign ? tenants.foreign : tenants.own,
        id: document_id,
        tags,
        collections: new Set(members.map((member) => collections[member] ?? '')),
        state: isTrashed ? 'trash' : 'there',
        contents: [digest(content)],
      });
    }
    for (const { collection: at, grantee, role } of world.grants) {
      const collection = collections[at] ?? '';
      const holder = typeof grantee === 'number' ? holders[grantee] : undefined;
      await owner.grant(collection, holder?.key_id ?? 'everyone', role).expect(200);
      model.grant({ tenant: tenants.own, collection, grantee: holder?.key ?? 'everyone', role });
    }

    for (const [at, { kind, by, document, collection, grantee, tags, role }] of world.steps.entries()) {
      const step: Step = {
        kind,
        by: chosen(holders, by),
        document: chosen<ModelDocument>(model.documents, document),
        collection: chosen(collections, collection),
        tags,
        grantee: typeof grantee === 'number' ? chosen(holders, grantee) : 'everyone',
        role,
        content: `${worlds} step ${at} shared\n`,
      };
      const told = `step ${at}, ${kind}: ${JSON.stringify({ ...step, world: model.grants })}`;
      const { received, expected } = await (OPERATIONS[kind] as (typeof OPERATIONS)[string])(step, model, sender(step));
      assert.deepEqual(received, expected, told);
      const answer = `${kind} ${received.status}`;
      met.set(answer, (met.get(answer) ?? 0) + 1);
    }
  }

  function sender({ by }: Step) {
    return (method: string, place: string, body?: object): Promise<Response> => {
      const isForm = body instanceof FormData;
      return fetch(server.url + place, {
        method,
        headers: {
          ...withKey(by.secret),
          'If-Match': '*',
          ...(body && !isForm && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: isForm ? body : JSON.stringify(body) }),
      });
    };
  }
});

function identity(secret: string): Pick<Holder, 'secret' | 'key_id'> {
  return { secret, key_id: secret.split('_')[1] ?? '' };
}

function chosen<T>(among: readonly T[], number: number): T {
  return among[number % among.length] as T;
}
