import assert from 'node:assert/strict';
import type { Document } from '@document-sync/sdk';
import { doc, push, startDoc } from './doc.js';
import { useServer } from './server-process.js';
import { useStandIns } from './stand-in-server.js';

describe('doc rm', () => {
  const server = useServer();
  const standIn = useStandIns();
  const rm = (...args: string[]) => doc(['rm', ...args], { url: server.url });
  const pushed = async (): Promise<string> => (await push(server.url, 'x')).document_id;

  it('deletes one or several', async () => {
    const ids = [await pushed(), await pushed(), await pushed()];
    const { code, stdout, stderr } = await rm(...ids, ids[0] ?? '');
    assert.equal(stdout, ids.map((id) => `Deleted: ${id}\n`).join(''));
    assert.equal(stderr, 'Moved to the trash; `doc restore` brings back what is in it.\n');
    assert.equal(code, 0);
    assert.equal((await doc(['info', ids[1] ?? ''], { url: server.url })).code, 4);
  });

  it('removes for good what is there and what is in the trash', async () => {
    const [there, deleted] = [await pushed(), await pushed()];
    await rm(deleted);
    const { code, stdout, stderr } = await rm(there, deleted, '--purge');
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, `Purged: ${there}\nPurged: ${deleted}\n`);
    for (const id of [there, deleted]) {
      assert.equal((await doc(['restore', id], { url: server.url })).code, 4);
    }
    const purged = await pushed();
    const { stdout: json } = await rm(purged, '--purge', '--format', 'json');
    assert.deepEqual(JSON.parse(json), [{ document_id: purged, purged: true }]);
  });

  it('prints ids alone, or a list for programs', async () => {
    const [first, second] = [await pushed(), await pushed()];
    const quiet = await rm(first, '--quiet');
    assert.deepEqual([quiet.stdout, quiet.stderr], [`${first}\n`, '']);
    const { stdout, stderr } = await rm(second, '--format', 'json');
    assert.deepEqual(JSON.parse(stdout), [{ document_id: second, deleted: true }]);
    assert.equal(stderr, '');
  });

  it('deletes all or none, and names what stood in the way', async () => {
    const [first, second] = [await pushed(), await pushed()];
    await rm(second);
    const { code, stdout, stderr } = await rm(first, 'doc_000000000000', second);
    assert.deepEqual([code, stdout], [4, '']);
    assert.match(stderr, /^Error: 2 of 3 .*Nothing was changed\.\n.*doc_000000000000.*\n.*`doc query`.*`doc trash`/s);
    assert.ok(stderr.includes(second), stderr);
    assert.equal((await doc(['info', first], { url: server.url })).code, 0);
  });

  it('tells programs what stood in the way, in one line', async () => {
    const id = await pushed();
    const { code, stdout, stderr } = await rm('doc_000000000000', id, 'doc_000000000001', '--format', 'json');
    assert.deepEqual([code, stdout], [4, '']);
    const failure = JSON.parse(stderr);
    assert.deepEqual([failure.code, failure.exit_code], ['batch_failed', 4]);
    assert.deepEqual(
      failure.failures.map((one: Record<string, unknown>) => [one['index'], one['document_id'], one['code']]),
      [
        [0, 'doc_000000000000', 'document_not_found'],
        [2, 'doc_000000000001', 'document_not_found'],
      ],
    );
  });

  it('touches nothing when one of the ids is none', async () => {
    const id = await pushed();
    const { code, stderr } = await rm(id, 'doc_1');
    assert.equal(code, 2);
    assert.match(stderr, /"doc_1"/);
    assert.equal((await doc(['info', id], { url: server.url })).code, 0);
  });

  it('does more than one batch holds in several, and says what it left alone', async () => {
    const ids = Array.from({ length: 1001 }, (_, index) => `doc_${String(index).padStart(12, '0')}`);
    let batches = 0;
    const url = await standIn((request, response) => {
      batches += 1;
      if (batches > 1) {
        request.socket.destroy();
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ results: ids.slice(0, 1000).map((document_id) => ({ op: 'delete', document_id })) }),
      );
    });
    const { code, stdout, stderr } = await doc(['rm', ...ids], { url });
    assert.equal(code, 9);
    assert.equal(
      stdout,
      ids
        .slice(0, 1000)
        .map((id) => `Deleted: ${id}\n`)
        .join(''),
    );
    assert.match(stderr, /^Moved to the trash.*\nError: .*failed[^]*not known[^]*\nLeft alone: doc_000000001000\n$/);
  });

  for (const [how, expected] of [
    ['the connection breaks', 7],
    ['it is stopped', 130],
  ] as const) {
    it(`says that nobody knows what was done when ${how}`, async () => {
      let arrive: () => void = () => undefined;
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      const url = await standIn((request) => {
        arrive();
        if (expected === 7) request.socket.destroy();
      });
      const { child, finished } = startDoc(['rm', 'doc_000000000001', 'doc_000000000002'], { url });
      await arrived;
      if (expected === 130) child.kill('SIGINT');
      const { code, stdout, stderr } = await finished;
      assert.deepEqual([code, stdout], [expected, '']);
      assert.match(stderr, /\nWhether the changes were made is not known, all of them or none: look with `doc info`/);
    });
  }
});

