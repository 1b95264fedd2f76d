/** Reading parts of a text document, and its outline. */
import assert from 'node:assert/strict';
import type { Response } from 'supertest';
import { push, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import { etagOf, get, pushVersion, type TextPart } from './versions-client.js';

const LINES = [
  '# Plan',
  '',
  'Intro.',
  '',
  '## Decisions',
  '',
  'First.',
  '',
  '```md',
  '## Fenced',
  '```',
  '',
  '## Owners',
  '',
  'Ada',
  '',
  '## Decisions',
  '',
  'Second.',
];
const TEXT = `${LINES.join('\n')}\n`;

interface Finding {
  readonly found?: { occurrences: number; lines: number[]; suggestions: string[] };
}

describe('readText', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer({ config: { maxTextBytes: 4 * 1024 * 1024 } });
    document = await push(server, TEXT, { filename: 'plan.md' });
  });
  after(() => server.close());

  const read = (query: Record<string, string | number> = {}, id = document.document_id): Promise<Response> =>
    get(server, id, '/text', query);
  async function part(query: Record<string, string | number> = {}, id = document.document_id): Promise<TextPart> {
    const response = await read(query, id);
    assert.equal(response.status, 200, response.text);
    return response.body as TextPart;
  }

  it('gives the whole of a small text, and says that it is the whole', async () => {
    const response = await read();
    const { tokens, total_tokens, statement, ...rest } = response.body as TextPart;
    assert.deepEqual(rest, {
      document_id: document.document_id,
      version: 1,
      mime_type: 'text/markdown',
      encoding: 'utf-8',
      text: TEXT,
      start_line: 1,
      end_line: 19,
      total_lines: 19,
      offset_bytes: 0,
      length_bytes: TEXT.length,
      total_bytes: TEXT.length,
      truncated: false,
      cut_short: false,
    });
    assert.equal(tokens, total_tokens);
    assert.ok(tokens > 10 && tokens < TEXT.length);
    assert.ok(statement.length > 10);
    assert.equal(response.headers['etag'], etagOf(document));
  });

  for (const [lines, start, end] of [
    ['5-7', 5, 7],
    ['5', 5, 5],
    ['17-', 17, 19],
    ['-3', 17, 19],
    ['1-19', 1, 19],
    ['18-9999999999', 18, 19],
    ['-9999999999', 1, 19],
  ] as const) {
    it(`gives lines ${lines}: ${start} to ${end}, and says whether there is more`, async () => {
      const { text, start_line, end_line, total_lines, truncated, offset_bytes, length_bytes, cut_short } = await part({
        lines,
      });
      const expected = `${LINES.slice(start - 1, end).join('\n')}\n`;
      assert.deepEqual([text, start_line, end_line, total_lines], [expected, start, end, 19]);
      assert.deepEqual([truncated, cut_short], [start > 1 || end < 19, false]);
      assert.equal(TEXT.slice(offset_bytes, offset_bytes + length_bytes), expected);
    });
  }

  it('gives a range past the end a 416 that says how much there is', async () => {
    for (const lines of ['20', '20-30', '20-', '9999999999']) {
      const response = await read({ lines });
      assert.match(expectProblem(response, 416, 'range_not_satisfiable').detail, /19/);
      assert.match(response.headers['content-range'] ?? '', /\*\/19$/);
    }
  });

  it('refuses lines and numbers that are none', async () => {
    for (const lines of [
      '',
      '0',
      '0-3',
      '-0',
      '-',
      '1-2-3',
      'a',
      '1,2',
      '1-a',
      '01',
      '1 - 2',
      '+1',
      '１',
      '99999999999',
      '1-\n',
    ]) {
      expectInvalid(await read({ lines }), 'query.lines');
    }
    expectInvalid(await read({ lines: '7-5' }), 'query.lines');
    for (const max_tokens of ['0', '-1', 'x', '1000001', '1.5', '']) {
      expectInvalid(await read({ max_tokens }), 'query.max_tokens');
    }
    expectInvalid(await read({ start: 1 }), 'query.start');
    const both = await read({ lines: '1', section: 'Owners' });
    expectProblem(both, 400, 'validation_failed');
  });

  it('gives a section by its heading or its anchor, with what is below it', async () => {
    const owners = await part({ section: 'Owners' });
    assert.deepEqual([owners.text, owners.start_line, owners.end_line], ['## Owners\n\nAda\n\n', 13, 16]);
    assert.equal((await part({ section: '#decisions' })).start_line, 5);
    assert.equal((await part({ section: '#decisions-1' })).text, '## Decisions\n\nSecond.\n');
    assert.equal((await part({ section: 'Plan' })).text, TEXT);
    assert.equal((await part({ section: 'owners' })).start_line, 13);
  });

  it('refuses a section that is there twice, nowhere, or in a code fence only, and says what is there', async () => {
    const twice = expectProblem(await read({ section: 'Decisions' }), 409, 'section_ambiguous') as Finding;
    assert.deepEqual(twice.found, { occurrences: 2, lines: [5, 17], suggestions: ['#decisions', '#decisions-1'] });
    const near = expectProblem(await read({ section: 'Owner' }), 404, 'section_not_found') as Finding;
    assert.equal(near.found?.occurrences, 0);
    assert.match(near.found.suggestions.join(), /owners/i);
    for (const section of [
      'Fenced',
      '__proto__',
      'constructor',
      'toString',
      '#__proto__',
      '#',
      '##',
      '# ',
      '%',
      '设计',
      '../x',
    ]) {
      expectProblem(await read({ section }), 404, 'section_not_found');
    }
    for (const section of ['', '   ', 'a\nb', 'a\0b', 'x'.repeat(1001)]) {
      expectInvalid(await read({ section }), 'query.section');
    }
    const plain = await push(server, 'no headings here\n');
    expectProblem(await read({ section: 'x' }, plain.document_id), 404, 'section_not_found');
  });

  it('finds a section whose heading is called like a member of every object', async () => {
    const { document_id } = await push(server, '# \\_\\_proto\\_\\_\n\na\n\n# constructor\n\nb\n', {
      filename: 'a.md',
    });
    assert.equal((await part({ section: '__proto__' }, document_id)).text, '# \\_\\_proto\\_\\_\n\na\n\n');
    assert.equal((await part({ section: 'constructor' }, document_id)).text, '# constructor\n\nb\n');
  });

  it('stays within a budget of tokens, at the end of a line, and says how to go on', async () => {
    const { document_id } = await push(
      server,
      Array.from({ length: 1000 }, (_, index) => `word ${index} more words\n`).join(''),
    );
    const whole = await part({}, document_id);
    let text = '';
    for (let line = 1, pages = 0; line <= whole.total_lines; pages += 1) {
      const page = await part({ lines: `${line}-`, max_tokens: 700 }, document_id);
      assert.ok(page.tokens <= 700 && pages < 100);
      assert.equal(page.start_line, line);
      assert.equal(page.cut_short, page.end_line < whole.total_lines);
      if (page.cut_short) assert.match(page.statement, new RegExp(`${page.end_line + 1}`));
      text += page.text;
      line = page.end_line + 1;
    }
    assert.equal(text, whole.text);
    const small = await part({ section: '#decisions', max_tokens: 1 });
    assert.deepEqual([small.truncated, small.cut_short], [true, true]);
  });

  it('never gives more than a mebibyte, and all of it in the end', async () => {
    const large = Array.from({ length: 40_000 }, (_, index) => `line ${index} ${'x'.repeat(50)}\n`).join('');
    const { document_id } = await push(server, large);
    let text = '';
    for (let line = 1, total = 1; line <= total;) {
      const page = await part({ lines: `${line}-` }, document_id);
      assert.ok(Buffer.byteLength(page.text) <= 1024 * 1024);
      text += page.text;
      total = page.total_lines;
      line = page.end_line + 1;
    }
    assert.ok(text === large);
    const line = await push(server, 'y'.repeat(2 * 1024 * 1024));
    const cut = await part({}, line.document_id);
    assert.deepEqual(
      [cut.truncated, cut.cut_short, cut.total_bytes, cut.total_lines],
      [true, true, 2 * 1024 * 1024, 1],
    );
    assert.ok(cut.length_bytes > 0 && cut.length_bytes <= 1024 * 1024);
  });

  it('reads old versions, empty ones, and every encoding', async () => {
    const { document_id } = await push(server, TEXT, { filename: 'a.md' });
    await pushVersion(server, document_id, '');
    await pushVersion(server, document_id, Buffer.from('ä\r\né', 'latin1'));
    await pushVersion(server, document_id, Buffer.from('\ufeff設\n😀\n', 'utf16le'));
    assert.equal((await part({ version: 1, lines: '1' }, document_id)).text, '# Plan\n');
    const empty = await part({ version: 2 }, document_id);
    assert.deepEqual([empty.text, empty.total_lines, empty.total_bytes, empty.truncated], ['', 0, 0, false]);
    const latin = await part({ version: 3, lines: '2' }, document_id);
    assert.deepEqual([latin.encoding, latin.text, latin.offset_bytes, latin.length_bytes], ['windows-1252', 'é', 3, 1]);
    const wide = await part({ lines: '2' }, document_id);
    assert.deepEqual([wide.encoding, wide.text, wide.length_bytes, wide.version], ['utf-16le', '😀\n', 6, 4]);
  });

  it('refuses binary content, and more than is read as text', async () => {
    const { document_id } = await push(server, Buffer.from([0, 1]));
    await pushVersion(server, document_id, 'x\n'.repeat(2 * 1024 * 1024 + 1));
    for (const place of ['/text', '/outline']) {
      expectProblem(await get(server, document_id, place, { version: 1 }), 422, 'not_text');
      const problem = expectProblem(await get(server, document_id, place), 422, 'text_too_large');
      assert.match(problem.detail, /DOCUMENT_MAX_TEXT_BYTES/);
    }
  });
});
