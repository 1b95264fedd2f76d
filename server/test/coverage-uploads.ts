/** Provokes every answer that the contract lists for uploads in pieces. */
import path from 'node:path';
import request from 'supertest';
import { ResumableStaging } from '../src/blobs/resumable-staging.js';
import { push } from './documents-client.js';
import type { TestServer } from './test-server.js';
import { beginUpload, postUpload, sendPiece } from './uploads-client.js';
import { etagOf, pushVersion } from './versions-client.js';

/**
 * @param server takes files of some thousand bytes
 * @param forgetful gives uploads up as soon as they are begun
 */
export async function meetUploadAnswers(server: TestServer, forgetful: TestServer): Promise<void> {
  await request(server.url).options('/uploads');
  const wrong = { checksum_sha256: '0'.repeat(64) };
  const document = await push(server, 'one');
  const { document_id } = document;
  const late = { document_id, if_match: etagOf(document) };
  const location = await beginUpload(server, 3, late);
  await pushVersion(server, document_id, 'two');
  // Beginning.
  await postUpload(server, 3, { name: '' });
  await postUpload(server, 3, { document_id: 'doc_000000000000', if_match: '*' });
  await postUpload(server, 3, late);
  await postUpload(server, 3, { document_id });
  await postUpload(server, 100_000_000);
  await postUpload(server, 3, wrong, Buffer.from('abc'));
  const { headers } = await postUpload(server, 3, wrong);
  await request(server.url)
    .post('/uploads')
    .set({ 'Upload-Length': '1', 'Upload-Metadata': 'filename YQ==', 'Content-Type': 'text/plain' })
    .send('x');
  // Sending.
  await sendPiece(server, location, 1, 'a');
  await sendPiece(server, location, 0, 'abcd');
  await sendPiece(server, location, 'x', 'abc');
  await request(server.url).patch(location).set({ 'Upload-Offset': '0', 'Content-Type': 'text/plain' }).send('abc');
  await locked(server, location, async () => {
    await sendPiece(server, location, 0, 'a');
    await request(server.url).delete(location);
  });
  await sendPiece(server, location, 0, 'a');
  await sendPiece(server, location, 1, 'bc');
  await sendPiece(server, headers['location'] ?? '', 0, 'abc');
  // Looking, and giving up.
  const missing = `/uploads/${'0'.repeat(32)}`;
  await sendPiece(server, missing, 0, 'a');
  const half = await beginUpload(server, 3);
  for (const method of ['get', 'delete'] as const) {
    await request(server.url)[method]('/uploads/x');
    await request(server.url)[method](missing);
    await request(server.url)[method](half).set('Tus-Resumable', '0.2.2');
  }
  await request(server.url).get(half);
  await request(server.url).delete(half);
  const { headers: begun } = await postUpload(forgetful, 3);
  const expired = begun['location'] ?? missing;
  await new Promise((resolve) => setTimeout(resolve, 100));
  await sendPiece(forgetful, expired, 0, 'a');
  await request(forgetful.url).get(expired);
  await request(forgetful.url).delete(expired);
}

/** Runs `work` while another server, as far as can be seen, is sending to the upload. */
async function locked(server: TestServer, location: string, work: () => Promise<void>): Promise<void> {
  const staging = new ResumableStaging(path.join(server.storageDir, '.uploads'));
  const lock = staging.lock({ tenant_id: 'default', upload_id: path.basename(location) });
  await work();
  lock?.release();
}
