import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { contentEtag, type Document, DocumentClient, type Version } from '../src/index.js';
import { allReject, refusedAs } from './refusals.js';
import { type ServerProcess, startServer } from './server-process.js';

describe('versions against the server', () => {
  let server: ServerProcess;
  let client: DocumentClient;
  let folder: string;

  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_LOG_LEVEL: 'warn' });
    client = new DocumentClient({ baseUrl: server.url });
    folder = await mkdtemp(join(tmpdir(), 'sdk-versions-'));
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const pushed = (text: string, filename = 'plan.md'): Promise<Document> =>
    client.upload(new Blob([text]), { filename });
  const contentOf = async (id: string, version?: number): Promise<string> =>
    await (await (await client.download(id, { version })).blob()).text();

  it('makes a version of a file, and none of the same content', async () => {
    const document = await pushed('first\n');
    assert.deepEqual([document.version, document.revision], [1, 1]);
    const path = join(folder, 'second.txt');
    await writeFile(path, 'second\n');
    const change = await client.createVersion(document.document_id, path, {
      ifMatch: contentEtag(document),
      message: 'Zwei\nZeilen, größer.',
    });
    const { created_at, created_by, ...facts } = change;
    assert.deepEqual(facts, {
      document_id: document.document_id,
      version: 2,
      parents: [1],
      original_filename: 'second.txt',
      size_bytes: 7,
      mime_type: 'text/plain',
      checksum_sha256: createHash('sha256').update('second\n').digest('hex'),
      message: 'Zwei\nZeilen, größer.',
      outcome: 'created',
    });
    assert(Date.parse(created_at) >= Date.parse(document.uploaded_at));
    assert.match(created_by, /./);

    const same = await client.createVersion(document.document_id, new Blob(['second\n']).stream(), {
      ifMatch: contentEtag(change),
      filename: 'other.txt',
    });
    assert.deepEqual(same, { ...change, outcome: 'unchanged' });
    const now = await client.get(document.document_id);
    assert.deepEqual(
      [now.version, now.original_filename, now.checksum_sha256],
      [2, 'second.txt', change.checksum_sha256],
    );
    const first = await client.get(document.document_id, { version: 1 });
    assert.deepEqual([first.version, first.size_bytes, first.name], [1, 6, 'plan.md']);
  });

  it('keeps out who has not seen the current version', async () => {
    const document = await pushed('first\n');
    const id = document.document_id;
    const second = await client.createVersion(id, new Blob(['second\n']), { ifMatch: '*', filename: 'plan.md' });
    const stale = { ifMatch: contentEtag(document), filename: 'plan.md' };
    const isMismatch = refusedAs('version_mismatch', ({ status, current_version, current_etag }) => {
      assert.deepEqual([status, current_version, current_etag], [412, 2, contentEtag(second)]);
    });
    await assert.rejects(client.createVersion(id, new Blob(['third\n']), stale), isMismatch);
    await assert.rejects(client.edit(id, [{ op: 'append', text: 'x' }], stale), isMismatch);
    await assert.rejects(client.rollback(id, 1, stale), isMismatch);
    await assert.rejects(client.update(id, { name: 'Other' }, stale), isMismatch);
    await assert.rejects(client.delete(id, stale), isMismatch);
    const { error, response } = await client.api.PATCH('/documents/{document_id}/content', {
      params: { path: { document_id: id } },
      body: { edits: [{ op: 'append', text: 'x' }] },
    });
    assert.deepEqual([response.status, error?.code], [428, 'precondition_required']);
    assert.equal(await contentOf(id), 'second\n');
    assert.equal((await client.versions(id)).versions.length, 2);
  });

  it('guards the metadata by the revision', async () => {
    const { document_id: id, revision } = await pushed('text\n');
    const changed = await client.update(id, { name: 'Renamed' }, { ifMatch: `"${revision}"` });
    assert(changed.revision > revision);
    await assert.rejects(
      client.update(id, { name: 'Again' }, { ifMatch: `"${revision}"` }),
      refusedAs('version_mismatch'),
    );
    await assert.rejects(client.delete(id, { ifMatch: `"${revision}"` }), refusedAs('version_mismatch'));
    await client.delete(id, { ifMatch: `"${changed.revision}"` });
  });

  it('merges what two have changed in different places', async () => {
    const document = await pushed('one\ntwo\nthree\nfour\nfive\n');
    const id = document.document_id;
    const options = { ifMatch: contentEtag(document), onConflict: 'merge', filename: 'plan.md' } as const;
    await client.createVersion(id, new Blob(['ONE\ntwo\nthree\nfour\nfive\n']), options);
    const merged = await client.createVersion(id, new Blob(['one\ntwo\nthree\nfour\nFIVE\n']), options);
    assert.deepEqual([merged.outcome, merged.version, merged.parents], ['merged', 3, [2, 1]]);
    const edited = await client.edit(id, [{ op: 'replace', old: 'three', new: 'THREE' }], options);
    assert.equal(edited.outcome, 'merged');
    assert.equal(await contentOf(id), 'ONE\ntwo\nTHREE\nfour\nFIVE\n');
  });

  it('shows the lines that both have changed', async () => {
    const document = await pushed('one\ntwo\nthree\n');
    const id = document.document_id;
    const options = { ifMatch: contentEtag(document), onConflict: 'merge', filename: 'plan.md' } as const;
    const theirs = await client.createVersion(id, new Blob(['one\nTWO\nthree\n']), options);
    const isConflict = refusedAs('merge_conflict', (problem) => {
      assert.deepEqual([problem.current_version, problem.current_etag], [2, contentEtag(theirs)]);
      assert.equal(problem.conflict_count, 1);
      const [conflict] = problem.conflicts ?? [];
      assert.deepEqual(
        [conflict?.base.lines, conflict?.current.lines, conflict?.yours.lines, conflict?.current.start_line],
        [['two'], ['TWO'], ['zwei'], 2],
      );
    });
    await assert.rejects(client.createVersion(id, new Blob(['one\nzwei\nthree\n']), options), isConflict);
    await assert.rejects(client.edit(id, [{ op: 'replace', old: 'two', new: 'zwei' }], options), isConflict);
    assert.equal((await client.get(id)).version, 2);
  });

  it('edits text, all or nothing', async () => {
    const document = await pushed('# Plan\n\n## Steps\n\nBuild.\n\n## Risks\n\nMany. Many.\n');
    const id = document.document_id;
    const edited = await client.edit(
      id,
      [
        { op: 'replace', old: '# Plan', new: '# The plan' },
        { op: 'replace', old: 'Many.', new: 'Few.', all: true },
        { op: 'replace_section', section: 'Steps', text: '\nTest, then build.\n\n' },
        { op: 'prepend', text: 'Draft' },
        { op: 'append', text: 'End.' },
      ],
      { ifMatch: contentEtag(document), message: 'Better' },
    );
    assert.deepEqual([edited.version, edited.message], [2, 'Better']);
    const text = await contentOf(id);
    for (const part of [
      /^Draft\n# The plan\n/,
      /## Steps\n+Test, then build\.\n+## Risks/,
      /Few\. Few\.\n+End\.\n?$/,
    ]) {
      assert.match(text, part);
    }
    const failing = [
      { op: 'append', text: 'never' },
      { op: 'replace', old: 'Few.', new: 'No.' },
    ] as const;
    await assert.rejects(
      client.edit(id, failing, { ifMatch: '*' }),
      refusedAs('edit_failed', ({ status, found }) => {
        assert.deepEqual([status, found?.edit, found?.occurrences], [422, 1, 2]);
        assert.equal(found?.lines.length, 2);
      }),
    );
    assert.equal(await contentOf(id), text);
    const binary = await client.upload(new Blob([randomBytes(100), new Uint8Array(8)]), { filename: 'a.bin' });
    const append = client.edit(binary.document_id, [{ op: 'append', text: 'x' }], { ifMatch: '*' });
    await assert.rejects(append, refusedAs('not_text'));
  });

  it('loses none of the lines that many add at once', async () => {
    const { document_id: id } = await pushed('');
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    await Promise.all(lines.map((text) => client.edit(id, [{ op: 'append', text: `${text}\n` }], { ifMatch: '*' })));
    assert.deepEqual((await contentOf(id)).trimEnd().split('\n').sort(), [...lines].sort());
    const versions: Version[] = [];
    for await (const version of client.versionsAll(id, { limit: 8 })) versions.push(version);
    assert.deepEqual(
      versions.map(({ version, parents }) => [version, ...parents]),
      Array.from({ length: 21 }, (_, index) => (index === 20 ? [1] : [21 - index, 20 - index])),
    );
    assert.equal((await client.versions(id, { limit: 21 })).cursor, undefined);
  });

  it('goes back, and tells what is different', async () => {
    const document = await pushed('one\ntwo\n');
    const id = document.document_id;
    const second = await client.edit(id, [{ op: 'replace', old: 'two', new: 'zwei' }], { ifMatch: '*' });
    const diff = await client.diff(id);
    assert.match(diff, /^--- plan\.md.*\n\+\+\+ plan\.md.*\n@@ .* @@\n one\n-two\n\+zwei\n$/);
    assert.match(await client.diff(id, { from: 2, to: 1, context: 0 }), /@@\n-zwei\n\+two\n$/);
    const { from, to, hunks } = await client.diffHunks(id, { from: 1, to: 2, context: 0 });
    assert.deepEqual([from, to, hunks.map(({ lines }) => lines)], [1, 2, [['-two', '+zwei']]]);

    const back = await client.rollback(id, 1, { ifMatch: contentEtag(second), message: 'Back' });
    assert.deepEqual([back.version, back.outcome, back.message], [3, 'created', 'Back']);
    assert.equal(back.checksum_sha256, document.checksum_sha256);
    assert.equal(await client.diff(id, { from: 1, to: 3 }), '');
    assert.deepEqual((await client.diffHunks(id, { from: 1, to: 3 })).hunks, []);
    assert.equal((await client.rollback(id, 1, { ifMatch: contentEtag(back) })).outcome, 'unchanged');
    await allReject(
      [client.rollback(id, 9, { ifMatch: '*' }), client.diff(id, { from: 9 }), contentOf(id, 9)],
      refusedAs('version_not_found'),
    );
  });

  it('pulls old versions, verified', async () => {
    const first = randomBytes(2_000_000);
    const { document_id: id } = await client.upload(new Blob([first]), { filename: 'data.bin' });
    await client.createVersion(id, new Blob(['text']), { ifMatch: '*', filename: 'data.txt' });
    const old = await client.downloadToFile(id, { version: 1, directory: folder });
    assert.deepEqual([old.version, old.filename, old.sizeBytes], [1, 'data.bin', first.byteLength]);
    assert(first.equals(await readFile(old.path)));
    const now = await client.downloadToFile(id, { directory: folder });
    assert.deepEqual([now.version, now.filename], [2, 'data.txt']);
    const part = await client.download(id, { version: 1, range: { start: 1, end: 3 } });
    assert.deepEqual([part.version, part.status, part.sizeBytes], [1, 206, first.byteLength]);
    assert.deepEqual(Buffer.from(await (await part.blob()).arrayBuffer()), first.subarray(1, 4));
    assert.equal((await client.download(id, { version: 1, ifNoneMatch: part.etag })).status, 304);
    assert.equal((await client.download(id, { ifNoneMatch: part.etag })).status, 200);
  });
});
