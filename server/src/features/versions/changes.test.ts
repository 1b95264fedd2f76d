import assert from 'node:assert/strict';
import path from 'node:path';
import type { ContentEdit, Document, VersionChange } from '../../kernel/contract.js';
import { contentEtag, metadataEtag } from '../../kernel/precondition.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { keyOf, readAll, whole } from '../../testing/blob-content.js';
import { openTextStore, type TextStore } from '../../testing/text-store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';

const BASE = 'a\nb\nc\nd\ne\nf\ng\nh\n';

describe('Changes, where somebody else was faster', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;
  let document: Document;

  beforeEach(async () => {
    store = await openTextStore(path.join(folder(), 'store'), { maxTextBytes: 100_000 });
    document = await store.push(BASE);
  });
  afterEach(() => store.close());

  const merging = (base: { checksum_sha256: string }) => ({ precondition: [contentEtag(base)], merge: true });
  const edit = (
    edits: readonly ContentEdit[],
    precondition: readonly string[] | 'any',
    merge = false,
  ): Promise<VersionChange> =>
    store.versions.edit(ANONYMOUS, document.document_id, edits, 'm', { precondition, merge });

  async function bytesOf(version?: number): Promise<Buffer> {
    const content = await store.documents.getContent(ANONYMOUS, document.document_id, version);
    return readAll(await store.documents.open(ANONYMOUS, content, whole(content.size_bytes)));
  }
  async function textOf(version?: number): Promise<string> {
    return (await bytesOf(version)).toString();
  }
  async function isStored(content: string): Promise<boolean> {
    return store.blobs.has(keyOf(Buffer.from(content)));
  }

  describe('a merge', () => {
    it('keeps both changes, and records both parents, the author’s facts and an event', async () => {
      await store.change(document.document_id, BASE.replace('a', 'A'));
      store.clock.advance(1000);
      const ada = { ...ANONYMOUS, principal_id: 'ada' };
      const mine = { ...merging(document), message: 'mine', filename: 'mine.txt', principal: ada };
      const merged = await store.change(document.document_id, BASE.replace('h', 'H'), mine);
      assert.equal(await textOf(), 'A\nb\nc\nd\ne\nf\ng\nH\n');
      assert.deepEqual(merged, {
        document_id: document.document_id,
        version: 3,
        parents: [2, 1],
        original_filename: 'mine.txt',
        size_bytes: BASE.length,
        mime_type: 'text/plain',
        checksum_sha256: keyOf(Buffer.from('A\nb\nc\nd\ne\nf\ng\nH\n')).checksum_sha256,
        created_at: store.clock.now().toISOString(),
        created_by: 'ada',
        message: 'mine',
        outcome: 'merged',
      });
      const last: unknown = await store.db.read.knex('events').orderBy('sequence', 'desc').first();
      assert.equal((last as { data: string }).data, '{"parents":[2,1]}');
      // What was sent is no version; nothing keeps it.
      assert.equal(await isStored(BASE.replace('h', 'H')), false);
    });

    it('is made on the version that is named, however many there are since', async () => {
      const second = await store.change(document.document_id, BASE.replace('b', 'B'));
      await store.change(document.document_id, BASE.replace('b', 'B').replace('c', 'C'));
      await store.change(document.document_id, BASE.replace('b', 'B').replace('c', 'C').replace('d', 'D'));
      const merged = await store.change(
        document.document_id,
        BASE.replace('b', 'B').replace('h', 'H'),
        merging(second),
      );
      assert.deepEqual([merged.parents, await textOf()], [[4, 2], 'a\nB\nC\nD\ne\nf\ng\nH\n']);
    });

    it('takes the newest of several versions with the named content for the base', async () => {
      await store.change(document.document_id, 'x\n');
      await store.change(document.document_id, BASE);
      await store.change(document.document_id, `${BASE}i\n`);
      const merged = await store.change(document.document_id, `0\n${BASE}`, merging(document));
      assert.deepEqual([merged.parents, await textOf()], [[4, 3], `0\n${BASE}i\n`]);
    });

    it('of what is there already changes nothing', async () => {
      await store.change(document.document_id, BASE.replace('a', 'A').replace('h', 'H'));
      const merged = await store.change(document.document_id, BASE.replace('a', 'A'), merging(document));
      assert.deepEqual([merged.outcome, merged.version], ['unchanged', 2]);
    });

    it('that repeats a merge whose answer was lost changes nothing', async () => {
      await store.change(document.document_id, BASE.replace('a', 'A'));
      const mine = BASE.replace('h', 'H');
      const first = await store.change(document.document_id, mine, merging(document));
      const again = await store.change(document.document_id, mine, merging(document));
      assert.deepEqual([first.outcome, again.outcome, again.version], ['merged', 'unchanged', 3]);
    });

    it('in conflict is refused with the lines of all three, and stores nothing', async () => {
      const current = await store.change(document.document_id, BASE.replace('d', 'theirs'));
      const mine = BASE.replace('d', 'mine').replace('h', 'H');
      await assert.rejects(store.change(document.document_id, mine, merging(document)), {
        code: 'merge_conflict',
        status: 412,
        message: /Version 2 .*1 conflict/,
        headers: { ETag: contentEtag(current) },
        details: {
          current_version: 2,
          current_etag: contentEtag(current),
          conflict_count: 1,
          conflicts: [
            {
              base: { start_line: 4, line_count: 1, lines: ['d'] },
              current: { start_line: 4, line_count: 1, lines: ['theirs'] },
              yours: { start_line: 4, line_count: 1, lines: ['mine'] },
            },
          ],
        },
      });
      assert.equal(await isStored(mine), false);
      assert.equal(await textOf(), BASE.replace('d', 'theirs'));
    });

    it('is not even tried unless it is asked for', async () => {
      await store.change(document.document_id, BASE.replace('a', 'A'));
      const precondition = [contentEtag(document)];
      await assert.rejects(store.change(document.document_id, BASE.replace('h', 'H'), { precondition }), {
        code: 'version_mismatch',
      });
    });

    for (const [what, theirs, mine, expected] of [
      ['CRLF', 'A\r\nb\r\nc\r\nd\r\n', 'a\r\nb\r\nc\r\nD\r\n', 'A\r\nb\r\nc\r\nD\r\n'],
      ['no end of the last line', 'A\r\nb\r\nc\r\nd', 'a\r\nb\r\nc\r\nd!', 'A\r\nb\r\nc\r\nd!'],
    ] as const) {
      it(`keeps the bytes as they are: ${what}`, async () => {
        const base = expected.replace('A', 'a').replace('D', 'd').replace('!', '');
        const other = await store.push(base);
        await store.change(other.document_id, theirs);
        await store.change(other.document_id, mine, merging(other));
        document = other;
        assert.equal(await textOf(), expected);
      });
    }

    it('keeps the bytes as they are: windows-1252, and UTF-16 with its mark', async () => {
      const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
      const wide = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
      for (const encode of [latin, wide]) {
        document = await store.push(encode('ä\nb\nc\nd\ne\n'));
        await store.change(document.document_id, encode('Ä\nb\nc\nd\ne\n'));
        await store.change(document.document_id, encode('ä\nb\nc\nd\né\n'), merging(document));
        assert.deepEqual(await bytesOf(), encode('Ä\nb\nc\nd\né\n'));
      }
    });

    for (const [what, base, theirs, mine] of [
      ['binary content', '\0base', '\0theirs', '\0mine'],
      ['text that became binary', BASE, `${BASE}i\n`, '\0'],
      ['another encoding', Buffer.from('ä\nb\nc\n'), Buffer.from('ä\nb\nc\nd\n'), Buffer.from('Ä\nb\nc\n', 'latin1')],
      ['more than is read as text', BASE, `${BASE}i\n`, 'x'.repeat(100_001)],
      ['a base that is too large', 'x\n'.repeat(50_001), BASE, 'small'],
    ] as const) {
      it(`of ${what} is refused, says why, and stores nothing`, async () => {
        const other = await store.push(base);
        const current = await store.change(other.document_id, theirs);
        await assert.rejects(
          store.change(other.document_id, mine, merging(other)),
          (error: Error & Record<string, unknown>) => {
            assert.match(String(error['code']), /^(version_mismatch|text_too_large)$/);
            if (error['code'] === 'version_mismatch') {
              assert.match(error.message, /cannot be merged: \S/);
              assert.deepEqual(error['details'], { current_version: 2, current_etag: contentEtag(current) });
            }
            return true;
          },
        );
        assert.equal((await store.documents.get(ANONYMOUS, other.document_id)).version, 2);
      });
    }

    it('on a base that retention has removed is refused and says so', async () => {
      await store.close();
      const retention = { keepLast: 1, keepDays: 0 };
      store = await openTextStore(path.join(folder(), 'thinned'), { retention });
      document = await store.push(BASE);
      await store.change(document.document_id, BASE.replace('a', 'A'));
      await store.collector.run();
      await assert.rejects(store.change(document.document_id, BASE.replace('h', 'H'), merging(document)), {
        code: 'version_mismatch',
        status: 412,
        message: /None of its versions/,
      });
    });

    it('on a base that never was, or is named by a revision, is refused', async () => {
      await store.change(document.document_id, BASE.replace('a', 'A'));
      for (const precondition of [[`"${'0'.repeat(64)}"`], [metadataEtag(document)], []]) {
        const change = store.change(document.document_id, 'mine', { precondition, merge: true });
        await assert.rejects(change, { code: 'version_mismatch', message: /None of its versions/ });
      }
    });

    it('on another document’s version is refused', async () => {
      const other = await store.push('of another document');
      await store.change(document.document_id, BASE.replace('a', 'A'));
      await assert.rejects(store.change(document.document_id, BASE, merging(other)), { code: 'version_mismatch' });
    });
  });

  describe('edits', () => {
    it('of the version that was read make the next one, with its file name and type', async () => {
      const change = await edit([{ op: 'replace', old: 'd', new: 'D' }], [contentEtag(document)]);
      assert.deepEqual(
        [change.outcome, change.version, change.original_filename, change.mime_type, change.message],
        ['created', 2, 'notes.md', 'text/markdown', 'm'],
      );
      assert.equal(await textOf(), BASE.replace('d', 'D'));
    });

    it('of an older version are refused, or merged when that is allowed', async () => {
      await store.change(document.document_id, BASE.replace('a', 'A'));
      const edits = [{ op: 'replace', old: 'h', new: 'H' }] as const;
      await assert.rejects(edit(edits, [contentEtag(document)]), { code: 'version_mismatch' });
      const merged = await edit(edits, [contentEtag(document)], true);
      assert.deepEqual([merged.outcome, merged.parents], ['merged', [2, 1]]);
      assert.equal(await textOf(), BASE.replace('a', 'A').replace('h', 'H'));
      await assert.rejects(edit([{ op: 'replace', old: 'a', new: 'mine' }], [contentEtag(document)], true), {
        code: 'merge_conflict',
      });
    });

    it('of whatever is there are made on what is there', async () => {
      await store.change(document.document_id, 'other\n');
      const change = await edit([{ op: 'append', text: 'end' }], 'any');
      assert.deepEqual([change.version, change.parents], [3, [2]]);
      assert.match(await textOf(), /^other\nend\n?$/);
    });

    it('are made all or none, and one after the other', async () => {
      const edits: ContentEdit[] = [
        { op: 'replace', old: 'a\n', new: 'first\n' },
        { op: 'replace', old: 'first', new: 'second' },
        { op: 'prepend', text: 'title\n' },
      ];
      await edit(edits, 'any');
      assert.equal(await textOf(), `title\n${BASE.replace('a', 'second')}`);
      await assert.rejects(edit([...edits.slice(2), { op: 'replace', old: 'nowhere', new: '' }], 'any'), {
        code: 'edit_failed',
        status: 422,
      });
      assert.equal((await store.documents.get(ANONYMOUS, document.document_id)).version, 2);
    });

    it('that change nothing make no version', async () => {
      const change = await edit([{ op: 'replace', old: 'd', new: 'd' }], 'any');
      assert.deepEqual([change.outcome, change.version], ['unchanged', 1]);
    });

    it('that are repeated after a lost answer are found done', async () => {
      const edits = [{ op: 'append', text: 'end' }] as const;
      const first = await edit(edits, [contentEtag(document)]);
      const again = await edit(edits, [contentEtag(document)]);
      assert.deepEqual([first.outcome, again.outcome, again.version], ['created', 'unchanged', 2]);
    });

    it('of binary content, and of what is too large, are refused', async () => {
      for (const [content, code] of [
        ['\0', 'not_text'],
        ['x'.repeat(100_001), 'text_too_large'],
      ] as const) {
        document = await store.push(content);
        await assert.rejects(edit([{ op: 'append', text: 'x' }], 'any'), { code, status: 422 });
      }
    });
  });
});
