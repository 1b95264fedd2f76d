/** Quotas: never exceeded, whoever writes at once and in whatever way; and a tenant that is suspended in between. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Response } from 'supertest';
import type { Document, Problem, Usage } from '../src/kernel/contract.js';
import { serverPrincipal } from '../src/kernel/principal.js';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { filePart, manifest, type BatchUploadResult } from './batch-client.js';
import { BOUNDARY, FORM_TYPE, formBody } from './form-body.js';
import { expectProblem } from './problem.js';
import { metadata, PIECE_TYPE } from './uploads-client.js';

describe('quotas', () => {
  let server: KeyedServer;
  let count = 0;
  before(async () => {
    server = await startKeyedServer({ expectedFailures: [507] });
  });
  after(() => server.close());

  /** A tenant of its own for each test, and requests with a key of it. */
  async function tenantWith(quota: { allowed_bytes?: number; allowed_documents?: number }) {
    const tenant_id = `tenant-${(count += 1)}`;
    await server.addTenant(tenant_id, quota);
    const key = await server.addKey(tenant_id);
    const call = (method: 'get' | 'post' | 'patch' | 'delete', path: string) =>
      request(server.url)[method](path).set(withKey(key));
    return {
      tenant_id,
      key,
      call,
      push: (content: Buffer | string, filename = 'file.txt'): Promise<Response> =>
        Promise.resolve(call('post', '/documents').attach('file', Buffer.from(content), filename)),
      usage: async (): Promise<Usage> => (await call('get', '/usage').expect(200)).body as Usage,
    };
  }

  function expectExceeded(answer: Response): Usage {
    expectProblem(answer, 507, 'quota_exceeded');
    const { quota } = answer.body as Problem;
    assert.ok(quota, 'the problem tells what is used and allowed');
    return quota;
  }

  for (const [what, quota] of [
    ['bytes', { allowed_bytes: 10_500 }],
    ['documents', { allowed_documents: 10 }],
  ] as const) {
    it(`of ${what} are not exceeded by 64 pushes at once at the brink`, async () => {
      const { push, usage } = await tenantWith(quota);
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, index) => push(Buffer.alloc(1000, index), `${index}.bin`)),
      );
      const stored = answers.filter(({ status }) => status === 201);
      assert.equal(stored.length, 10);
      for (const answer of answers) if (answer.status !== 201) expectExceeded(answer);
      assert.deepEqual(await usage(), { used_bytes: 10_000, used_documents: 10, ...quota });
    });
  }

  it('count what is there twice twice, and the trash; a purge gives room back', async () => {
    const { call, push, usage } = await tenantWith({ allowed_bytes: 2500 });
    const content = Buffer.alloc(1000, 'x');
    const { document_id } = (await push(content)).body as Document;
    assert.equal((await push(content)).status, 201);
    assert.deepEqual(expectExceeded(await push(content)), {
      used_bytes: 2000,
      used_documents: 2,
      allowed_bytes: 2500,
    });
    await call('delete', `/documents/${document_id}`).expect(200);
    expectExceeded(await push(content));
    await call('delete', `/documents/${document_id}?purge=true`).expect(200);
    assert.equal((await push(content)).status, 201);
    assert.equal((await usage()).used_bytes, 2000);
  });

  it('hold for versions, edits, pushes by digest, batches and uploads in pieces', async () => {
    const { call, push, usage } = await tenantWith({ allowed_bytes: 2500 });
    const content = Buffer.alloc(1000, 'x');
    const pushed = (await push(content)).body as Document;
    const place = `/documents/${pushed.document_id}`;
    const version = (bytes: Buffer) =>
      call('post', `${place}/versions`).set('If-Match', '*').attach('file', bytes, 'file.txt');
    assert.equal((await version(Buffer.alloc(1000, 'y'))).status, 201);
    expectExceeded(await version(Buffer.alloc(1000, 'z')));
    const edits = [{ op: 'append', text: 'more\n' }];
    expectExceeded(await call('patch', `${place}/content`).set('If-Match', '*').send({ edits }));
    expectExceeded(await call('post', `${place}/rollback`).set('If-Match', '*').send({ version: 1 }));
    const checksum_sha256 = createHash('sha256').update(content).digest('hex');
    expectExceeded(await call('post', '/documents').send({ checksum_sha256 }));
    const items = [{ file: 'a' }, { file: 'b' }, { checksum_sha256 }];
    const files = [filePart('a', Buffer.alloc(600, 'a')), filePart('b', Buffer.alloc(400, 'b'))];
    const batch = await call('post', '/batch/documents')
      .set('Content-Type', FORM_TYPE)
      .send(formBody(...files, manifest({ items })));
    const { results } = batch.body as BatchUploadResult;
    assert.deepEqual(
      results.map(({ document, problem }) => (document ? 'stored' : problem?.code)),
      ['quota_exceeded', 'stored', 'quota_exceeded'],
    );
    const upload = (size: number) =>
      call('post', '/uploads').set({
        'Tus-Resumable': '1.0.0',
        'Upload-Length': String(size),
        'Upload-Metadata': metadata({ filename: 'file.bin' }),
      });
    expectExceeded(await upload(101));
    assert.equal((await usage()).used_bytes, 2400);
  });

  it('count uploads that are not finished with their whole size, and end one that has lost its room', async () => {
    const { call, push } = await tenantWith({ allowed_bytes: 1000 });
    const tus = { 'Tus-Resumable': '1.0.0' };
    const begin = (size: number) =>
      call('post', '/uploads').set({
        ...tus,
        'Upload-Length': String(size),
        'Upload-Metadata': metadata({ filename: 'file.bin' }),
      });
    const first = await begin(600);
    assert.equal(first.status, 201, first.text);
    const refused = await begin(600);
    expectExceeded(refused);
    assert.match((refused.body as Problem).detail, /Unfinished uploads count/);
    assert.equal((await push(Buffer.alloc(500))).status, 201);
    const location = String(first.headers['location']);
    const piece = await call('patch', location)
      .set({ ...tus, 'Upload-Offset': '0', 'Content-Type': PIECE_TYPE })
      .send(Buffer.alloc(600));
    expectExceeded(piece);
    await call('delete', location).set(tus).expect(204);
    assert.equal((await begin(500)).status, 201);
  });

  it('are told of while a body is still arriving, and before it when it says its length', async () => {
    const { key, usage } = await tenantWith({ allowed_bytes: 100_000 });
    const endless = await sendSlowly(server.url, key, { pieces: 1000, pieceBytes: 64 * 1024 });
    assert.equal(endless.status, 507);
    assert.ok(endless.sent_bytes < 20 * 1024 * 1024, `${endless.sent_bytes} bytes were sent`);
    const announced = await sendSlowly(server.url, key, { pieces: 1, pieceBytes: 1, length: 50_000_000 });
    assert.equal(announced.status, 507);
    await server.untilNothingIsStaged();
    assert.equal((await usage()).used_bytes, 0);
  });

  it('that were lowered refuse more of the same, and nothing else', async () => {
    const { call, push, tenant_id } = await tenantWith({});
    const { document_id } = (await push('x')).body as Document;
    await server.administration.tenants.change(tenant_id, { allowed_documents: 0 });
    expectExceeded(await push('x'));
    const version = call('post', `/documents/${document_id}/versions`).set('If-Match', '*');
    assert.equal((await version.attach('file', Buffer.from('y'), 'y')).status, 201);
    await call('patch', `/documents/${document_id}`).send({ name: 'other' }).expect(200);
    await call('delete', `/documents/${document_id}`).expect(200);
    await call('post', `/documents/${document_id}/restore`).expect(200);
  });

  it('of none leave a tenant alone', async () => {
    const { push } = await tenantWith({});
    assert.equal((await push(Buffer.alloc(200_000))).status, 201);
    const nothing = await tenantWith({ allowed_bytes: 0 });
    expectExceeded(await nothing.push('x'));
    assert.equal((await nothing.push('')).status, 201, 'nothing is no more than nothing');
  });

  it('and a suspension hold for an upload that is arriving: nothing is recorded', async () => {
    const { call, key, tenant_id, usage } = await tenantWith({});
    const ending = await sendSlowly(server.url, key, {
      pieces: 4,
      pieceBytes: 64 * 1024,
      inTheMiddle: async () => {
        await server.administration.tenants.change(tenant_id, { suspended: true });
      },
    });
    assert.equal(ending.status, 403);
    assert.match(ending.body, /"tenant_suspended"/);
    expectProblem(await call('get', '/documents'), 403, 'tenant_suspended');
    await server.administration.tenants.change(tenant_id, { suspended: false });
    assert.deepEqual(await usage(), { used_bytes: 0, used_documents: 0 });
    assert.deepEqual((await call('get', '/documents')).body, []);
  });

  it('and the end of a key hold for an upload that is arriving, too', async () => {
    const { key, tenant_id } = await tenantWith({});
    const ending = await sendSlowly(server.url, key, {
      pieces: 4,
      pieceBytes: 64 * 1024,
      inTheMiddle: async () => {
        await server.administration.keys.revoke(serverPrincipal(tenant_id, 'operator'), key.split('_')[1] ?? '');
      },
    });
    assert.equal(ending.status, 401);
    assert.match(ending.body, /"unauthenticated".*revoked/);
    const other = withKey(await server.addKey(tenant_id));
    assert.deepEqual((await request(server.url).get('/documents').set(other)).body, []);
  });
});

