import assert from 'node:assert/strict';
import path from 'node:path';
import { mock } from 'node:test';
import { ANONYMOUS } from '../../kernel/principal.js';
import { openTextStore, type TextStore } from '../../testing/text-store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';

const LINE = 'a line of some forty characters, more or less\n';
const LINES = 20_000;

describe('Reading', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;

  beforeEach(async () => {
    store = await openTextStore(path.join(folder(), 'store'));
  });
  afterEach(async () => {
    mock.restoreAll();
    await store.close();
  });

  /** Counts the bytes that are read of contents from now on. */
  function watchReads(): () => number {
    const read = store.blobs.read.bind(store.blobs);
    let bytes = 0;
    mock.method(store.blobs, 'read', async (...args: Parameters<typeof read>) => {
      const content = await read(...args);
      bytes += content.byteLength;
      return content;
    });
    return () => bytes;
  }

  it('reads a text as a whole once, and then only what is asked for', async () => {
    const { document_id } = await store.push(`# Title\n\n${LINE.repeat(LINES)}`);
    const bytesRead = watchReads();
    const size = LINE.length * LINES;
    await store.reading.outline(ANONYMOUS, document_id, undefined);
    assert.ok(bytesRead() >= size);
    const before = bytesRead();
    for (const lines of ['1', '10000-10010', '-5', '15000']) {
      const { part } = await store.reading.readPart(ANONYMOUS, document_id, undefined, { lines });
      assert.equal(part.total_lines, LINES + 2);
    }
    assert.ok(bytesRead() - before < size / 4, `${bytesRead() - before} bytes for a few lines`);
  });

  it('reads a text as a whole once, however many ask at the same time', async () => {
    const { document_id, size_bytes } = await store.push(LINE.repeat(LINES));
    const bytesRead = watchReads();
    await Promise.all(Array.from({ length: 20 }, () => store.reading.outline(ANONYMOUS, document_id, undefined)));
    assert.equal(bytesRead(), size_bytes);
  });

  it('shares what it knows between documents and versions of the same content, not between contents', async () => {
    const first = await store.push('# One\n');
    const second = await store.push('# One\n');
    await store.change(first.document_id, '# Two\n');
    const titles = async (id: string, version?: number): Promise<unknown[]> => {
      const { outline } = await store.reading.outline(ANONYMOUS, id, version);
      assert.deepEqual([outline.document_id, outline.version], [id, version ?? outline.version]);
      return outline.headings.map(({ title }) => title);
    };
    assert.deepEqual(await titles(first.document_id, 1), ['One']);
    const bytesRead = watchReads();
    assert.deepEqual(await titles(second.document_id), ['One']);
    assert.equal(bytesRead(), 0);
    assert.deepEqual(await titles(first.document_id), ['Two']);
  });

  it('remembers no failure: binary content stays binary, a lost content that is back is read', async () => {
    const { document_id, checksum_sha256 } = await store.push('# Title\n');
    await store.blobs.remove({ tenant_id: 'default', checksum_sha256 });
    await assert.rejects(store.reading.outline(ANONYMOUS, document_id, undefined));
    await store.push('# Title\n');
    assert.equal((await store.reading.outline(ANONYMOUS, document_id, undefined)).outline.total_headings, 1);
    const binary = await store.push('\0');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const reading = store.reading.readPart(ANONYMOUS, binary.document_id, undefined, {});
      await assert.rejects(reading, { code: 'not_text', status: 422 });
    }
  });

  it('says what was removed between the outline and the part', async () => {
    const { document_id, checksum_sha256 } = await store.push('# Title\n');
    await store.reading.outline(ANONYMOUS, document_id, undefined);
    await store.trash.purge(ANONYMOUS, document_id);
    await store.blobs.remove({ tenant_id: 'default', checksum_sha256 });
    const reading = store.reading.readPart(ANONYMOUS, document_id, undefined, { lines: '1' });
    await assert.rejects(reading, { code: 'document_not_found' });
  });
});
