import assert from 'node:assert/strict';
import { findHeadings } from '../../../text/headings.js';
import { scanHeadings } from './heading-scan.js';
import { hasHeadings, headingAt, headingsIn, type Headings } from './headings.js';

function listed(headings: Headings): unknown[] {
  return headings.starts.map((start, at) => [
    start,
    headings.ends[at],
    headings.levels[at],
    headings.title(at),
    headings.anchor(at),
  ]);
}

/** The same by the parser. */
function parsed(text: string): unknown[] {
  const lines = text.split(/(?<=\n)/);
  const placeOf = (line: number): number => lines.slice(0, line).join('').length;
  return (findHeadings(text)?.headings ?? []).map(({ line, body, level, title, anchor }) => [
    ...[placeOf(line), placeOf(body), level, title, anchor === '#' ? undefined : anchor],
  ]);
}

const TEXT = [
  '---',
  'title: front matter',
  '# no heading',
  '---',
  '# Plan',
  '',
  'Intro, *of* two lines',
  '---------',
  '',
  '## Decisions ##',
  '- a list',
  '---',
  '```md',
  '# Fenced',
  '~~~',
  '```',
  '~~~ `info`',
  '## Fenced',
  '~~~~',
  '    # code',
  '#no heading',
  '',
  'Underlined',
  '===',
  '## `doc push` and [links](https://example.org)',
  '## Decisions',
  '---',
  '###### ',
  '',
  '| a |',
  '---',
  '## Décisions été',
].join('\n');

describe('headings of a text', () => {
  it('are found by a look at the lines as the parser finds them', () => {
    for (const text of [TEXT, TEXT.replaceAll('\n', '\r\n'), `${TEXT}\n`, `${TEXT}\nlast\n---`, '', '# only']) {
      assert.deepEqual(listed(headingsIn(text)), parsed(text));
    }
    assert.equal(headingsIn(TEXT).starts.length, findHeadings(TEXT)?.headings.length);
    assert.equal(headingsIn(TEXT).starts.length, 8);
  });

  it('number the anchors of those that read the same', () => {
    const headings = scanHeadings('# A\n## b\n# a\n## A #\n');
    assert.deepEqual(
      [0, 1, 2, 3].map((at) => headings.anchor(at)),
      ['#a', '#b', '#a-1', '#a-2'],
    );
  });

  it('have no anchor where it is not certain', () => {
    const headings = scanHeadings('# a_b_c\n# <b>x</b>\n# ...\n');
    assert.deepEqual(
      [0, 1, 2].map((at) => headings.anchor(at)),
      [undefined, undefined, undefined],
    );
  });

  it('are found in a text that is too long to be parsed', () => {
    const text = `# First\n\n${'word '.repeat(60_000)}\n\n## Second\n\nend\n`;
    const headings = headingsIn(text);
    assert.deepEqual(
      headings.starts.map((start) => text.slice(start, start + 8)),
      ['# First\n', '## Secon'],
    );
    assert.equal(headingAt(headings, 0), 0);
    assert.equal(headingAt(headings, text.length), 1);
    assert.equal(headingAt(headingsIn('text\n# a'), 2), -1);
  });

  it('are for Markdown and what may be some', () => {
    const types = [
      'text/markdown',
      'text/plain; charset=utf-8',
      'TEXT/HTML',
      'application/pdf',
      'application/octet-stream',
    ];
    for (const type of types) assert.ok(hasHeadings(type), type);
    for (const type of ['text/x-python', 'application/x-sh', 'text/yaml', 'application/json'])
      assert.ok(!hasHeadings(type));
  });
});
