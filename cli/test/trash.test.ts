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

  it('goes on when one of several is not there, and says so', async () => {
    const [first, second] = [await pushed(), await pushed()];
    const { code, stdout, stderr } = await rm(first, 'doc_000000000000', second);
    assert.equal(code, 9);
    assert.equal(stdout, `Deleted: ${first}\nDeleted: ${second}\n`);
    assert.match(stderr, /^Error: .*doc_000000000000.*\n.*`doc query`.*`doc trash`/);
    assert.equal(stderr.match(/^Error:/gm)?.length, 1);
  });

  it('tells programs about each that failed, a line each', async () => {
    const id = await pushed();
    const { code, stdout, stderr } = await rm('doc_000000000000', id, 'doc_000000000001', '--format', 'json');
    assert.equal(code, 9);
    assert.deepEqual(JSON.parse(stdout), [{ document_id: id, deleted: true }]);
    const failures = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      failures.map(({ document_id, code: problem, exit_code }) => [document_id, problem, exit_code]),
      [
        ['doc_000000000000', 'document_not_found', 4],
        ['doc_000000000001', 'document_not_found', 4],
      ],
    );
  });

  it("ends with the error's own code when all failed", async () => {
    assert.equal((await rm('doc_000000000000', 'doc_000000000001')).code, 4);
  });

  it('touches nothing when one of the ids is none', async () => {
    const id = await pushed();
    const { code, stderr } = await rm(id, 'doc_1');
    assert.equal(code, 2);
    assert.match(stderr, /"doc_1"/);
    assert.equal((await doc(['info', id], { url: server.url })).code, 0);
  });

  it('stops when the server does, and says what it left alone', async () => {
    const ids = ['doc_000000000001', 'doc_000000000002', 'doc_000000000003'];
    const url = await standIn((request, response) => {
      if (request.url?.endsWith('1')) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"message":"Document deleted successfully"}');
      } else {
        request.socket.destroy();
      }
    });
    const { code, stdout, stderr } = await doc(['rm', ...ids], { url });
    assert.equal(code, 9);
    assert.equal(stdout, 'Deleted: doc_000000000001\n');
    assert.match(stderr, /^Error: doc_000000000002: .*failed[^]*\nLeft alone: doc_000000000003\nMoved to the trash/);
    assert.equal((await doc(['rm', ids[1] ?? '', ids[2] ?? ''], { url })).code, 7);
  });

  it('tells what is gone when it is stopped', async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const url = await standIn((request, response) => {
      if (request.url?.endsWith('1')) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"message":"Document deleted successfully"}');
      } else {
        arrive();
      }
    });
    const { child, finished } = startDoc(['rm', 'doc_000000000001', 'doc_000000000002'], { url });
    await arrived;
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    assert.deepEqual([code, stdout], [130, 'Deleted: doc_000000000001\n']);
    assert.match(stderr, /^Moved to the trash.*\nError: Interrupted\.\n$/);
  });
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

  it('goes on when one of several is not there', async () => {
    const { document_id } = await push(server.url, 'x');
    await doc(['rm', document_id], { url: server.url });
    const { code, stdout, stderr } = await restore('doc_000000000000', document_id);
    assert.deepEqual([code, stdout], [9, `Restored: ${document_id}\n`]);
    assert.match(stderr, /^Error: .*doc_000000000000.*\n.*`doc trash`/);
    assert.equal((await restore('doc_000000000000')).code, 4);
    assert.equal((await restore('doc_0', document_id)).code, 2);
  });
});
