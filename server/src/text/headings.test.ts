import assert from 'node:assert/strict';
import { findHeadings, MAX_HEADINGS, MAX_MARKDOWN_LINES } from './headings.js';

function outline(text: string): string[] {
  return (findHeadings(text)?.headings ?? []).map(({ level, title, line }) => `${line} ${'#'.repeat(level)} ${title}`);
}

describe('headings of a Markdown text', () => {
  it('are ATX and setext headings, with the lines that they take', () => {
    const text = '# One\n\ntext\n\nTwo\n===\nThree\nlines\n---\n### Four ###\n#no\n####### no\n    # code\n   # Five';
    assert.deepEqual(outline(text), ['0 # One', '4 # Two', '6 ## Three lines', '9 ### Four', '13 # Five']);
    assert.deepEqual(
      findHeadings(text)?.headings.map(({ body }) => body),
      [1, 6, 9, 10, 14],
    );
  });

  it('are not what stands in fences, quotes, lists, HTML, tables or code', () => {
    const text = [
      '```md\n# fenced\n```\n',
      '~~~\n# fenced\n```\n# fenced still\n~~~\n',
      '> # quoted\n\n',
      '- # listed\n\n  # listed too\n\n1. a\n\n   setext\n   ---\n\n',
      'end\n\n<div>\n# html\n</div>\n\n<!--\n# comment\n\n# comment\n-->\n\n',
      '<pre>\n\n# pre\n\n</pre>\n\n',
      'a | b\n--- | ---\n1 | 2\n---\n\n',
      '    # indented\n\n',
      '# Real\n',
    ].join('');
    assert.deepEqual(
      (findHeadings(text)?.headings ?? []).map(({ title }) => title),
      ['Real'],
    );
    assert.deepEqual(outline('```\n# never closed\n\n# still code\n'), []);
  });

  it('stand in the same lines when the text has CRLF', () => {
    const text = '# One\n\n```\n# no\n```\n\nTwo\n---\n\n## Three ##\n';
    assert.deepEqual(outline(text.replaceAll('\n', '\r\n')), outline(text));
    assert.equal(outline(text).length, 3);
  });

  it('do not begin with the front matter', () => {
    assert.deepEqual(outline('---\ntitle: x\n# comment\n---\n# One\n'), ['4 # One']);
    assert.deepEqual(outline('---\r\ntitle: x\r\n...\r\n# One\r\n'), ['3 # One']);
    assert.deepEqual(outline('---\ntitle: x\n\n# Not front matter\n'), ['3 # Not front matter']);
    assert.deepEqual(outline('text\n---\na: b\n---\n'), ['0 ## text', '2 ## a: b']);
  });

  it('have titles without marks and anchors as GitHub makes them', () => {
    const text = [
      '# `code` and *emphasis* &amp; [a link](https://example.org) ![alt *text*](a.png)',
      '# See [ref] \\* <b>bold</b> snake_case',
      '# Same',
      '# Same',
      '# Über 漢字!',
      '#',
      '',
      '[ref]: https://example.org',
    ].join('\n');
    assert.deepEqual(
      findHeadings(text)?.headings.map(({ title, anchor }) => [title, anchor]),
      [
        ['code and emphasis & a link alt text', '#code-and-emphasis--a-link-alt-text'],
        ['See ref * bold snake_case', '#see-ref--bold-snake_case'],
        ['Same', '#same'],
        ['Same', '#same-1'],
        ['Über 漢字!', '#über-漢字'],
        ['', '#'],
      ],
    );
  });

  it('are cut when they are longer than any name, between characters', () => {
    const [heading] = findHeadings(`# ${'a'.repeat(999)}😀${'b'.repeat(1000)}\n`)?.headings ?? [];
    assert.equal(heading?.title, 'a'.repeat(999));
  });

  it('are found behind a line of megabytes', () => {
    const text = `<a ${'a '.repeat(3_000_000)}\n\n# One\n\n${'x'.repeat(3_000_000)}\n# Two\n`;
    assert.deepEqual(outline(text), ['2 # One', '5 # Two']);
  });

  for (const [name, line, lines] of [
    ['empty headings', '#\n', 200_000],
    ['underlined words', 'a\n-\n', 100_000],
    ['lazy lines behind a quote', 'a\n', 200_000],
    ['nested quotes', `${'>'.repeat(60)} # a\n`, 40_000],
    ['nested lists', `${'- '.repeat(40)}# a\n`, 20_000],
    ['titles of brackets', `# ${'!['.repeat(200)}\n`, 5_000],
    ['brackets that nobody closes', '[a\n', 200_000],
    ['link definitions', '[a]: b\n', 200_000],
  ] as const) {
    it(`are found in bounded time: ${name}`, () => {
      const started = performance.now();
      const found = findHeadings(`> q\n${line.repeat(lines)}\n# Last\n`);
      assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
      assert.equal(found?.outline.at(-1)?.level, 1);
      assert.ok(found.headings.length <= MAX_HEADINGS);
    }).timeout(30_000);
  }

  it('are not looked for in what is data rather than a document', () => {
    assert.equal(findHeadings('-\n'.repeat(MAX_MARKDOWN_LINES + 1)), undefined);
    assert.deepEqual(findHeadings('1\n'.repeat(MAX_MARKDOWN_LINES + 1)), { headings: [], outline: [] });
  });
});
