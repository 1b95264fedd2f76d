/** What the collector takes away by its settings, as a client of a running server meets it. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push } from './documents-client.js';
import { eventually } from './eventually.js';
import { expectProblem } from './problem.js';
import { ServerProcess } from './server-process.js';

describe('a server that keeps two versions and no trash', () => {
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start({
      environment: {
        DOCUMENT_KEEP_VERSIONS: '2',
        DOCUMENT_TRASH_DAYS: '0',
        DOCUMENT_COLLECT_INTERVAL_SECONDS: '1',
        DOCUMENT_COLLECT_GRACE_SECONDS: '60',
      },
    });
  });
  after(() => server.dispose());

  it('answers 410 for what was thinned out, everywhere, and purges what is in the trash', async () => {
    const { document_id, checksum_sha256 } = await push(server, 'version 1\n', { filename: 'a.md' });
    const place = `/documents/${document_id}`;
    for (const version of [2, 3, 4]) {
      const sending = request(server.url).post(`${place}/versions`).set('If-Match', '*');
      await sending.attach('file', Buffer.from(`version ${version}\n`), 'a.md').expect(201);
    }
    const doomed = await push(server, 'doomed');
    await request(server.url).delete(`/documents/${doomed.document_id}`).expect(200);
    await eventually(async () => {
      assert.equal((await request(server.url).get(`${place}/versions/2`)).status, 410);
      assert.equal((await request(server.url).post(`/documents/${doomed.document_id}/restore`)).status, 404);
    }, 5000);
    for (const response of [
      await request(server.url).get(`${place}/versions/1`),
      await request(server.url).get(`${place}?version=1`),
      await request(server.url).get(`${place}/metadata?version=1`),
      await request(server.url).get(`${place}/diff?from=1`),
      await request(server.url).get(`${place}/diff?from=3&to=2`),
      await request(server.url).get(`${place}/text?version=1`),
      await request(server.url).get(`${place}/outline?version=2`),
      await request(server.url).post(`${place}/rollback`).set('If-Match', '*').send({ version: 1 }),
    ]) {
      assert.match(expectProblem(response, 410, 'version_removed').detail, /retention.*newest version is 4/);
    }
    const listed = await request(server.url).get(`${place}/versions`).expect(200);
    assert.deepEqual(
      (listed.body as { version: number }[]).map(({ version }) => version),
      [4, 3],
    );
    const merge = request(server.url)
      .post(`${place}/versions?on_conflict=merge`)
      .set('If-Match', `"${checksum_sha256}"`);
    expectProblem(await merge.attach('file', Buffer.from('mine\n'), 'a.md'), 412, 'version_mismatch');
    const edit = request(server.url).patch(`${place}/content`).set('If-Match', `"${checksum_sha256}"`);
    const refused = await edit.send({ edits: [{ op: 'append', text: 'x' }] });
    assert.ok([410, 412].includes(refused.status), refused.text);
    expectProblem(refused, refused.status, refused.status === 410 ? 'version_removed' : 'version_mismatch');
    assert.deepEqual((await request(server.url).get('/trash').expect(200)).body, []);
    await request(server.url).get(`${place}/versions/3`).expect(200);
  });
});
