import assert from 'node:assert/strict';
import { doc, push } from './doc.js';
import { useServer } from './server-process.js';
import { SOME_ID, useStandIns } from './stand-in-server.js';

const NOTES = [
  '# System',
  '',
  'What it is.',
  '## Parts',
  '',
  'Three.',
  '## Decisions',
  'Retries are capped.',
  '# Appendix',
  '## Decisions',
  'Old ones.',
  '',
].join('\n');

describe('doc cat', () => {
  const server = useServer();
  const cat = (...args: string[]) => doc(['cat', ...args], { url: server.url });
  let id = '';

  before(async () => {
    id = (await push(server.url, NOTES, '--name', 'notes.md')).document_id;
    await doc(['append', id, 'The end.'], { url: server.url });
  });

  it('prints the text, and beside it what it is', async () => {
    const { code, stdout, stderr } = await cat(id);
    assert.equal(stdout, `${NOTES}The end.\n`);
    assert.match(stderr, new RegExp(`^${id} version 2: .*12.*\\n$`));
    assert.equal(stderr.split('\n').length, 2);
    assert.equal(code, 0);
  });

  it('adds and takes nothing away', async () => {
    for (const text of ['', 'no line end', 'a\r\nb\r\n', 'ends\n\n\n', 'controls \x1b[31m\x07\t']) {
      const { document_id } = await push(server.url, text);
      assert.equal((await cat(document_id)).stdout, text, JSON.stringify(text));
    }
  });

  for (const [lines, expected] of [
    ['1-3', '# System\n\nWhat it is.\n'],
    ['11-', 'Old ones.\nThe end.\n'],
    ['4', '## Parts\n'],
    ['-1', 'The end.\n'],
    ['12-99', 'The end.\n'],
  ] as const) {
    it(`prints lines ${lines}, and that there are more`, async () => {
      for (const args of [['--lines', lines], [`--lines=${lines}`]]) {
        const { code, stdout, stderr } = await cat(id, ...args);
        assert.deepEqual([code, stdout], [0, expected]);
        assert.match(stderr, new RegExp(`^${id} version 2: .* of 12`));
      }
    });
  }

  it('prints a section by its heading or its anchor', async () => {
    assert.equal((await cat(id, '--section', 'Parts')).stdout, '## Parts\n\nThree.\n');
    assert.equal((await cat(id, '--section', '#decisions-1')).stdout, '## Decisions\nOld ones.\nThe end.\n');
    const several = await cat(id, '--section', 'Decisions');
    assert.equal(several.code, 2);
    assert.match(several.stderr, /^Did you mean '#decisions' or '#decisions-1'\?\n$/m);
    const none = await cat(id, '--section', 'Decision');
    assert.equal(none.code, 4);
    assert.match(none.stderr, /\nDid you mean '#decisions' or '#decisions-1'\?\n`doc outline`/);
  });

  it('prints the beginning within a number of tokens', async () => {
    const { stdout, stderr } = await cat(id, '--max-tokens', '8');
    assert.ok(stdout.length > 0 && stdout.length < NOTES.length && NOTES.startsWith(stdout), stdout);
    const rest = / Read on with --lines (\S+)\n$/.exec(stderr)?.[1];
    assert.equal(stdout + (await cat(id, '--lines', rest ?? '')).stdout, `${NOTES}The end.\n`);
  });

  it('prints an old version', async () => {
    const { stdout, stderr } = await cat(id, '--version', '1', '--lines', '-1');
    assert.equal(stdout, 'Old ones.\n');
    assert.match(stderr, new RegExp(`^${id} version 1: `));
  });

  it('gives programs what the server sent, and ids alone', async () => {
    const raw = await (await fetch(`${server.url}/documents/${id}/text?lines=1-3`)).json();
    const { stdout, stderr } = await cat(id, '--lines', '1-3', '--format', 'json');
    assert.deepEqual(JSON.parse(stdout), raw);
    assert.deepEqual([JSON.parse(stdout).truncated, stderr], [true, '']);
    assert.equal((await cat(id, '--quiet')).stdout, `${id}\n`);
  });

  it('tells what it cannot print', async () => {
    const { document_id: binary } = await push(server.url, 'a\0b');
    const { code, stdout, stderr } = await cat(binary);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^Error: .*binary.*\n`doc pull`/);
    const beyond = await cat(id, '--lines', '13-20');
    assert.equal(beyond.code, 2);
    assert.match(beyond.stderr, /^Error: .*12/);
    assert.equal((await cat('doc_000000000000')).code, 4);
    assert.equal((await cat(id, '--version', '3')).code, 4);
    for (const args of [
      ['--lines', '0'],
      ['--lines', 'all'],
      ['--lines', '1', '--section', 'Parts'],
      ['--max-tokens', '0'],
      ['--max-tokens', 'few'],
    ]) {
      assert.equal((await cat(id, ...args)).code, 2, args.join(' '));
    }
  });
});

