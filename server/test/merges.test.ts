/** Two who change one document from the same version: what the server makes of it with and without leave to merge. */
import assert from 'node:assert/strict';
import request, { type Response } from 'supertest';
import { binary, push, type Document } from './documents-client.js';
import { expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import {
  etagOf,
  patchContent,
  postVersion,
  pushVersion,
  textOf,
  versionsOf,
  type VersionChange,
} from './versions-client.js';

const BASE = ['# Plan', '', 'The queue lives in memory.', '', '## Owners', '', 'Ada', ''].join('\n');

interface Conflict {
  readonly current_version?: number;
  readonly current_etag?: string;
  readonly conflict_count?: number;
  readonly conflicts?: readonly Record<
    'base' | 'current' | 'yours',
    { start_line: number; line_count: number; lines: string[] }
  >[];
}

describe('on_conflict=merge', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer({ config: { maxTextBytes: 200_000 } });
  });
  after(() => server.close());
  beforeEach(async () => {
    document = await push(server, BASE, { filename: 'plan.md' });
  });

  const merge = (content: string | Buffer, base: { checksum_sha256: string } = document): Promise<Response> =>
    postVersion(server, document.document_id, content, {
      ifMatch: etagOf(base),
      onConflict: 'merge',
      filename: 'plan.md',
      message: 'mine',
    });
  async function bytes(): Promise<Buffer> {
    const response = await request(server.url).get(`/documents/${document.document_id}`).buffer(true).parse(binary);
    return response.body as Buffer;
  }

  it('brings both changes together in a version that names both parents', async () => {
    await pushVersion(server, document.document_id, BASE.replace('in memory', 'on disk'));
    const response = await merge(BASE.replace('Ada', 'Ada and Grace'));
    assert.equal(response.status, 201, response.text);
    const change = response.body as VersionChange;
    assert.deepEqual([change.outcome, change.version, change.parents, change.message], ['merged', 3, [2, 1], 'mine']);
    const merged = BASE.replace('in memory', 'on disk').replace('Ada', 'Ada and Grace');
    assert.equal(await textOf(server, document.document_id), merged);
    assert.equal(response.headers['etag'], etagOf(change));
    assert.equal(response.headers['location'], `/documents/${document.document_id}/versions/3`);
    const [newest] = await versionsOf(server, document.document_id);
    assert.deepEqual(newest?.parents, [2, 1]);
  });

  it('has nothing to do where nobody was faster, or where the change is in already', async () => {
    const first = await merge(BASE.replace('Ada', 'Grace'));
    assert.equal((first.body as VersionChange).outcome, 'created');
    await pushVersion(server, document.document_id, BASE.replace('Ada', 'Grace').replace('memory', 'space'));
    const again = await merge(BASE.replace('Ada', 'Grace'));
    assert.deepEqual([again.status, (again.body as VersionChange).outcome], [200, 'unchanged']);
  });

  it('answers a conflict with both sides and the base, and what is there now; stores nothing', async () => {
    const theirs = await pushVersion(server, document.document_id, BASE.replace('lives in memory', 'is durable'));
    const response = await merge(BASE.replace('lives in memory', 'is gone').replace('Ada', 'Grace'));
    const problem = expectProblem(response, 412, 'merge_conflict') as Conflict & { detail: string };
    assert.equal(response.headers['etag'], etagOf(theirs));
    assert.equal(problem.current_version, 2);
    assert.equal(problem.current_etag, etagOf(theirs));
    assert.equal(problem.conflict_count, 1);
    assert.deepEqual(problem.conflicts, [
      {
        base: { start_line: 3, line_count: 1, lines: ['The queue lives in memory.'] },
        current: { start_line: 3, line_count: 1, lines: ['The queue is durable.'] },
        yours: { start_line: 3, line_count: 1, lines: ['The queue is gone.'] },
      },
    ]);
    assert.equal((await versionsOf(server, document.document_id)).length, 2);
  });

  it('tells the true number of very many conflicts, and shows the first', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index}`);
    const changed = (word: string): string =>
      lines.map((line, index) => (index % 3 ? line : `${word} ${line}`)).join('\n');
    document = await push(server, lines.join('\n'));
    await pushVersion(server, document.document_id, changed('theirs'));
    const response = await merge(changed('mine'));
    const problem = expectProblem(response, 412, 'merge_conflict') as Conflict;
    assert.equal(problem.conflict_count, 100);
    assert.equal(problem.conflicts?.length, 20);
    assert.ok(response.text.length < 100_000);
  });

  it('keeps an answer small where the conflicting lines are huge', async () => {
    document = await push(server, `${'b'.repeat(150_000)}\n`);
    await pushVersion(server, document.document_id, `${'t'.repeat(150_000)}\n`);
    const response = await merge(`${'m'.repeat(150_000)}\n`);
    expectProblem(response, 412, 'merge_conflict');
    assert.ok(response.text.length < 20_000, `${response.text.length} bytes`);
    document = await push(server, 'b\n'.repeat(50_000));
    await pushVersion(server, document.document_id, 't\n'.repeat(50_000));
    const long = await merge('m\n'.repeat(50_000));
    const conflict = (expectProblem(long, 412, 'merge_conflict') as Conflict).conflicts?.[0];
    assert.deepEqual([conflict?.base.line_count, conflict?.base.lines.length], [50_000, 100]);
  });

  it('is left to the client: without it the answer is 412', async () => {
    await pushVersion(server, document.document_id, BASE.replace('memory', 'space'));
    for (const onConflict of [undefined, 'fail']) {
      const response = await postVersion(server, document.document_id, BASE.replace('Ada', 'Grace'), {
        ifMatch: etagOf(document),
        ...(onConflict !== undefined && { onConflict }),
      });
      expectProblem(response, 412, 'version_mismatch');
    }
  });

  const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
  const wide = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
  const marked = (text: string): Buffer => Buffer.from(`\ufeff${text}`);
  const utf8 = (text: string): Buffer => Buffer.from(text);
  const bytePreserving: readonly [what: string, encode: (text: string) => Buffer, lines: readonly string[]][] = [
    ['CRLF', utf8, ['a\r\n', 'b\r\n', 'c\r\n', 'd\r\n', 'e\r\n']],
    ['mixed line ends', utf8, ['a\r\n', 'b\n', 'c\r\n', 'd\n', 'e\r\n']],
    ['no final newline', utf8, ['a\n', 'b\n', 'c\n', 'd\n', 'e']],
    ['a byte order mark', marked, ['ä\n', 'b\n', 'c\n', 'd\n', 'é\n']],
    ['windows-1252', latin, ['ä\n', 'b\n', 'c\n', 'd\n', 'é\n']],
    ['UTF-16', wide, ['設\n', 'b\n', 'c\n', 'd\n', '😀\n']],
  ];
  for (const [what, encode, lines] of bytePreserving) {
    it(`keeps every byte that nobody changed: ${what}`, async () => {
      document = await push(server, encode(lines.join('')));
      await pushVersion(server, document.document_id, encode(lines.with(0, `X${lines[0] ?? ''}`).join('')));
      const response = await merge(encode(lines.with(4, `Y${lines[4] ?? ''}`).join('')));
      assert.equal(response.status, 201, response.text);
      const expected = encode(
        lines
          .with(0, `X${lines[0] ?? ''}`)
          .with(4, `Y${lines[4] ?? ''}`)
          .join(''),
      );
      assert.deepEqual(await bytes(), expected);
    });
  }

  it('says why it cannot: binary, mixed encodings', async () => {
    for (const [base, theirs, mine] of [
      [Buffer.from([0, 1]), Buffer.from([0, 2]), Buffer.from([0, 3])],
      [utf8(BASE), utf8(`${BASE}x\n`), Buffer.from([0, 3])],
      [utf8('ä\nb\nc\n'), utf8('ä\nb\nC\n'), latin('Ä\nb\nc\n')],
    ] as const) {
      document = await push(server, base);
      const current = await pushVersion(server, document.document_id, theirs);
      const response = await merge(mine);
      const problem = expectProblem(response, 412, 'version_mismatch');
      assert.match(problem.detail, /cannot be merged: \S/);
      assert.equal(response.headers['etag'], etagOf(current));
    }
  });

  it('says why it cannot: more than is read as text, on either side', async () => {
    const large = 'x\n'.repeat(100_001);
    for (const [base, theirs, mine] of [
      ['b\n', 't\n', large],
      ['b\n', large, 'm\n'],
      [large, 't\n', 'm\n'],
    ] as const) {
      document = await push(server, base);
      await pushVersion(server, document.document_id, theirs);
      const response = await merge(mine);
      // An answer that the contract lists for this operation; the audit of the exchange sees to the rest.
      assert.equal(response.status, 412, response.text);
      assert.match((response.body as { detail: string }).detail, /DOCUMENT_MAX_TEXT_BYTES|too large|larger/i);
    }
  });

  it('cannot go back to a base that is none of the document’s versions', async () => {
    const stranger = await push(server, 'of another document');
    await pushVersion(server, document.document_id, 'x');
    const response = await merge('mine', stranger);
    assert.match(expectProblem(response, 412, 'version_mismatch').detail, /None of its versions/);
  });

  it('also merges edits of an older version', async () => {
    await pushVersion(server, document.document_id, BASE.replace('memory', 'space'));
    const edits = [{ op: 'replace', old: 'Ada', new: 'Grace' }];
    const ifMatch = etagOf(document);
    expectProblem(await patchContent(server, document.document_id, edits, { ifMatch }), 412, 'version_mismatch');
    const response = await patchContent(server, document.document_id, edits, { ifMatch, onConflict: 'merge' });
    assert.equal(response.status, 201, response.text);
    assert.deepEqual((response.body as VersionChange).parents, [2, 1]);
    assert.equal(await textOf(server, document.document_id), BASE.replace('memory', 'space').replace('Ada', 'Grace'));
    const clashing = [{ op: 'replace', old: 'in memory', new: 'nowhere' }];
    const conflict = await patchContent(server, document.document_id, clashing, { ifMatch, onConflict: 'merge' });
    expectProblem(conflict, 412, 'merge_conflict');
  });

  it('loses none of many merges at the same time, and makes one chain of them', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`);
    document = await push(server, lines.join(''));
    const places = Array.from({ length: 25 }, (_, index) => index * 4);
    const responses = await Promise.all(places.map((place) => merge(lines.with(place, `changed ${place}\n`).join(''))));
    for (const { status, text } of responses) assert.equal(status, 201, text);
    const expected = lines.map((line, index) => (index % 4 ? line : `changed ${index}\n`)).join('');
    assert.equal(await textOf(server, document.document_id), expected);
    const versions = await versionsOf(server, document.document_id);
    assert.deepEqual(
      versions.map(({ version }) => version),
      Array.from({ length: 26 }, (_, index) => 26 - index),
    );
    assert.ok(versions.every(({ version, parents }) => version === 1 || parents[0] === version - 1));
  });
});
