import assert from 'node:assert/strict';
import { doc, push, startDoc } from './doc.js';
import { useServer } from './server-process.js';
import { sendProblem, useStandIns } from './stand-in-server.js';

describe('doc info', () => {
  const server = useServer();

  it('shows everything known about a document', async () => {
    const document = await push(
      server.url,
      'x'.repeat(2048),
      '--name',
      'notes.md',
      '--tags',
      'a,b',
      '--description',
      'One.\nTwo.',
    );
    const { code, stdout, stderr } = await doc(['info', document.document_id], { url: server.url });
    assert.equal(
      stdout,
      [
        `Document ID: ${document.document_id}`,
        'Name: notes.md',
        'File: notes.md',
        'Tags: a, b',
        'Description: One.',
        '  Two.',
        'Size: 2.0 KB (2048 bytes)',
        'Type: text/markdown',
        `SHA-256: ${document.checksum_sha256}`,
        `Uploaded: ${document.uploaded_at.slice(0, 19).replace('T', ' ')}`,
        `URL: ${server.url}/documents/${document.document_id}\n`,
      ].join('\n'),
    );
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('gives programs the document as the server sent it', async () => {
    const document = await push(server.url, 'x');
    const { stdout } = await doc(['info', document.document_id, '--format', 'json'], { url: server.url });
    assert.deepEqual(JSON.parse(stdout), document);
  });

  it('tells that there is no such document, and that something is no id', async () => {
    assert.equal((await doc(['info', 'doc_000000000000'], { url: server.url })).code, 4);
    const { code, stderr } = await doc(['info', '../health'], { url: server.url });
    assert.equal(code, 2);
    assert.match(stderr, /^Error: "\.\.\/health": a document id is /);
  });
});

describe('doc edit', () => {
  const server = useServer();
  const edit = (...args: string[]) => doc(['edit', ...args], { url: server.url });

  it('changes what is given and leaves the rest', async () => {
    const before = await push(server.url, 'x', '--name', 'old', '--tags', 'a', '--description', 'About.');
    const { code, stdout, stderr } = await edit(before.document_id, '--name', 'Neu – 新しい');
    const url = `${server.url}/documents/${before.document_id}`;
    assert.equal(
      stdout,
      `Document updated successfully!\nDocument ID: ${before.document_id}\nName: Neu – 新しい\nTags: a\nURL: ${url}\n`,
    );
    assert.deepEqual([code, stderr], [0, '']);
    const tagged = await edit(before.document_id, '--tags', 'b, c', '--format', 'json');
    assert.deepEqual(JSON.parse(tagged.stdout), { ...before, name: 'Neu – 新しい', tags: ['b', 'c'] });
  });

  it('removes tags and the description', async () => {
    const { document_id } = await push(server.url, 'x', '--tags', 'a', '--description', 'About.');
    const { stdout } = await edit(document_id, '--tags', '', '--description', '', '--format', 'json');
    assert.deepEqual([JSON.parse(stdout).tags, JSON.parse(stdout).description], [[], '']);
  });

  it('wants something to change', async () => {
    const { code, stderr } = await edit('doc_000000000000');
    assert.equal(code, 2);
    assert.match(stderr, /^Error: Nothing to change\.\n.*--name.*--tags.*--description/);
  });
});

describe('doc rm', () => {
  const server = useServer();
  const standIn = useStandIns();
  const rm = (...args: string[]) => doc(['rm', ...args], { url: server.url });
  const pushed = async (): Promise<string> => (await push(server.url, 'x')).document_id;

  it('deletes one or several', async () => {
    const ids = [await pushed(), await pushed(), await pushed()];
    const { code, stdout, stderr } = await rm(...ids, ids[0] ?? '');
    assert.equal(stdout, ids.map((id) => `Deleted: ${id}\n`).join(''));
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal((await doc(['info', ids[1] ?? ''], { url: server.url })).code, 4);
  });

  it('prints ids alone, or a list for programs', async () => {
    const [first, second] = [await pushed(), await pushed()];
    assert.equal((await rm(first, '--quiet')).stdout, `${first}\n`);
    const { stdout } = await rm(second, '--format', 'json');
    assert.deepEqual(JSON.parse(stdout), [{ document_id: second, deleted: true }]);
  });

  it('goes on when one of several is not there, and says so', async () => {
    const [first, second] = [await pushed(), await pushed()];
    const { code, stdout, stderr } = await rm(first, 'doc_000000000000', second);
    assert.equal(code, 9);
    assert.equal(stdout, `Deleted: ${first}\nDeleted: ${second}\n`);
    assert.match(stderr, /^Error: .*doc_000000000000.*\n/);
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
    assert.match(stderr, /^Error: doc_000000000002: .*failed[^]*\nLeft alone: doc_000000000003\n$/);
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
    assert.deepEqual([code, stdout, stderr], [130, 'Deleted: doc_000000000001\n', 'Error: Interrupted.\n']);
  });
});

describe('doc status', () => {
  const server = useServer();
  const standIn = useStandIns();

  it('tells where the server is, its version and how fast it answers', async () => {
    const { code, stdout, stderr } = await doc(['status'], { url: server.url });
    assert.match(stdout, /^Server: http:\S+\nStatus: ok\nVersion: \d+\.\d+\.\d+\nUptime: \d+ s\nLatency: [\d.]+ ms\n$/);
    assert.ok(stdout.includes(server.url));
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('tells programs the same', async () => {
    const status = JSON.parse((await doc(['status', '--format', 'json'], { url: server.url })).stdout);
    assert.deepEqual(Object.keys(status), ['url', 'reachable', 'status', 'version', 'uptime_seconds', 'latency_ms']);
    assert.deepEqual([status.url, status.reachable, status.status], [server.url, true, 'ok']);
    assert.ok(status.latency_ms > 0 && status.latency_ms < 10_000);
  });

  it('says nothing when only the exit code is wanted', async () => {
    const { code, stdout, stderr } = await doc(['status', '--quiet'], { url: server.url });
    assert.deepEqual([code, stdout, stderr], [0, '', '']);
  });

  it('tells that the server cannot serve', async () => {
    const url = await standIn((_, response) => {
      sendProblem(response, 503, 'unavailable');
    });
    assert.equal((await doc(['status'], { url })).code, 6);
  });
});