describe('doc trash', () => {
  const server = useServer({ DOCUMENT_TRASH_DAYS: '30' });
  const trash = (...args: string[]) => doc(['trash', ...args], { url: server.url });
  const documents: Document[] = [];

  it('says when it is empty, to programs by an empty list', async () => {
    const empty = await trash();
    assert.deepEqual([empty.code, empty.stdout, empty.stderr], [0, '', 'The trash is empty.\n']);
    const json = await trash('--format', 'json');
    assert.deepEqual([json.code, json.stdout, json.stderr], [0, '[]\n', '']);
  });

  it('lists what was deleted, the last first, and until when it can come back', async () => {
    documents.push(await push(server.url, 'a', '--name', 'Plan', '--tags', 'a,b'));
    documents.push(await push(server.url, 'b', '--name', 'Draft'));
    for (const { document_id } of documents) await doc(['rm', document_id], { url: server.url });
    const [first, second] = documents;
    const [last] = JSON.parse((await trash('--format', 'json')).stdout);
    const { code, stdout, stderr } = await trash();
    assert.deepEqual([code, stderr], [0, '']);
    const rows = stdout.split('\n').map((row) => row.split('│').map((cell) => cell.trim()));
    assert.deepEqual(rows[1]?.slice(1, -1), ['Document ID', 'Name', 'Tags', 'Deleted', 'Gone on']);
    const shown = (time: string): string => time.slice(0, 19).replace('T', ' ');
    assert.deepEqual(rows[3]?.slice(1, -1), [
      second?.document_id,
      'Draft',
      '',
      shown(last.deleted_at),
      shown(last.purge_at),
    ]);
    assert.deepEqual(rows[4]?.slice(1, 4), [first?.document_id, 'Plan', 'a,b']);
    assert.equal(Date.parse(last.purge_at) - Date.parse(last.deleted_at), 30 * 86_400_000);
  });

  it('gives programs what the server sent, ids alone, and pages', async () => {
    const [first, second] = documents.map(({ document_id }) => document_id);
    const raw = await (await fetch(`${server.url}/trash`)).json();
    assert.deepEqual(JSON.parse((await trash('--format', 'json')).stdout), raw);
    assert.equal((await trash('--all', '--quiet')).stdout, `${second}\n${first}\n`);
    const page = await trash('--limit', '1', '--quiet');
    assert.equal(page.stdout, `${second}\n`);
    const cursor = /^There are more documents\. Add --all .* --cursor (\S+) /.exec(page.stderr)?.[1];
    assert.equal((await trash('--limit', '1', '--quiet', '--cursor', cursor ?? '')).stdout, `${first}\n`);
    assert.equal((await trash('--limit', '0')).code, 2);
  });
});

describe('doc restore', () => {
  const server = useServer();
  const restore = (...args: string[]) => doc(['restore', ...args], { url: server.url });

  it('brings documents back with all their versions', async () => {
    const document = await push(server.url, 'one\n', '--tags', 'a');
    const id = document.document_id;
    await doc(['update', id, '-', '--base', '1'], { url: server.url, input: 'two\n' });
    await doc(['rm', id], { url: server.url });
    assert.equal((await doc(['cat', id], { url: server.url })).code, 4);
    const { code, stdout, stderr } = await restore(id);
    assert.deepEqual([code, stdout, stderr], [0, `Restored: ${id}\n`, '']);
    assert.equal((await doc(['cat', id], { url: server.url })).stdout, 'two\n');
    assert.equal((await doc(['versions', id, '--quiet'], { url: server.url })).stdout, '2\n1\n');
    assert.equal((await doc(['trash', '--quiet'], { url: server.url })).stdout, '');
  });

  it('gives programs the documents, and ids alone', async () => {
    const { document_id } = await push(server.url, 'x');
    await doc(['rm', document_id], { url: server.url });
    const { stdout } = await restore(document_id, '--format', 'json');
    const now = await doc(['info', document_id, '--format', 'json'], { url: server.url });
    assert.deepEqual(JSON.parse(stdout), [JSON.parse(now.stdout)]);
    // What is not in the trash is there already.
    assert.equal((await restore(document_id, '--quiet')).stdout, `${document_id}\n`);
  });

  it('brings back all or none', async () => {
    const ids = [(await push(server.url, 'x')).document_id, (await push(server.url, 'y')).document_id];
    await doc(['rm', ...ids], { url: server.url });
    const refused = await restore('doc_000000000000', ...ids);
    assert.deepEqual([refused.code, refused.stdout], [4, '']);
    assert.match(refused.stderr, /^Error: 1 of 3 .*\n.*doc_000000000000.*\n.*`doc trash`/);
    assert.equal((await doc(['info', ids[0] ?? ''], { url: server.url })).code, 4);
    const { code, stdout } = await restore(...ids);
    assert.deepEqual([code, stdout], [0, ids.map((id) => `Restored: ${id}\n`).join('')]);
    assert.equal((await restore('doc_000000000000')).code, 4);
    assert.equal((await restore('doc_0', ...ids)).code, 2);
  });
});