interface SlowBody {
  readonly pieces: number;
  readonly pieceBytes: number;
  /** Announced; left out, the body is sent in chunks. */
  readonly length?: number;
  /** Done after half of the pieces. */
  readonly inTheMiddle?: () => Promise<void>;
}

/** Pushes a form piece by piece until it is answered. */
function sendSlowly(
  url: string,
  key: string,
  { pieces, pieceBytes, length, inTheMiddle }: SlowBody,
): Promise<{ status: number; body: string; sent_bytes: number }> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...withKey(key),
      'Content-Type': FORM_TYPE,
      ...(length !== undefined && { 'Content-Length': length }),
    };
    const sending = http.request(`${url}/documents`, { method: 'POST', headers, agent: false });
    let sent_bytes = 0;
    let isAnswered = false;
    sending.on('response', (response) => {
      isAnswered = true;
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body, sent_bytes });
        sending.destroy();
      });
    });
    sending.on('error', (error) => {
      if (!isAnswered) reject(error);
    });
    const send = async (): Promise<void> => {
      sending.write(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n`);
      for (let index = 0; index < pieces && !isAnswered; index += 1) {
        if (index === pieces / 2) await inTheMiddle?.();
        sending.write(Buffer.alloc(pieceBytes, index));
        sent_bytes += pieceBytes;
        await sleep(2);
      }
      if (!isAnswered && length === undefined) sending.end(`\r\n--${BOUNDARY}--\r\n`);
    };
    send().catch(reject);
  });
}
