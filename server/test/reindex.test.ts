/** `document-server reindex`: the maintenance of the search's index, beside a server that is running. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push } from './documents-client.js';
import { ServerProcess } from './server-process.js';

describe('document-server reindex', function () {
  this.timeout(30_000);

  it('rebuilds the index beside a running server, and says that nothing differs', async () => {
    const server = await ServerProcess.start();
    try {
      for (let index = 0; index < 30; index += 1) {
        await push(server, `# Note ${index}\n\nabout the numbat`, { filename: `note-${index}.md`, tags: 'notes' });
      }
      const found = async (): Promise<number> => {
        const response = await request(server.url).get('/search').query({ q: 'numbat tag:notes' }).expect(200);
        return (response.body as { total: number }).total;
      };
      assert.equal(await found(), 30);
      const reindex = await ServerProcess.spawn({
        arguments: ['reindex', '--compare'],
        storageDir: server.storageDir,
      });
      assert.deepEqual(await reindex.exited, { code: 0, signal: null }, reindex.stderr);
      assert.deepEqual(JSON.parse(reindex.stdout), { tenants: 1, documents: 30, pending: 0, differences: 0 });
      assert.equal(await found(), 30);
      await push(server, 'another numbat', { filename: 'late.md', tags: 'notes' });
      assert.equal(await found(), 31);
    } finally {
      await server.dispose();
    }
  });

  it('explains a command that it does not know', async () => {
    const wrong = await ServerProcess.spawn({ arguments: ['reindx'] });
    assert.equal((await wrong.exited).code, 1);
    assert.match(wrong.stderr, /document-server does not know "reindx"; see document-server --help/);
  });
});
