import assert from 'node:assert/strict';
import fc from 'fast-check';
import { patternsFor } from './testing/patterns.js';
import { nameMatches, snippetsOf, type Passage } from './snippets.js';

function marked({ text, matches }: Pick<Passage, 'text' | 'matches'>): string[] {
  const characters = Array.from(text);
  return matches.map(({ start, end }) => characters.slice(start, end).join(''));
}

function snippets(text: string, words: string, count = 3): Passage[] {
  return snippetsOf(text, patternsFor(words), { count });
}

describe('snippetsOf', () => {
  it('shows a line with its neighbours of the same paragraph, its lines, heading and anchor', () => {
    const text = '# Plan\n\nintro\n\n## Error handling\n\nBefore.\nRetries back off.\nBehind.\n\nother paragraph\n';
    const [passage, ...others] = snippets(text, 'retry');
    assert.deepEqual(passage, {
      text: 'Before.\nRetries back off.\nBehind.',
      start_line: 7,
      end_line: 9,
      section: 'Error handling',
      anchor: '#error-handling',
      matches: [{ start: 8, end: 15 }],
    });
    assert.deepEqual(others, []);
  });

  it('shows a heading together with what follows it', () => {
    const [passage] = snippets('text\n\n## Retries\n\nThey back off.\nMore.\n', 'retries');
    assert.ok(passage);
    assert.equal(passage.text, '## Retries\n\nThey back off.');
    assert.deepEqual([passage.start_line, passage.end_line, passage.anchor], [3, 5, '#retries']);
  });

  it('puts the passage with most of the words first, then those with something of their own', () => {
    const text = 'alpha\n\nalpha\n\nalpha beta\n\ngamma\n\nalpha\n';
    assert.deepEqual(
      snippets(text, 'alpha beta gamma', 4).map(({ text: shown }) => shown),
      ['alpha beta', 'gamma', 'alpha', 'alpha'],
    );
  });

  it('prefers headings, and of equal passages the first', () => {
    const text = 'merge one\n\nmerge two\n\n# On merge\n';
    assert.deepEqual(
      snippets(text, 'merge').map(({ start_line }) => start_line),
      [5, 1, 3],
    );
  });

  it('counts the words of a question little', () => {
    const text = 'what did we do about the weather\n\nretries are capped\n';
    assert.equal(snippets(text, 'what did we decide about the retries', 1)[0]?.text, 'retries are capped');
  });

  it('takes no fenced line for a heading', () => {
    const [passage] = snippets('# Real\n\n```sh\n# Fenced\nretry\n```\n', 'retry');
    assert.equal(passage?.section, 'Real');
    assert.equal(
      snippetsOf('# comment\nretry\n', patternsFor('retry'), { count: 1, markdown: false })[0]?.section,
      undefined,
    );
  });

  it('counts lines and shows them alike, whether they end with LF or CRLF', () => {
    const text = 'one\n\ntwo retry\nthree retry\n\n\nfour retry';
    assert.deepEqual(snippets(text.replaceAll('\n', '\r\n'), 'retry'), snippets(text, 'retry'));
  });

  it('cuts a long line around the matches, between words', () => {
    const text = `${'before '.repeat(1000)}needle${' behind'.repeat(1000)}`;
    const [passage] = snippets(text, 'needle');
    assert.match(passage?.text ?? '', /^…before (before )+needle( behind)+…$/);
    assert.ok((passage?.text.length ?? 0) <= 240);
    assert.deepEqual(marked(passage as Passage), ['needle']);
  });

  it('shows places of one long line that are apart', () => {
    const text = `needle${' filling'.repeat(100)} needle${' filling'.repeat(100)} thread`;
    const found = snippets(text, 'needle thread');
    assert.equal(found.length, 3);
    assert.deepEqual(found.map(marked), [['thread'], ['needle'], ['needle']]);
    assert.ok(found.every(({ start_line, end_line }) => start_line === 1 && end_line === 1));
  });

  it('counts characters, not their halves', () => {
    const [passage] = snippets('😀😀 naïve 😀 needle', 'needle naïve');
    assert.deepEqual(passage?.matches, [
      { start: 3, end: 8 },
      { start: 11, end: 17 },
    ]);
  });

  it('shows nothing where nothing matches or nothing is wanted', () => {
    assert.deepEqual(snippets('text', 'other'), []);
    assert.deepEqual(snippets('', 'other'), []);
    assert.deepEqual(snippets('text', 'text', 0), []);
    assert.deepEqual(snippets('text', ''), []);
  });

  it('keeps its promises for texts of all sorts', () => {
    const part = fc.constantFrom(
      'alpha',
      'beta',
      'Gamma',
      '😀',
      ' ',
      ' ',
      '\n',
      '\r\n',
      '\n\n',
      '# ',
      '## ',
      '---\n',
      '```\n',
      'é',
      'x'.repeat(90),
      '\t',
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 120 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 20, max: 300 }),
        (parts, count, maxCharacters) => {
          const text = parts.join('');
          const patterns = patternsFor('alpha beta gamma');
          const found = snippetsOf(text, patterns, { count, maxCharacters });
          assert.deepEqual(found, snippetsOf(text, patterns, { count, maxCharacters }));
          assert.equal(found.length > 0, /alpha|beta|gamma/i.test(text) && nameMatches(text, patterns).length > 0);
          assert.ok(found.length <= count);
          const lines = text.split(/\r?\n/);
          for (const passage of found) {
            assert.ok(passage.text.length <= maxCharacters, passage.text);
            assert.ok(passage.end_line - passage.start_line <= 2);
            assert.ok(passage.text.isWellFormed());
            const shown = passage.text.split('\n');
            assert.equal(shown.length, passage.end_line - passage.start_line + 1);
            for (const [at, line] of shown.entries()) {
              assert.ok(lines[passage.start_line - 1 + at]?.includes(line.replaceAll('…', '')), line);
            }
            assert.ok(passage.matches.length > 0);
            let last = 0;
            for (const { start, end } of passage.matches) {
              assert.ok(start >= last && end > start);
              last = end;
            }
            assert.ok(
              marked(passage).every((word) => 'alphabetagamma'.includes(word.toLowerCase().replace(/é+$/, ''))),
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is quick with hostile texts', () => {
    const hostile = [
      'merge '.repeat(100_000),
      `${' '.repeat(2_000_000)}merge`,
      `${'\n'.repeat(2_000_000)}merge`,
      `${'# merge\n'.repeat(200_000)}`,
      `${'['.repeat(1_000_000)}\n=\nmerge`,
      `${'#'.repeat(2_000_000)} merge`,
      `merge${'x'.repeat(2_000_000)} merge`,
    ];
    const start = performance.now();
    for (const text of hostile) assert.ok(snippets(text, 'merge', 10).length > 0);
    // Some tenths of a second; what grows with the square would take minutes.
    assert.ok(performance.now() - start < 10_000);
  });
});

describe('nameMatches', () => {
  it('says where the words stand', () => {
    assert.deepEqual(nameMatches('😀 Retry policy', patternsFor('retries pol*')), [
      { start: 2, end: 7 },
      { start: 8, end: 14 },
    ]);
    assert.deepEqual(nameMatches('Retry', patternsFor('other')), []);
  });
});
