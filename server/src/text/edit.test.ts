import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContentEdit, EditFinding } from '../kernel/contract.js';
import { decodeText } from './encoding.js';
import { editText } from './edit.js';
import { arbitraryText, encoded, utf8 } from './testing/arbitrary-text.js';
import { hasCode, problemOf } from './testing/problems.js';

const MAX_BYTES = 16 * 1024 * 1024;

function edited(text: string, ...edits: ContentEdit[]): string {
  return Buffer.from(editText(utf8(text), edits, MAX_BYTES)).toString();
}

/** What an edit that must be refused was told instead. */
function refusal(text: string, ...edits: ContentEdit[]): { detail: string; found: EditFinding } {
  const problem = problemOf(() => editText(utf8(text), edits, MAX_BYTES));
  hasCode('edit_failed')(problem);
  assert.ok(problem.details.found);
  return { detail: problem.message, found: problem.details.found };
}

describe('edits: replace', () => {
  it('replaces the one occurrence, or all', () => {
    assert.equal(edited('a b c', { op: 'replace', old: 'b', new: '$& $1' }), 'a $& $1 c');
    assert.equal(edited('a b b', { op: 'replace', old: 'b', new: '$&b', all: true }), 'a $&b $&b');
    assert.equal(edited('a b c', { op: 'replace', old: ' b', new: '' }), 'a c');
    assert.equal(edited('one\ntwo\nthree\n', { op: 'replace', old: 'two\nthree', new: '2' }), 'one\n2\n');
  });

  it('applies edits in order, each to what the one before made', () => {
    const edits: ContentEdit[] = [
      { op: 'replace', old: 'a', new: 'b' },
      { op: 'replace', old: 'b', new: 'c' },
      { op: 'append', text: 'end' },
      { op: 'replace', old: 'c\nend', new: 'd' },
    ];
    assert.equal(edited('a', ...edits), 'd');
  });

  it('is refused when the text occurs several times, overlapping ones too, and says where', () => {
    const { detail, found } = refusal(
      'x\nab ab\n\nab\n',
      { op: 'append', text: 'y' },
      { op: 'replace', old: 'ab', new: 'c' },
    );
    assert.deepEqual(found, { edit: 1, occurrences: 3, lines: [2, 2, 4], suggestions: [] });
    assert.match(detail, /^Edit 1 \(replace\): the text to replace occurs 3 times, in line 2, 4; give more/);
    assert.equal(refusal('aaa', { op: 'replace', old: 'aa', new: 'b' }).found.occurrences, 2);
    const many = refusal('a\n'.repeat(1000), { op: 'replace', old: 'a', new: 'b' });
    assert.deepEqual([many.found.occurrences, many.found.lines.length], [1000, 20]);
    assert.match(many.detail, /19, 20 and more;/);
  });

  it('is refused when the text is nowhere, and suggests what stands there with other white space or case', () => {
    const text = 'intro\n\nThe  queue\tlives\n   in Memory.\nrest\n';
    const { detail, found } = refusal(text, { op: 'replace', old: 'the queue lives in memory.', new: 'x' });
    assert.deepEqual(found, { edit: 0, occurrences: 0, lines: [3], suggestions: ['The  queue\tlives\n   in Memory.'] });
    assert.match(
      detail,
      /occurs nowhere. It is there with other white space or case in line 3: see "found.suggestions"/,
    );
    assert.deepEqual(refusal('a\nb\r\nc\n', { op: 'replace', old: 'a\nb\nc', new: 'x' }).found.suggestions, [
      'a\nb\r\nc',
    ]);
    assert.deepEqual(refusal('İ  Big\n', { op: 'replace', old: 'İ Big', new: 'x' }).found.suggestions, ['İ  Big']);
  });

  it('is refused when nothing is quite like it, and suggests the lines that share the most words', () => {
    const text = 'one\nfunction connect(host, port) {\n  return open(host);\n}\nfunction close(host) {\n}\n';
    const { detail, found } = refusal(text, {
      op: 'replace',
      old: 'function connect(host, portNumber) {\n  return open(host, port);\n}\n',
      new: 'x',
    });
    assert.equal(found.suggestions[0], 'function connect(host, port) {\n  return open(host);\n}');
    assert.equal(found.lines[0], 2);
    assert.match(detail, /Something like it is in line 2/);
    const nothing = refusal(text, { op: 'replace', old: 'entirely unrelated', new: 'x' });
    assert.deepEqual(nothing.found, { edit: 0, occurrences: 0, lines: [], suggestions: [] });
    assert.match(nothing.detail, /Nothing like it is there; read the document again/);
    assert.match(refusal(text, { op: 'replace', old: '\n\n\n', new: 'x' }).detail, /Nothing like it/);
  });

  it('suggests no more and nothing longer than helps', () => {
    const { found } = refusal(`${'Some Words\n'.repeat(50)}`, { op: 'replace', old: 'some words', new: 'x' });
    assert.deepEqual([found.lines, found.suggestions], [[1, 2, 3, 4, 5], ['Some Words']]);
    const long = refusal(`A ${'b'.repeat(100_000)}`, { op: 'replace', old: `a ${'b'.repeat(100_000)}`, new: 'x' });
    assert.equal(long.found.suggestions[0]?.length, 2_001);
  });
});