describe('doc outline', () => {
  const server = useServer();
  const standIn = useStandIns();
  const outline = (...args: string[]) => doc(['outline', ...args], { url: server.url });
  let id = '';

  before(async () => {
    id = (await push(server.url, NOTES, '--name', 'notes.md')).document_id;
  });

  it('lists the headings with their lines, sizes and anchors', async () => {
    const { code, stdout, stderr } = await outline(id);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .filter((row) => row.startsWith('│'))
      .map((row) =>
        row
          .slice(2)
          .split(' │ ')
          .map((cell) => cell.trimEnd()),
      );
    assert.deepEqual(
      rows.map(([lines, , heading, section]) => [lines, heading, section?.replace(/ +│$/, '')]),
      [
        ['Lines', 'Heading', 'Section'],
        ['1-8', 'System', '#system'],
        ['4-6', '  Parts', '#parts'],
        ['7-8', '  Decisions', '#decisions'],
        ['9-11', 'Appendix', '#appendix'],
        ['10-11', '  Decisions', '#decisions-1'],
      ],
    );
    assert.match(rows[1]?.[1] ?? '', /^\d+$/);
    assert.match(stderr, new RegExp(`^${id} version 1: 11 lines, about \\d+ tokens, headings: 5\\.\\n$`));
    assert.equal(code, 0);
  });

  it('names lines and anchors as doc cat takes them', async () => {
    const { headings } = JSON.parse((await outline(id, '--format', 'json')).stdout);
    for (const { anchor, start_line, end_line } of headings) {
      const bySection = await doc(['cat', id, '--section', anchor], { url: server.url });
      const byLines = await doc(['cat', id, '--lines', `${start_line}-${end_line}`], { url: server.url });
      assert.equal(bySection.stdout, byLines.stdout);
    }
  });

  it('gives programs what the server sent, ids alone, and old versions', async () => {
    const raw = await (await fetch(`${server.url}/documents/${id}/outline`)).json();
    const json = await outline(id, '--format', 'json');
    assert.deepEqual([JSON.parse(json.stdout), json.stderr], [raw, '']);
    assert.equal((await outline(id, '--quiet')).stdout, `${id}\n`);
    await doc(['append', id, '# More'], { url: server.url });
    assert.match((await outline(id)).stdout, /#more/);
    assert.doesNotMatch((await outline(id, '--version', '1')).stdout, /#more/);
  });

  it('says when there are no headings, or more than are listed', async () => {
    const { document_id } = await push(server.url, 'plain\n');
    const none = await outline(document_id);
    assert.deepEqual([none.code, none.stdout], [0, '']);
    assert.match(none.stderr, /headings: 0\.\n$/);
    const url = await standIn((_, response) => {
      const heading = {
        level: 3,
        title: 'A\x1b[31m',
        anchor: '#a',
        start_line: 1,
        end_line: 2,
        size_bytes: 9,
        tokens: 3,
      };
      const totals = { total_lines: 9000, total_bytes: 90_000, total_tokens: 20_000, total_headings: 6000 };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ document_id: SOME_ID, version: 1, ...totals, truncated: true, headings: [heading] }),
      );
    });
    const many = await doc(['outline', SOME_ID], { url });
    assert.match(many.stdout, /│ 1-2 {3}│ 3 {6}│ A\\x1b\[31m │ #a/);
    assert.match(many.stderr, /headings: the first 1 of 6000\.\n$/);
  });

  it('tells what has no outline', async () => {
    const { document_id: binary } = await push(server.url, 'a\0b');
    assert.equal((await outline(binary)).code, 2);
    assert.equal((await outline('doc_000000000000')).code, 4);
    assert.equal((await outline(id, '--version', '9')).code, 4);
  });
});
