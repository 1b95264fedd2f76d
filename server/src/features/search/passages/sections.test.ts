import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutSections, paragraphsOf } from './sections.js';

function shown(text: string, markdown = true): unknown[] {
  return cutSections(text, markdown).map(({ start, end, start_line, end_line, title, parent }) => [
    text.slice(start, end),
    start_line,
    end_line,
    title,
    parent,
  ]);
}

describe('cutSections', () => {
  it('cuts at every heading, without the empty lines between', () => {
    assert.deepEqual(shown('\nintro\n\n# A\n\ntext\n\n\n## B\n# C\nend'), [
      ['intro\n', 2, 2, '', -1],
      ['# A\n\ntext\n', 4, 6, 'A', -1],
      ['## B\n', 9, 9, 'B', 1],
      ['# C\nend', 10, 11, 'C', -1],
    ]);
  });

  it('cuts a text without headings into blocks of paragraphs', () => {
    const paragraph = (lines: number) => 'line\n'.repeat(lines);
    const text = `${paragraph(30)}\n${paragraph(28)}\n${paragraph(5)}\n${paragraph(150)}`;
    assert.deepEqual(
      cutSections(text, true).map(({ start_line, end_line }) => [start_line, end_line]),
      [
        [1, 59],
        [61, 65],
        [67, 126],
        [127, 186],
        [187, 216],
      ],
    );
  });

  it('takes no comment of source code for a heading', () => {
    assert.equal(cutSections('# one\na\n# two\nb\n', false).length, 1);
  });

  it('loses no line but empty ones, and counts them right', () => {
    const part = fc.constantFrom('a', '# ', '\n', '\n', '\r\n', '\n\n', ' ', '---\n', '```\n', 'line\n'.repeat(40));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), fc.boolean(), (parts, markdown) => {
        const text = parts.join('');
        const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
        let next = 0;
        for (const { start, end, start_line, end_line, body } of cutSections(text, markdown)) {
          assert.equal(lines.slice(start_line - 1, end_line).join(''), text.slice(start, end));
          assert.equal(text.slice(next, start).trim(), '');
          assert.ok(start >= next && body >= start && body <= end);
          next = end;
        }
        assert.equal(text.slice(next).trim(), '');
      }),
      { numRuns: 500 },
    );
  });
});

describe('paragraphsOf', () => {
  it('divides at empty lines, and what is too long', () => {
    const text = 'a\nb\n \t\nc\nd\ne\n';
    assert.deepEqual(
      paragraphsOf(text, { start: 0, end: text.length, start_line: 10 }, 2).map(
        ({ start, end, start_line, end_line }) => [text.slice(start, end), start_line, end_line],
      ),
      [
        ['a\nb\n', 10, 11],
        ['c\nd\n', 13, 14],
        ['e\n', 15, 15],
      ],
    );
  });
});
