/** What becomes of a content in the index of the search, and what is said of it. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push, type Document } from './documents-client.js';
import { eventually } from './eventually.js';
import { startServer, type TestServer } from './test-server.js';

const KIB = 1024;

/** Words that stand nowhere else, so that a document is found by its own alone. */
const line = (index: number): string => `line ${index} of a long report about quarterly figures and nothing else\n`;

function longText(bytes: number, last: string): string {
  const lines: string[] = [];
  for (let size = 0; size < bytes; size += lines.at(-1)?.length ?? 0) lines.push(line(lines.length));
  return `${lines.join('')}${last}\n`;
}

describe('the index of contents', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ config: { maxIndexedBytes: 256 * KIB } });
  });
  after(() => server.close());

  const find = async (q: string): Promise<string[]> => {
    const response = await request(server.url).get('/search').query({ q, fuzzy: 'false' });
    assert.equal(response.status, 200, response.text);
    return (response.body as { results: { document: Document }[] }).results.map(({ document }) => document.document_id);
  };
  const get = async (document_id: string): Promise<Document> =>
    (await request(server.url).get(`/documents/${document_id}/metadata`)).body as Document;

  it('has a small text when its push is answered', async () => {
    const document = await push(server, '# Plan\n\nThe zebrafish swims.', { filename: 'plan.md' });
    assert.equal(document.index_status, 'indexed');
    assert.equal(document.index_reason, undefined);
    assert.deepEqual(await find('zebrafish'), [document.document_id]);
  });

  it('has a text that is too large for the transaction of its push when that is answered', async () => {
    const document = await push(server, longText(200 * KIB, 'the platypus at the end'), { filename: 'long.txt' });
    assert.equal(document.index_status, 'indexed');
    assert.deepEqual(await find('platypus'), [document.document_id]);
    assert.equal((await get(document.document_id)).index_status, 'indexed');
  });

  it('has the beginning of a text beyond the limit, and says so', async () => {
    const text = `an axolotl at the beginning\n${longText(300 * KIB, 'a quokka at the end')}`;
    const document = await push(server, text, { filename: 'endless.log' });
    assert.equal(document.index_status, 'partial');
    assert.match(document.index_reason ?? '', /first 262144 bytes .*DOCUMENT_MAX_INDEXED_BYTES/);
    assert.deepEqual(await find('axolotl'), [document.document_id]);
    assert.deepEqual(await find('quokka'), []);
  });

  it('has a document without text by its metadata, and says why', async () => {
    const picture = await push(server, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), {
      filename: 'figure.png',
      name: 'Capybara portrait',
      tags: 'rodents',
      description: 'painted in Wollongong',
    });
    assert.equal(picture.index_status, 'not_indexed');
    assert.equal(picture.index_reason, 'There is no text in image/png.');
    for (const word of ['capybara', 'rodents', 'wollongong']) assert.deepEqual(await find(word), [picture.document_id]);
    const bytes = await push(server, Buffer.from([1, 0, 2, 0, 3, 0]), { filename: 'unknown.xyz' });
    assert.equal(bytes.index_status, 'not_indexed');
    assert.ok(bytes.index_reason);
  });

  it('has a format that takes time a moment later, and by its name at once', async () => {
    const html = '<title>Marsupials</title><script>let wombat = 1</script><p>A thylacine was seen.</p>';
    const document = await push(server, html, { filename: 'sighting.html', name: 'Sighting' });
    assert.ok(['pending', 'indexed'].includes(document.index_status));
    assert.deepEqual(await find('sighting'), [document.document_id]);
    await eventually(async () => {
      assert.equal((await get(document.document_id)).index_status, 'indexed');
    }, 20_000);
    assert.deepEqual(await find('thylacine'), [document.document_id]);
    assert.deepEqual(await find('wombat'), []);
    const health = await request(server.url).get('/health').expect(200);
    assert.deepEqual((health.body as { index_queue: unknown }).index_queue, { pending: 0 });
  });

  it('says of a file that cannot be read why, and finds it by its name', async () => {
    const document = await push(server, '%PDF-1.7 but nothing else', { filename: 'broken.pdf', name: 'Numbat files' });
    await eventually(async () => {
      const { index_status, index_reason = '' } = await get(document.document_id);
      assert.equal(index_status, 'not_indexed');
      assert.match(index_reason, /PDF/);
    }, 20_000);
    assert.deepEqual(await find('numbat'), [document.document_id]);
  });

  it('follows every change of a document', async () => {
    const { document_id } = await push(server, 'about the bandicoot', { filename: 'a.md', name: 'First' });
    const change = (path: string) => request(server.url).post(`/documents/${document_id}${path}`);
    await change('/versions').set('If-Match', '*').attach('file', Buffer.from('about the bilby'), 'a.md').expect(201);
    assert.deepEqual([await find('bandicoot'), await find('bilby')], [[], [document_id]]);
    await request(server.url)
      .patch(`/documents/${document_id}/content`)
      .set('If-Match', '*')
      .send({ edits: [{ op: 'append', text: '\nand the potoroo\n' }] })
      .expect(201);
    assert.deepEqual([await find('bilby potoroo'), await find('bandicoot')], [[document_id], []]);
    await request(server.url)
      .patch(`/documents/${document_id}`)
      .send({ name: 'Second', tags: ['macropods'], description: 'with a pademelon' })
      .expect(200);
    assert.deepEqual(await find('second macropods pademelon potoroo'), [document_id]);
    assert.deepEqual(await find('first bilby'), []);
    await change('/rollback').set('If-Match', '*').send({ version: 1 }).expect(201);
    assert.deepEqual([await find('bandicoot second'), await find('potoroo')], [[document_id], []]);
    await request(server.url).delete(`/documents/${document_id}`).expect(200);
    assert.deepEqual(await find('bandicoot'), []);
    await change('/restore').expect(200);
    assert.deepEqual(await find('bandicoot second pademelon'), [document_id]);
    await request(server.url).delete(`/documents/${document_id}`).query({ purge: 'true' }).expect(200);
    assert.deepEqual(await find('bandicoot'), []);
  });

  it('follows a batch of changes, of more documents than are read beforehand', async () => {
    const documents: Document[] = [];
    for (let index = 0; index < 40; index += 1) {
      documents.push(await push(server, `the kowari ${index}`, { filename: `kowari-${index}.md` }));
    }
    const changes = documents.map(({ document_id }) => ({ op: 'update', document_id, add_tags: ['dasyurids'] }));
    const response = await request(server.url).post('/batch').send({ operations: changes });
    assert.equal(response.status, 200, response.text);
    const { results } = response.body as { results: { document: Document }[] };
    assert.deepEqual(new Set(results.map(({ document }) => document.index_status)), new Set(['indexed']));
    const found = await request(server.url).get('/search').query({ q: 'kowari tag:dasyurids', limit: 100 });
    assert.equal((found.body as { total: number }).total, 40);
  });
});
