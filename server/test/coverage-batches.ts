import request from 'supertest';
import { filePart, manifest, postBatch, postChanges, pushKnown } from './batch-client.js';
import { push } from './documents-client.js';
import { putManyDocuments } from './many-documents.js';
import type { TestServer } from './test-server.js';

/**
 * Meets every answer of the operations on many documents, of searches and of pushes by digest.
 *
 * @param server one that takes no file over 5,000 bytes
 */
export async function meetBatchAnswers(server: TestServer): Promise<void> {
  const { document_id } = await push(server, 'for batches');
  const update = { op: 'update', document_id, name: 'x' };
  const post = (path: string, type: string) => request(server.url).post(path).set('If-Match', '*').type(type);

  await pushKnown(server, 'for batches');
  await pushKnown(server, 'unknown to the store');
  const unknown = { checksum_sha256: '0'.repeat(64) };
  await post(`/documents/${document_id}/versions`, 'json').send(unknown);
  await post(`/documents/${document_id}/versions`, 'text/plain').send('x');

  await postBatch(server, manifest({ items: [{ file: 'a' }] }), filePart('a', 'x'));
  await postBatch(server, filePart('a', 'x'));
  await postBatch(server, filePart('a', 'x'.repeat(3 * 1024 * 1024)));
  await post('/batch/documents', 'text/plain').send('x');

  await postChanges(server, [update]);
  await postChanges(server, []);
  await postChanges(server, [{ ...update, if_match: '"0"' }]);
  await postChanges(server, 'x'.repeat(4 * 1024 * 1024 + 1));
  await post('/batch', 'text/plain').send('x');

  const search = (path: string, query: Record<string, string>) => request(server.url).get(path).query(query);
  for (const path of ['/search', '/context']) {
    await search(path, { q: 'batches' });
    await search(path, { q: 'batches', max_size: 'x' });
  }
  await search('/tags', { prefix: 'x' });
  await search('/tags', { sort: 'x' });

  const archive = (query: Record<string, string>) => request(server.url).get('/archive').query(query);
  await archive({ document_ids: document_id });
  await archive({ format: 'rar' });
  await archive({ document_ids: 'doc_000000000000' });
  await putManyDocuments(server, 50_001, 'too many');
  await archive({ tags: 'too many' });
}
