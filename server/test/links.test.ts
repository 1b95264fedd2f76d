/** Share links: one version for whoever has the link, as long as that is meant. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { openDatabase } from '../src/db/index.js';
import { HandClock } from '../src/testing/store.js';
import { startKeyedServer, type KeyedServer } from './access-client.js';
import { Caller, expectBody, type CreatedLink } from './collections-client.js';
import { binary } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer } from './test-server.js';

const DAY_MS = 24 * 60 * 60 * 1000;
type Links = Omit<CreatedLink, 'url' | 'token'>[];

describe('share links', () => {
  let server: KeyedServer;
  let clock: HandClock;
  let owner: Caller;
  /** Has no key. */
  let guest: Caller;
  before(async () => {
    clock = new HandClock();
    server = await startKeyedServer({ clock });
    owner = new Caller(server, await server.addKey('default'));
    guest = new Caller(server);
  });
  after(() => server.close());

  it('open exactly the version that was shared, with ranges and conditions, for nobody to keep', async () => {
    const { document_id, checksum_sha256 } = await owner.push('first');
    const link = await owner.share(document_id);
    assert.equal(link.url, `/shared/${link.token}`);
    assert.equal(Date.parse(link.expires_at) - clock.now().getTime(), 7 * DAY_MS);
    await owner
      .call('post', `/documents/${document_id}/versions`)
      .set('If-Match', '*')
      .attach('file', Buffer.from('second'), 'a.md')
      .expect(201);

    const whole = await guest.call('get', link.url).buffer(true).parse(binary);
    assert.equal((whole.body as Buffer).toString(), 'first');
    assert.equal(whole.headers['x-document-version'], '1');
    assert.equal(whole.headers['cache-control'], 'private, no-store');
    assert.equal(whole.headers['x-robots-tag'], 'noindex');
    assert.equal(whole.headers['referrer-policy'], 'no-referrer');
    assert.match(String(whole.headers['content-disposition']), /^attachment; filename="?a\.md/);
    const part = await guest.call('get', link.url).set('Range', 'bytes=1-2').buffer(true).parse(binary);
    assert.deepEqual([part.status, (part.body as Buffer).toString()], [206, 'ir']);
    const known = await guest.call('get', link.url).set('If-None-Match', `"${checksum_sha256}"`);
    assert.equal(known.status, 304);
    expectProblem(await guest.call('get', link.url).set('Range', 'bytes=9-'), 416, 'range_not_satisfiable');
    await guest.call('head', link.url).expect(200);
    const [listed] = expectBody<Links>(await owner.call('get', `/documents/${document_id}/links`), 200);
    assert.deepEqual({ ...listed, url: link.url, token: link.token }, { ...link, downloads: 2 });
    assert.ok(listed && !('token' in listed) && !('url' in listed));
  });

  it('are used up after so many downloads, and never serve one more', async () => {
    const { document_id } = await owner.push('x'.repeat(100_000));
    const { url } = await owner.share(document_id, { max_downloads: 5 });
    for (let time = 0; time < 10; time += 1) await guest.call('head', url).expect(200);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => guest.call('get', url).buffer(true).parse(binary)),
    );
    const served = answers.filter(({ status }) => status === 200);
    assert.equal(served.length, 5);
    for (const { body } of served) assert.equal((body as Buffer).length, 100_000);
    for (const { status, headers } of answers) {
      if (status === 200) continue;
      assert.equal(status, 410);
      assert.equal(headers['etag'], undefined);
      assert.equal(headers['content-disposition'], undefined);
    }
    const [listed] = expectBody<Links>(await owner.call('get', `/documents/${document_id}/links`), 200);
    assert.equal(listed?.downloads, 5);
    expectProblem(await guest.call('get', url), 410, 'link_expired');
    await guest.call('head', url).expect(410);
  });

  it('are found in no way but by their token', async () => {
    const { document_id } = await owner.push('x');
    const { token, link_id } = await owner.share(document_id);
    const bytes = Buffer.from(token, 'base64url');
    const forged = [link_id, 'x', 'shared', '%00', `${token}A`, token.slice(0, -1), token.toUpperCase(), `${token}=`];
    for (let at = 0; at < bytes.length; at += 1) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 1;
      forged.push(other.toString('base64url'));
    }
    // The same tail of bits written otherwise.
    assert.notEqual(bytes.length % 3, 0, 'the token has a tail');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    forged.push(token.slice(0, -1) + (alphabet[alphabet.indexOf(token.slice(-1)) ^ 1] ?? ''));
    const answers = new Set<string>();
    for (const text of forged) {
      const answer = await guest.call('get', `/shared/${text}`);
      answers.add(expectProblem(answer, 404, 'link_not_found').detail);
    }
    assert.equal(answers.size, 1, 'all answers are the same');
    expectInvalid(await guest.call('get', `/shared/${'A'.repeat(513)}`), 'path.token');
  });

  it('of another server open nothing', async () => {
    const other = await startServer();
    try {
      const stranger = new Caller(other);
      const { document_id } = await stranger.push('x');
      const { url } = await stranger.share(document_id);
      // A server without keys shares too, on this machine.
      await guest.call('get', url).expect(404);
      await stranger.call('get', url).expect(200);
      expectProblem(await stranger.call('get', url).set('Host', 'evil.com'), 403, 'host_not_allowed');
    } finally {
      await other.close();
    }
  });

  describe('end', () => {
    const cases: Record<string, (document_id: string, link: CreatedLink) => Promise<unknown>> = {
      'when their time is over': (_, { expires_at }) => {
        clock.advance(Date.parse(expires_at) - clock.now().getTime());
        return Promise.resolve();
      },
      'when they are revoked': async (document_id, { link_id }) => {
        await owner.call('delete', `/documents/${document_id}/links/${link_id}`).expect(204);
        await owner.call('delete', `/documents/${document_id}/links/${link_id}`).expect(204);
      },
      'with their document in the trash': (document_id) =>
        owner.call('delete', `/documents/${document_id}`).expect(200),
      'with their document purged': (document_id) =>
        owner.call('delete', `/documents/${document_id}?purge=true`).expect(200),
    };
    for (const [when, end] of Object.entries(cases)) {
      it(when, async () => {
        const { document_id } = await owner.push('x');
        const link = await owner.share(document_id, { expires_in_seconds: 60 });
        await guest.call('get', link.url).expect(200);
        await end(document_id, link);
        expectProblem(await guest.call('get', link.url), 410, 'link_expired');
        await guest.call('head', link.url).expect(410);
      });
    }

    it('when their maker’s key expires', async () => {
      const { document_id } = await owner.push('x');
      const expires_at = new Date(clock.now().getTime() + 60_000).toISOString();
      const guestWorker = new Caller(server, await server.addKey('default', { expires_at }));
      const { url } = await guestWorker.share(document_id, { expires_in_seconds: 3600 });
      await guest.call('get', url).expect(200);
      clock.advance(61_000);
      expectProblem(await guest.call('get', url), 410, 'link_expired');
    });

    it('and begin again with a document that comes back from the trash', async () => {
      const { document_id } = await owner.push('x');
      const { url } = await owner.share(document_id);
      await owner.call('delete', `/documents/${document_id}`).expect(200);
      await guest.call('get', url).expect(410);
      await owner.call('post', `/documents/${document_id}/restore`).expect(200);
      await guest.call('get', url).expect(200);
    });

    it('when their maker’s key is revoked, or may not read the document any more', async () => {
      const { collection_id } = await owner.addCollection('shared');
      const { document_id } = await owner.push('x', { collection_id });
      const viewer = new Caller(server, await server.addKey('default', { scopes: [] }));
      await owner.grant(collection_id, viewer.key_id, 'viewer').expect(200);
      const { url } = await viewer.share(document_id);
      await guest.call('get', url).expect(200);
      await owner.call('delete', `/collections/${collection_id}/grants/${viewer.key_id}`).expect(204);
      expectProblem(await guest.call('get', url), 410, 'link_expired');
      await owner.grant(collection_id, viewer.key_id, 'viewer').expect(200);
      await guest.call('get', url).expect(200);
      await inDatabase('api_keys', { key_id: viewer.key_id }, { revoked_at: clock.now().toISOString() });
      expectProblem(await guest.call('get', url), 410, 'link_expired');
    });

    it('as long as their tenant is suspended', async () => {
      await server.addTenant('acme');
      const acme = new Caller(server, await server.addKey('acme'));
      const { document_id } = await acme.push('x');
      const { url } = await acme.share(document_id);
      await guest.call('get', url).expect(200);
      await inDatabase('tenants', { tenant_id: 'acme' }, { suspended_at: clock.now().toISOString() });
      expectProblem(await guest.call('get', url), 410, 'link_expired');
      await inDatabase('tenants', { tenant_id: 'acme' }, { suspended_at: null });
      await guest.call('get', url).expect(200);
    });

    /** Does what other rooms do, without them. */
    async function inDatabase(table: string, where: object, values: object): Promise<void> {
      const db = await openDatabase(path.join(server.storageDir, 'documents.db'));
      try {
        await db.write(async ({ knex }) => {
          await knex(table).where(where).update(values);
        });
      } finally {
        await db.close();
      }
    }
  });

  it('are made by whoever may read the document, and belong to him', async () => {
    const { collection_id } = await owner.addCollection('makers');
    const { document_id } = await owner.push('x', { collection_id });
    const hidden = await owner.push('y');
    const scopes = { scopes: [] };
    const viewers = [await server.addKey('default', scopes), await server.addKey('default', scopes)];
    const [one, two] = viewers.map((key) => new Caller(server, key)) as [Caller, Caller];
    for (const { key_id } of [one, two]) await owner.grant(collection_id, key_id, 'viewer').expect(200);
    const place = `/documents/${document_id}/links`;
    const { link_id } = await one.share(document_id);
    assert.deepEqual(expectBody<Links>(await two.call('get', place), 200), []);
    expectProblem(await two.call('delete', `${place}/${link_id}`), 404, 'link_not_found');
    const listed = async (caller: Caller) => expectBody<Links>(await caller.call('get', place), 200);
    assert.deepEqual([(await listed(one)).length, (await listed(owner)).length], [1, 1]);
    await one.call('delete', `${place}/${link_id}`).expect(204);
    assert.ok((await listed(owner))[0]?.revoked_at);

    for (const answer of [
      await one.call('post', `/documents/${hidden.document_id}/links`).send({}),
      await one.call('get', `/documents/${hidden.document_id}/links`),
      await one.call('delete', `/documents/${hidden.document_id}/links/${link_id}`),
      await owner.call('delete', `/documents/doc_000000000000/links/${link_id}`),
    ]) {
      expectProblem(answer, 404, 'document_not_found');
    }
    // The link of another document.
    expectProblem(
      await owner.call('delete', `/documents/${hidden.document_id}/links/${link_id}`),
      404,
      'link_not_found',
    );
    expectProblem(await guest.call('post', place).send({}), 401, 'unauthenticated');
  });

  it('are listed page by page, the newest first', async () => {
    const { document_id } = await owner.push('x');
    const made: string[] = [];
    for (let at = 0; at < 5; at += 1) made.unshift((await owner.share(document_id)).link_id);
    const seen: string[] = [];
    for (let place: string | undefined = `/documents/${document_id}/links?limit=2`; place !== undefined;) {
      const page = await owner.call('get', place);
      seen.push(...expectBody<Links>(page, 200).map(({ link_id }) => link_id));
      place = /<([^>]*)>/.exec(String(page.headers['link'] ?? ''))?.[1];
    }
    assert.deepEqual(seen.sort(), made.sort());
  });

  it('refuse what cannot be meant', async () => {
    const { document_id } = await owner.push('x');
    const post = (body: object) => owner.call('post', `/documents/${document_id}/links`).send(body);
    for (const seconds of [59, 31_536_001, 1.5]) {
      expectInvalid(await post({ expires_in_seconds: seconds }), 'body.expires_in_seconds');
    }
    expectInvalid(await post({ max_downloads: 0 }), 'body.max_downloads');
    expectProblem(await post({ version: 2 }), 404, 'version_not_found');
  });
});
