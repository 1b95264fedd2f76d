import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import type { Document } from '@document-sync/sdk';
import { BIN, doc, environment, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';
import { downloadHeaders, sendProblem, useStandIns } from './stand-in-server.js';

describe('doc pull of several documents to a disk that fills', () => {
  const server = useServer();
  const folder = useFolder();

  const inside = (script: string) =>
    spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', script], {
      cwd: folder.path,
      env: { ...environment({ url: server.url }), NODE: process.execPath, DOC: `${BIN}/doc.cjs` },
      encoding: 'utf8',
    });
  const mount = 'mount -t tmpfs -o size=1m none small';
  beforeEach(function () {
    mkdirSync(folder.file('small'));
    if (inside(mount).status !== 0) this.skip();
  });

  it('leaves nothing half-written on a full disk, and goes on when there is room', function () {
    this.timeout(30_000);
    const script = `${mount}
      head -c 300000 /dev/urandom > one.bin; head -c 900000 /dev/urandom > two.bin; head -c 200000 /dev/urandom > three.bin
      "$NODE" "$DOC" push one.bin two.bin three.bin --tags disk --quiet > ids
      "$NODE" "$DOC" pull $(cat ids) --output small --jobs 1 --no-cache --format json > out.json 2> err.json; echo "code $?"
      ls -A small
      mount -o remount,size=10m small
      "$NODE" "$DOC" pull $(cat ids) --output small --no-cache > /dev/null 2> summary; echo "code $?"; cat summary
      for file in one.bin two.bin three.bin; do cmp $file small/$file; done`;
    const { stdout, stderr } = inside(script);
    assert.equal(stderr, '');
    assert.match(stdout, /^code 9\none\.bin\ncode 0\nPulled 3 documents, 1 of them unchanged\.\n$/);
    const failure = JSON.parse(readFileSync(folder.file('err.json'), 'utf8'));
    assert.deepEqual(
      failure.failed.map((one: Record<string, unknown>) => [one['code'], one['exit_code']]),
      [
        ['enospc', 6],
        ['enospc', 6],
      ],
    );
    assert.match(failure.hint, /Make room/);
  });

  it('leaves no part of an archive', function () {
    this.timeout(30_000);
    const script = `${mount}
      head -c 700000 /dev/urandom > one.bin; head -c 700000 /dev/urandom > two.bin
      "$NODE" "$DOC" push one.bin two.bin --tags full --quiet > ids
      "$NODE" "$DOC" pull --tags full --archive small/all.zip 2> err; echo "code $?"
      ls -A small; cat err`;
    const { stdout, stderr } = inside(script);
    assert.equal(stderr, '');
    assert.equal(
      stdout,
      'code 6\nError: There is no room for small/all.zip: the disk is full. Nothing was left there.\n' +
        'Make room, then run the same command again.\n',
    );
  });
});

describe('doc pull of several documents from a server that is not as it should be', () => {
  const standIn = useStandIns();
  const folder = useFolder();
  const ids = ['doc_000000000001', 'doc_000000000002', 'doc_000000000003'];

  /** What the server says of a document whose content is its id. */
  const documentOf = (id: string): Partial<Document> => ({
    document_id: id,
    name: `${id}.txt`,
    original_filename: `${id}.txt`,
    tags: [],
    size_bytes: id.length,
    checksum_sha256: /"(\w+)"/.exec(downloadHeaders(id)['etag'] ?? '')?.[1] ?? '',
    uploaded_at: '2026-11-23T10:30:00.000Z',
    version: 1,
    revision: 1,
  });

  const idOf = (url: string | undefined): string => /doc_[0-9a-f]{12}/.exec(url ?? '')?.[0] ?? '';

  it('keeps what is whole, and leaves nothing of what is damaged', async () => {
    const url = await standIn((request, response) => {
      const id = idOf(request.url);
      if (request.url?.endsWith('/metadata') === true) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(documentOf(id)));
      } else if (id === ids[0]) {
        response.writeHead(200, { ...downloadHeaders(id, `${id}.txt`), 'x-document-id': id }).end(id);
      } else if (id === ids[1]) {
        response.writeHead(200, { ...downloadHeaders(id, `${id}.txt`), 'x-document-id': id }).end(id.toUpperCase());
      } else {
        sendProblem(response, 500, 'internal_error');
      }
    });
    const { code, stderr } = await doc(['pull', ...ids, '--format', 'json', '--no-cache'], { url, cwd: folder.path });
    assert.equal(code, 9);
    assert.deepEqual(readdirSync(folder.path), ['doc_000000000001.txt']);
    const { failed } = JSON.parse(stderr);
    assert.deepEqual(
      failed.map((one: Record<string, unknown>) => [one['document_id'], one['code'], one['exit_code']]).sort(),
      [
        [ids[1], 'integrity_mismatch', 8],
        [ids[2], 'internal_error', 1],
      ],
    );
  });

  it('stops when the server has gone, and leaves the rest', async () => {
    let asked = 0;
    const url = await standIn((request, response) => {
      const id = idOf(request.url);
      if (request.url?.endsWith('/metadata') === true) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(documentOf(id)));
      } else {
        asked += 1;
        request.socket.destroy();
      }
    });
    const { code, stdout, stderr } = await doc(['pull', ...ids, '--jobs', '1', '--no-cache'], {
      url,
      cwd: folder.path,
    });
    assert.deepEqual([code, stdout], [7, '']);
    assert.match(stderr, /Error: 3 of 3 documents could not be pulled\./);
    assert.ok(asked <= 3, `it asked ${asked} times`);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('tells what is there when it is stopped, and leaves nothing half-written', async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const url = await standIn((request, response) => {
      const id = idOf(request.url);
      if (request.url?.endsWith('/metadata') === true) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(documentOf(id)));
        return;
      }
      response.writeHead(200, { ...downloadHeaders(id, `${id}.txt`), 'x-document-id': id });
      if (id === ids[0]) response.end(id);
      else response.write('d', arrive);
    });
    const { child, finished } = startDoc(['pull', ...ids, '--jobs', '1', '--quiet'], { url, cwd: folder.path });
    await arrived;
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    assert.deepEqual([code, stdout, stderr], [130, `${ids[0]}\n`, 'Error: Interrupted.\n']);
    assert.deepEqual(readdirSync(folder.path), ['doc_000000000001.txt']);
  });
});
