import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { contentBytes, contentDigest, MARKDOWN_BYTES, prepareContent, stamp, STAMP_BYTES } from './contents.js';
import { markdownDocument, PARAGRAPH_BYTES, plainParagraph } from './prose.js';

describe('contents of a load', () => {
  const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

  it('have stamps of one length that differ, also of the longest run', () => {
    const runs = ['a', 'x'.repeat(24)];
    const stamps = runs.flatMap((run) => [0, 1, 9_999_999].map((count) => stamp(run, count).toString('latin1')));
    assert.equal(new Set(stamps).size, 6);
    assert.deepEqual([...new Set(stamps.map(({ length }) => length))], [STAMP_BYTES]);
  });

  for (const kind of ['random', 'paragraphs'] as const) {
    for (const sizeBytes of [32, 64, 4096, 1024 * 1024]) {
      it(`are of ${sizeBytes} bytes and can be made again from their recipe (${kind})`, () => {
        const unique = stamp('again', 7);
        const bytes = contentBytes({ kind, stamp: unique.toString('latin1') }, sizeBytes);
        assert.equal(bytes.length, sizeBytes);
        const digest = contentDigest(prepareContent(kind, sizeBytes), unique);
        assert.equal(digest, createHash('sha256').update(bytes).digest('hex'));
      });
    }
  }

  it('have paragraphs where one can say, each another, so that one can be changed in its place', () => {
    const bytes = contentBytes({ kind: 'paragraphs', stamp: stamp('p', 1).toString('latin1') }, 4096);
    const lines = decode(bytes).split('\n');
    assert.equal(lines.length, 2 * (4096 / PARAGRAPH_BYTES) + 1);
    const paragraphs = lines.filter((line) => line !== '');
    assert.equal(new Set(paragraphs).size, 4096 / PARAGRAPH_BYTES);
    bytes.set(plainParagraph('changed'), 5 * PARAGRAPH_BYTES);
    const changed = decode(bytes).split('\n');
    assert.deepEqual(
      changed.flatMap((line, index) => (line === lines[index] ? [] : [index])),
      [10],
    );
    assert.match(changed[10] ?? '', /^changed\.+$/);
  });

  describe('of Markdown', () => {
    const { headings } = markdownDocument(STAMP_BYTES, MARKDOWN_BYTES);
    const bytes = contentBytes({ kind: 'markdown', stamp: stamp('m', 1).toString('latin1') }, MARKDOWN_BYTES);
    const lines = decode(bytes).split('\n');

    it('are of exactly their size, in UTF-8 that is not all ASCII, in lines of a usual length', () => {
      assert.equal(bytes.length, MARKDOWN_BYTES);
      assert.match(decode(bytes), /Größe/);
      assert.equal(lines.at(-1), '');
      assert.ok(lines.every(({ length }) => length < 120));
    });

    it('have their headings on the lines that are told, and what only looks like one besides', () => {
      for (const { level, title, start_line } of headings)
        assert.equal(lines[start_line - 1], `${'#'.repeat(level)} ${title}`);
      assert.equal(new Set(headings.map(({ title }) => title)).size, headings.length);
      assert.ok(headings.length > 800 && headings.length < 2000, `${headings.length} headings`);
      const marked = lines.filter((line) => line.startsWith('#')).length;
      assert.equal(marked, headings.length + lines.filter((line) => line.startsWith('# no heading')).length);
      assert.ok(marked > headings.length);
    });
  });
});