describe('edits: append and prepend', () => {
  it('add on lines of their own', () => {
    assert.equal(edited('a\n', { op: 'append', text: 'b' }), 'a\nb');
    assert.equal(edited('a', { op: 'append', text: 'b\n' }), 'a\nb\n');
    assert.equal(edited('', { op: 'append', text: 'b' }), 'b');
    assert.equal(edited('a', { op: 'prepend', text: 'b' }), 'b\na');
    assert.equal(edited('a', { op: 'prepend', text: 'b\n' }), 'b\na');
    assert.equal(edited('', { op: 'prepend', text: 'b' }), 'b');
    assert.equal(edited('\ufeffa', { op: 'prepend', text: 'b' }), '\ufeffb\na');
    assert.equal(
      edited('a\r\nb', { op: 'append', text: 'c\nd' }, { op: 'prepend', text: 'x' }),
      'x\r\na\r\nb\r\nc\r\nd',
    );
  });
});

describe('edits: replace_section', () => {
  const text = '# Doc\n\nintro\n\n## Goals\n\nold goals\n\n### Detail\n\nmore\n\n## Next ##\nlast';
  const section = (name: string, body: string): ContentEdit => ({ op: 'replace_section', section: name, text: body });

  it('replaces what is below the heading, with its subsections, and keeps the rest', () => {
    assert.equal(
      edited(text, section('Goals', '\nnew goals\n\n')),
      text.replace(/old goals[^]*?(?=## Next)/, 'new goals\n\n'),
    );
    assert.equal(
      edited(text, section('#detail', 'less')),
      text.replace(/### Detail\n\nmore\n\n/, '### Detail\nless\n'),
    );
    assert.equal(edited(text, section('next', 'end')), text.replace('last', 'end'));
    assert.equal(edited(text, section('Next', '')), text.replace('last', ''));
    assert.equal(edited('# A', section('A', 'text')), '# A\ntext');
    assert.equal(edited('# A', section('A', '')), '# A');
    assert.equal(edited('A\n=\nx\n\nB\n=\ny\n', section('A', 'z')), 'A\n=\nz\nB\n=\ny\n');
  });

  it('does not double a heading that the text repeats', () => {
    assert.equal(edited(text, section('Next', '## Next\n\nend\n')), text.replace('last', '\nend\n'));
    assert.equal(edited(text, section('Next', 'Next\n---\nend\n')), text.replace('last', 'end\n'));
    assert.equal(edited(text, section('Next', '# Next\nend\n')), text.replace('last', '# Next\nend\n'));
    assert.equal(edited(text, section('Next', '## Other\nend\n')), text.replace('last', '## Other\nend\n'));
  });

  it('keeps CRLF', () => {
    const crlf = (lines: string) => lines.replaceAll('\n', '\r\n');
    assert.equal(edited(crlf(text), section('Goals', '\nnew\n\n')), crlf(edited(text, section('Goals', '\nnew\n\n'))));
    assert.equal(edited(crlf('# A\n# B'), section('B', 'b')), crlf('# A\n# B\nb'));
  });

  it('does not see headings in code', () => {
    const code = '```\n## Goals\n```\n\n## Goals\nold\n';
    assert.equal(edited(code, section('Goals', 'new\n')), code.replace('old', 'new'));
    assert.match(refusal('```\n## Goals\n```\n', section('Goals', 'x')).detail, /No heading reads "Goals"/);
  });

  it('is refused when the heading is not the only one, with the anchors', () => {
    const { detail, found } = refusal('# A\n\n# B\n\n# A\n', section('A', 'x'));
    assert.deepEqual(found, { edit: 0, occurrences: 2, lines: [1, 5], suggestions: ['#a', '#a-1'] });
    assert.equal(
      detail,
      'Edit 0 (replace_section): 2 headings read "A", in lines 1, 5; name one by its anchor, as #a or #a-1.',
    );
    assert.equal(edited('# A\n\n# B\n\n# A\n', section('#a-1', 'x')), '# A\n\n# B\n\n# A\nx');
    assert.equal(edited('# a\n1\n# A\n2\n', section('A', 'x\n')), '# a\n1\n# A\nx\n');
    assert.equal(refusal('# Ab\n\n# aB\n', section('ab', 'x')).found.occurrences, 2);
  });

  it('is refused when there is none, with those that are near', () => {
    const { found } = refusal(text, section('Goal', 'x'));
    assert.deepEqual(found, { edit: 0, occurrences: 0, lines: [5], suggestions: ['Goals'] });
    assert.deepEqual(refusal(text, section('## Details', 'x')).found.suggestions, ['Detail']);
    assert.deepEqual(refusal('', section('x', 'y')).found.suggestions, []);
  });
});

describe('edits', () => {
  it('are refused when the encoding cannot hold them, and keep it when it can', () => {
    const latin = encoded({ text: 'café\n', encoding: 'windows-1252', bom: false });
    const append = (text: string): ContentEdit[] => [{ op: 'append', text }];
    assert.deepEqual(
      Buffer.from(editText(latin, append('naïve €'), MAX_BYTES)).toString('latin1'),
      'caf\xe9\nna\xefve \x80',
    );
    assert.throws(
      () => editText(latin, append('漢'), MAX_BYTES),
      hasCode('edit_failed', /windows-1252, which has no "漢"/),
    );
  });

  it('are refused when the result would be too large, before it is made', () => {
    const all: ContentEdit = { op: 'replace', old: 'a', new: 'b'.repeat(1_000_000), all: true };
    assert.throws(() => edited('a'.repeat(5_000_000), all), hasCode('text_too_large', /DOCUMENT_MAX_TEXT_BYTES/));
    assert.throws(() => editText(utf8('a'), [{ op: 'append', text: 'é' }], 3), hasCode('text_too_large'));
    assert.equal(editText(utf8('a'), [{ op: 'append', text: 'é' }], 4).length, 4);
  });

  it('are refused for what is binary', () => {
    assert.throws(() => editText(Uint8Array.of(0), [], MAX_BYTES), hasCode('not_text', /^The content is binary/));
  });

  it('leave all as it was that they do not name, in every encoding', () => {
    const mark = 'x1q9';
    fc.assert(
      fc.property(arbitraryText(), fc.nat(), (text, at) => {
        const place = [...text.text].slice(0, at % (text.text.length + 1)).join('').length;
        const before = { ...text, text: `${text.text.slice(0, place)}${mark}${text.text.slice(place)}` };
        const content = encoded(before);
        const out = editText(content, [{ op: 'replace', old: mark, new: 'new' }], MAX_BYTES);
        assert.deepEqual(Buffer.from(out), Buffer.from(encoded({ ...before, text: before.text.replace(mark, 'new') })));
        const back = editText(out, [{ op: 'append', text: 'end' }], MAX_BYTES);
        const { text: appended, encoding, bom } = decodeText(back, 'It');
        assert.deepEqual([encoding, bom], [text.encoding, text.bom]);
        assert.ok(appended.startsWith(before.text.replace(mark, 'new')) && /(?:\n|^)end$/.test(appended));
      }),
      { numRuns: 300 },
    );
  });

  it('do all in one line of 10 MB, and fail there in bounded time', () => {
    const text = `${'word '.repeat(2_000_000)}needle`;
    assert.ok(edited(text, { op: 'replace', old: 'needle', new: 'pin' }).endsWith('word pin'));
    const started = performance.now();
    refusal(text, { op: 'replace', old: 'word  needle  x', new: '' });
    refusal('\n'.repeat(10_000_000), { op: 'replace', old: 'some words', new: '' });
    assert.ok(performance.now() - started < 6_000, `${performance.now() - started} ms`);
  }).timeout(30_000);
});
