import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { ANONYMOUS, type Principal } from '../../kernel/principal.js';
import { readAll, whole } from '../../testing/blob-content.js';
import { openTextStore, type TextStore } from '../../testing/text-store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { Collector, Retention } from '../documents/index.js';
import { UploadExpiry } from './expiry.js';
import { Fulfilment } from './fulfilment.js';
import type { UploadPlan } from './plan.js';
import { findUpload } from './uploads.store.js';
import { Uploads } from './uploads.js';
import { addTenant } from '../../testing/tenant.js';

const HOUR_MS = 60 * 60 * 1000;
const KEEP_MS = 24 * HOUR_MS;
const OTHER: Principal = { ...ANONYMOUS, tenant_id: 'other' };
const OTHER_TENANT = { tenant_id: OTHER.tenant_id, first_sequence: 2 ** 33, last_sequence: 2 ** 33 };
const PLAN: UploadPlan = { filename: 'a.txt', target: { tags: [], description: '' } };

describe('Uploads', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;
  let uploads: Uploads;
  let fulfilment: Fulfilment;
  let expiry: UploadExpiry;

  beforeEach(async () => {
    store = await openTextStore(path.join(folder(), 'store'));
    const { db, blobs, clock } = store;
    fulfilment = new Fulfilment(store);
    uploads = new Uploads({ db, blobs, clock, fulfilment, keepMs: KEEP_MS });
    expiry = new UploadExpiry({ db, blobs, clock, keepMs: KEEP_MS, graceMs: HOUR_MS });
    await addTenant(db, OTHER_TENANT.tenant_id);
  });
  afterEach(() => store.close());

  const key = (upload_id: string) => ({ tenant_id: ANONYMOUS.tenant_id, upload_id });
  const files = (): string[] => fs.readdirSync(path.join(store.root, '.uploads', ANONYMOUS.tenant_id));
  const documents = async (): Promise<number> =>
    (await store.documents.query(ANONYMOUS, { name: '', tags: [] }, 100)).documents.length;

  /** Begins an upload of this content, of which the first `arrived` bytes have arrived; returns its id. */
  async function begin(content: string, plan: UploadPlan = PLAN, arrived = content.length): Promise<string> {
    const upload_id = randomBytes(16).toString('hex');
    await uploads.create(ANONYMOUS, { upload_id, size_bytes: content.length, metadata: 'filename YQ==', plan });
    await uploads.append(ANONYMOUS, upload_id, 0, Readable.from([Buffer.from(content.slice(0, arrived))]));
    return upload_id;
  }

  it('make one document of an upload that a killed server had recorded, and not marked nor cleared up', async () => {
    const upload_id = await begin('content');
    const record = await findUpload(store.db.read, key(upload_id));
    assert.ok(record);
    const outcome = await fulfilment.fulfil(ANONYMOUS, record);
    // Killed here: the file lies there still.
    assert.deepEqual(files(), [upload_id]);
    assert.deepEqual(await uploads.complete(ANONYMOUS, upload_id), outcome);
    assert.deepEqual((await uploads.find(ANONYMOUS, upload_id)).outcome, outcome);
    assert.equal(await documents(), 1);
    assert.deepEqual(files(), []);
  });

  it('never make two documents of one, also where a file system keeps no locks', async () => {
    const upload_id = await begin('content');
    const record = await findUpload(store.db.read, key(upload_id));
    assert.ok(record);
    const results = await Promise.allSettled([1, 2, 3].map(() => fulfilment.fulfil(ANONYMOUS, record)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) {
      if (result.status === 'rejected') assert.equal((result.reason as { code: string }).code, 'upload_locked');
    }
    assert.equal(await documents(), 1);
  });

  it('hash what lies on the disk, whatever was sent', async () => {
    const upload_id = await begin('content', { ...PLAN, checksum_sha256: sha256('content') });
    fs.writeFileSync(path.join(store.root, '.uploads', ANONYMOUS.tenant_id, upload_id), 'CONTENT');
    await assert.rejects(uploads.complete(ANONYMOUS, upload_id), { code: 'checksum_mismatch' });
    assert.deepEqual(files(), []);
    await assert.rejects(uploads.find(ANONYMOUS, upload_id), { code: 'upload_not_found' });
    assert.equal(await documents(), 0);
  });

  it('leave the published content alone when they clear up', async () => {
    const upload_id = await begin('content');
    const outcome = await uploads.complete(ANONYMOUS, upload_id);
    assert.ok('document' in outcome);
    const bytes = await readAll(await store.documents.open(ANONYMOUS, outcome.document, whole(7)));
    assert.equal(bytes.toString(), 'content');
  });

  it('are nobody else’s business', async () => {
    const [open, complete] = [await begin('content'), await begin('complete')];
    await uploads.complete(ANONYMOUS, complete);
    for (const upload_id of [open, complete]) {
      await assert.rejects(uploads.find(OTHER, upload_id), { code: 'upload_not_found' });
      await assert.rejects(uploads.complete(OTHER, upload_id), { code: 'upload_not_found' });
      await assert.rejects(uploads.remove(OTHER, upload_id), { code: 'upload_not_found' });
    }
    assert.equal((await uploads.find(ANONYMOUS, open)).offset_bytes, 7);
  });

  it('live from their last piece on', async () => {
    const upload_id = await begin('content', PLAN, 3);
    const begun = (await uploads.find(ANONYMOUS, upload_id)).expires_at.getTime();
    const file = path.join(store.root, '.uploads', ANONYMOUS.tenant_id, upload_id);
    const earlier = new Date(begun - KEEP_MS - 20 * HOUR_MS);
    fs.utimesSync(file, earlier, earlier);
    const left = (await uploads.find(ANONYMOUS, upload_id)).expires_at.getTime() - begun;
    assert.ok(Math.abs(left + 20 * HOUR_MS) < 10, `${left}`);
    await uploads.append(ANONYMOUS, upload_id, 3, Readable.from([Buffer.from('t')]));
    assert.ok((await uploads.find(ANONYMOUS, upload_id)).expires_at.getTime() >= begun);
  });

  it('are given up by the collector when their time is over, told so for some days, then forgotten', async () => {
    const upload_id = await begin('content', PLAN, 3);
    store.clock.advance(KEEP_MS - HOUR_MS);
    assert.equal(await expiry.collect(), 0);
    assert.equal((await uploads.find(ANONYMOUS, upload_id)).offset_bytes, 3);
    store.clock.advance(2 * HOUR_MS);
    await assert.rejects(uploads.find(ANONYMOUS, upload_id), { code: 'upload_expired' });
    assert.equal(await expiry.collect(), 1);
    assert.deepEqual(files(), []);
    assert.equal(await expiry.collect(), 0);
    store.clock.advance(6 * 24 * HOUR_MS);
    await expiry.collect();
    await assert.rejects(uploads.find(ANONYMOUS, upload_id), { code: 'upload_expired' });
    await assert.rejects(uploads.remove(ANONYMOUS, upload_id), { code: 'upload_expired' });
    store.clock.advance(2 * 24 * HOUR_MS);
    await expiry.collect();
    await assert.rejects(uploads.find(ANONYMOUS, upload_id), { code: 'upload_not_found' });
  });

  it('that are complete are forgotten, and what they became stays', async () => {
    const upload_id = await begin('content');
    await uploads.complete(ANONYMOUS, upload_id);
    store.clock.advance(KEEP_MS - HOUR_MS);
    await expiry.collect();
    assert.ok((await uploads.find(ANONYMOUS, upload_id)).outcome);
    store.clock.advance(2 * HOUR_MS);
    await assert.rejects(uploads.find(ANONYMOUS, upload_id), { code: 'upload_not_found' });
    await expiry.collect();
    assert.equal(await findUpload(store.db.read, key(upload_id)), undefined);
    assert.equal(await documents(), 1);
  });

  it('that somebody works on are not given up', async () => {
    const upload_id = await begin('content', PLAN, 3);
    const release = await uploads.locks.acquire(key(upload_id), () => undefined);
    store.clock.advance(2 * KEEP_MS);
    assert.equal(await expiry.collect(), 0);
    release();
    assert.equal(await expiry.collect(), 1);
  });

  it('outlive the sweep of the staging area', async () => {
    const upload_id = await begin('content', PLAN, 3);
    const { db, blobs, clock, trash } = store;
    const retention = new Retention(db, clock, { keepLast: 0, keepDays: 0 });
    const collector = new Collector({
      db,
      blobs,
      clock,
      trash,
      retention,
      uploads: expiry,
      graceMs: 0,
    });
    store.clock.advance(KEEP_MS / 2);
    assert.equal((await collector.run()).expired_uploads, 0);
    assert.equal((await uploads.find(ANONYMOUS, upload_id)).offset_bytes, 3);
    store.clock.advance(KEEP_MS);
    assert.equal((await collector.run()).expired_uploads, 1);
  });

  it('leave no files behind that no upload needs, once those have been left alone for a while', async () => {
    const [kept, finished] = [await begin('kept', PLAN, 1), await begin('finished')];
    const record = await findUpload(store.db.read, key(finished));
    assert.ok(record);
    await fulfilment.fulfil(ANONYMOUS, record);
    await store.blobs.resumable.create(key('never-recorded'));
    store.blobs.resumable.lock(key('only-a-lock'))?.release();
    await expiry.collect();
    assert.deepEqual(files().sort(), [finished, kept, 'never-recorded'].sort());
    store.clock.advance(2 * HOUR_MS);
    await expiry.collect();
    assert.deepEqual(files(), [kept]);
  });

  it('whose bytes somebody took away are over', async () => {
    const upload_id = await begin('content', PLAN, 3);
    store.blobs.resumable.remove(key(upload_id));
    await assert.rejects(uploads.find(ANONYMOUS, upload_id), { code: 'upload_expired' });
    assert.equal(await expiry.collect(), 1);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
