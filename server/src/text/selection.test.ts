import assert from 'node:assert/strict';
import { toOutline } from './outline.js';
import { locate } from './selection.js';
import { utf8 } from './testing/arbitrary-text.js';
import { hasCode, problemOf } from './testing/problems.js';
import { indexText } from './index-text.js';
import type { TextIndex } from './text-index.js';

function linesOf(index: TextIndex, section: string): readonly [number, number] {
  const { first_line, last_line } = locate(index, { section });
  return [first_line, last_line];
}

describe('selecting a section', () => {
  const index = indexText(
    utf8('# System *Architecture*\n\n## Goals\n\n## goals\n\n## Decisions\na\n\n## Decisions\nb\n\n# Next steps\n'),
  );

  it('goes by title, exactly before without regard to case, or by anchor', () => {
    assert.deepEqual(linesOf(index, 'System Architecture'), [1, 12]);
    assert.deepEqual(linesOf(index, '  system   ARCHITECTURE '), [1, 12]);
    assert.deepEqual(linesOf(index, 'Goals'), [3, 4]);
    assert.deepEqual(linesOf(index, 'goals'), [5, 6]);
    assert.deepEqual(linesOf(index, '#decisions-1'), [10, 12]);
    assert.deepEqual(linesOf(index, 'Next steps'), [13, 13]);
  });

  it('is refused when several fit, with where they are and how to name them', () => {
    const { code, status, message, details } = problemOf(() => locate(index, { section: 'decisions' }));
    assert.deepEqual([code, status], ['section_ambiguous', 409]);
    assert.deepEqual(details.found, { occurrences: 2, lines: [7, 10], suggestions: ['#decisions', '#decisions-1'] });
    assert.match(
      message,
      /2 headings read "decisions", in lines 7, 10; name one by its anchor, as #decisions or #decisions-1/,
    );
    assert.throws(() => locate(index, { section: 'GOALS' }), hasCode('section_ambiguous'));
  });

  it('is refused when none fits, with those that are near', () => {
    const { code, status, message, details } = problemOf(() => locate(index, { section: '#decision' }));
    assert.deepEqual([code, status], ['section_not_found', 404]);
    assert.deepEqual(details.found, { occurrences: 0, lines: [7, 10], suggestions: ['#decisions', '#decisions-1'] });
    assert.match(
      message,
      /No heading reads "#decision"; like it: "#decisions", "#decisions-1"\. It has 6 headings; the outline lists them/,
    );
    const near = (section: string) => problemOf(() => locate(index, { section })).details.found?.suggestions;
    assert.deepEqual(near('architecture'), ['System Architecture']);
    assert.deepEqual(near('Next step'), ['Next steps']);
    assert.deepEqual(near('entirely different'), []);
    const none = indexText(utf8('plain text\n'));
    assert.throws(() => locate(none, { section: 'a' }), hasCode('section_not_found', /no headings; read it by lines/));
  });

  it('looks among the headings that are kept, and the outline among those that are listed', () => {
    const many = indexText(utf8(Array.from({ length: 60_000 }, (_, at) => `# Heading ${at}\n`).join('')));
    const { headings, total_headings, truncated } = toOutline(many);
    assert.deepEqual([headings.length, total_headings, truncated], [5_000, 60_000, true]);
    assert.deepEqual(headings[4_999], {
      level: 1,
      title: 'Heading 4999',
      anchor: '#heading-4999',
      start_line: 5_000,
      end_line: 5_000,
      size_bytes: 15,
      tokens: 5,
    });
    assert.deepEqual(linesOf(many, 'Heading 49999'), [50_000, 50_000]);
    const searched = /The first 50000 of 60000 headings were searched/;
    assert.throws(() => locate(many, { section: 'Heading 59999' }), hasCode('section_not_found', searched));
    const started = performance.now();
    for (let at = 0; at < 10; at++) assert.throws(() => locate(many, { section: `no such ${at}` }));
    assert.ok(performance.now() - started < 1_000, 'looking for a section holds the event loop up');
  });
});

describe('the index of a text', () => {
  it('is small beside the text', () => {
    const paragraph = `${'An ordinary sentence of an ordinary length. '.repeat(20)}\n\n`;
    const text = Array.from({ length: 4_000 }, (_, at) => `## Section ${at}\n\n${paragraph.repeat(2)}`).join('');
    const content = utf8(text);
    const { weight, total_bytes } = indexText(content);
    assert.equal(total_bytes, content.length);
    assert.ok(weight < content.length / 10, `${weight} of ${content.length}`);
  });

  it('counts sections in bytes of the content, whatever the encoding', () => {
    const text = '# É\nä\n## ü\n€\n# O\n';
    const sizes = (content: Uint8Array) => toOutline(indexText(content)).headings.map(({ size_bytes }) => size_bytes);
    assert.deepEqual(sizes(utf8(text)), [18, 10, 4]);
    assert.deepEqual(sizes(Buffer.from(`\ufeff${text}`, 'utf16le')), [26, 14, 8]);
    assert.deepEqual(sizes(Buffer.from(text.replace('€', 'x'), 'latin1')), [13, 7, 4]);
  });
});
