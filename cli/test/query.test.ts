import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Document } from '@document-sync/sdk';
import stringWidth from 'string-width';
import { BIN, doc, environment, push } from './doc.js';
import { useServer } from './server-process.js';
import { useStandIns } from './stand-in-server.js';

describe('doc query', () => {
  const server = useServer();
  const query = (...args: string[]) => doc(['query', ...args], { url: server.url });
  const documents: Document[] = [];

  before(async function () {
    this.timeout(30_000);
    documents.push(await push(server.url, 'a', '--name', 'Database Schema', '--tags', 'design,db'));
    documents.push(await push(server.url, 'b', '--name', 'System Architecture', '--tags', 'design,docs'));
    documents.push(await push(server.url, 'c', '--name', '100% 漢字 plan'));
    documents.reverse();
  });

  const at = (index: number): Document => {
    const document = documents[index];
    assert.ok(document);
    return document;
  };
  const localTime = (document: Document, hours = 0): string =>
    new Date(Date.parse(document.uploaded_at) + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

  it("prints the draft's table, newest first", async () => {
    const { code, stdout, stderr } = await query('--tags', 'design');
    assert.equal(
      stdout,
      [
        '┌──────────────────┬─────────────────────┬─────────────┬─────────────────────┐',
        '│ Document ID      │ Name                │ Tags        │ Uploaded            │',
        '├──────────────────┼─────────────────────┼─────────────┼─────────────────────┤',
        `│ ${at(1).document_id} │ System Architecture │ design,docs │ ${localTime(at(1))} │`,
        `│ ${at(2).document_id} │ Database Schema     │ design,db   │ ${localTime(at(2))} │`,
        '└──────────────────┴─────────────────────┴─────────────┴─────────────────────┘\n',
      ].join('\n'),
    );
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  it('is also called doc-query', async () => {
    const { stdout } = await doc(['--name', 'schema', '--quiet'], { url: server.url, program: 'doc-query' });
    assert.equal(stdout, `${at(2).document_id}\n`);
  });

  it('gives programs the documents as the server sent them', async () => {
    const { stdout } = await query('--format', 'json');
    assert.deepEqual(JSON.parse(stdout), documents);
    assert.ok(stdout.startsWith('[\n  {\n    "document_id": '), 'it is not laid out as in the draft');
    const raw = await (await fetch(`${server.url}/documents`)).json();
    assert.deepEqual(JSON.parse(stdout), raw);
  });

  it('prints ids alone', async () => {
    const { stdout } = await query('--quiet');
    assert.equal(stdout, documents.map((document) => `${document.document_id}\n`).join(''));
  });

  it('shows times where the person is, to programs as they are', async () => {
    const options = { url: server.url, env: { TZ: 'Asia/Tokyo' } };
    assert.ok((await doc(['query'], options)).stdout.includes(localTime(at(0), 9)));
    assert.ok((await doc(['query', '--format', 'json'], options)).stdout.includes(at(0).uploaded_at));
  });

  it('finds by all of the tags, and by a part of the name in any case', async () => {
    assert.equal((await query('--quiet', '--tags', 'design,docs')).stdout, `${at(1).document_id}\n`);
    assert.equal((await query('--quiet', '--tags', 'design', '--tags', 'db')).stdout, `${at(2).document_id}\n`);
    assert.equal((await query('--quiet', '--name', 'ARCHI', '--tags', 'design')).stdout, `${at(1).document_id}\n`);
    assert.equal((await query('--quiet', '--name', '100%')).stdout, `${at(0).document_id}\n`);
    assert.equal((await query('--quiet', '--name', '漢字')).stdout, `${at(0).document_id}\n`);
  });

  it('keeps the table straight with wide characters', async () => {
    const { stdout } = await query();
    const widths = stdout
      .trimEnd()
      .split('\n')
      .map((line) => stringWidth(line));
    assert.deepEqual(new Set(widths), new Set([widths[0]]));
  });

  it('says when nothing is found, to programs by an empty list', async () => {
    const found = await query('--name', 'nothing like this');
    assert.deepEqual([found.code, found.stdout, found.stderr], [0, '', 'No documents found.\n']);
    const json = await query('--name', 'nothing like this', '--format', 'json');
    assert.deepEqual([json.code, json.stdout, json.stderr], [0, '[]\n', '']);
  });

  it('says when there are more, and how to see them', async () => {
    const first = await query('--limit', '2', '--quiet');
    assert.equal(first.stdout, `${at(0).document_id}\n${at(1).document_id}\n`);
    const cursor = /--all .* --cursor (\S+) /.exec(first.stderr)?.[1];
    assert.ok(cursor, first.stderr);
    const rest = await query('--limit', '2', '--quiet', '--cursor', cursor);
    assert.deepEqual([rest.stdout, rest.stderr], [`${at(2).document_id}\n`, '']);
  });

  it('tells programs in JSON that there are more', async () => {
    const { stderr, stdout } = await query('--limit', '1', '--format', 'json');
    assert.equal(JSON.parse(stdout).length, 1);
    const note = JSON.parse(stderr);
    assert.match(note.message, /--all/);
    const next = await query('--limit', '1', '--quiet', '--cursor', note.cursor);
    assert.equal(next.stdout, `${at(1).document_id}\n`);
  });

  it('does not ask for more or fewer than the contract allows', async () => {
    for (const limit of ['0', '1001', '1.5', 'many']) {
      const { code, stderr } = await query('--limit', limit);
      assert.equal(code, 2);
      assert.match(stderr, /^Error: --limit must be a whole number from 1 to 1000\.\n.*--all/);
    }
    assert.equal((await query('--all', '--limit', '3')).code, 2);
  });

  it('ends quietly when the other command has seen enough', () => {
    const script =
      'set -o pipefail; for i in 1 2 3; do "$NODE" "$DOC" query | head -1; done; "$NODE" "$DOC" query | true';
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      env: { ...environment({ url: server.url }), NODE: process.execPath, DOC: `${BIN}/doc.cjs` },
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, /^(┌.*┐\n){3}$/);
  });

  it('tells when the output cannot be written', function () {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', '[ -c /dev/full ] || exit 77; "$NODE" "$DOC" query > /dev/full'],
      {
        env: { ...environment({ url: server.url }), NODE: process.execPath, DOC: `${BIN}/doc.cjs` },
        encoding: 'utf8',
      },
    );
    if (status === 77) this.skip();
    assert.equal(status, 1);
    assert.match(stderr, /^Error: The output cannot be written: ENOSPC/);
  });
});

describe('doc query with many documents', () => {
  const standIn = useStandIns();

  it('shows all of them, page by page', async () => {
    const asked: string[] = [];
    const url = await standIn((request, response) => {
      asked.push(request.url ?? '');
      const page = asked.length;
      const next = page < 3 ? { link: `</documents?limit=1000&cursor=page${page + 1}>; rel="next"` } : {};
      response.writeHead(200, { 'content-type': 'application/json', ...next });
      response.end(JSON.stringify([sampleDocument(`doc_00000000000${page}`)]));
    });
    const { code, stdout, stderr } = await doc(['query', '--all', '--quiet', '--name', 'a'], { url });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'doc_000000000001\ndoc_000000000002\ndoc_000000000003\n');
    assert.equal(stderr, '');
    assert.match(asked[0] ?? '', /^\/documents\?.*name=a/);
    assert.match(asked[2] ?? '', /cursor=page3/);
  });

  it('shows escape sequences of names, tags and descriptions instead of sending them', async () => {
    const hostile = '\x1b]0;owned\x07\x1b[31m\u009b31m\u202e';
    const document = {
      ...sampleDocument('doc_000000000001'),
      name: hostile,
      tags: [hostile],
      description: `a\n${hostile}`,
    };
    const url = await standIn((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(request.url?.endsWith('metadata') ? document : [document]));
    });
    for (const args of [['query'], ['query', '--format', 'json'], ['info', 'doc_000000000001']]) {
      const { stdout, code } = await doc(args, { url });
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, /[^\P{Cc}\n]|\u202e/u, args.join(' '));
      assert.match(stdout, /owned/);
    }
    const { stdout } = await doc(['query', '--format', 'json'], { url });
    assert.deepEqual(JSON.parse(stdout), [document]);
  });
});

function sampleDocument(document_id: string): Document {
  return {
    document_id,
    name: 'a',
    original_filename: 'a.txt',
    tags: [],
    description: '',
    size_bytes: 1,
    mime_type: 'text/plain',
    checksum_sha256: '0'.repeat(64),
    uploaded_at: '2026-11-23T10:30:00.000Z',
    updated_at: '2026-11-23T10:30:00.000Z',
    version: 1,
    revision: 1,
    index_status: 'indexed',
  };
}
