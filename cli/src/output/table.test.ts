import assert from 'node:assert/strict';
import stringWidth from 'string-width';
import { renderTable } from './table.js';

const columns = [{ title: 'Id' }, { title: 'Name', shrinkable: true }, { title: 'Tags', shrinkable: true }];

describe('tables', () => {
  it('have a line under the head and none between rows', async () => {
    const table = await renderTable(columns, [
      ['1', 'System Architecture', 'design,docs'],
      ['22', 'Schema', ''],
    ]);
    assert.equal(
      table,
      [
        '┌────┬─────────────────────┬─────────────┐',
        '│ Id │ Name                │ Tags        │',
        '├────┼─────────────────────┼─────────────┤',
        '│ 1  │ System Architecture │ design,docs │',
        '│ 22 │ Schema              │             │',
        '└────┴─────────────────────┴─────────────┘',
      ].join('\n'),
    );
  });

  it('stay straight with wide, combining, joined and recent characters', async () => {
    const names = ['漢字かな', 'e\u0301te\u0301', '👨‍👩‍👧 family', '🫠🛜', '🇩🇪', 'नमस्ते', 'Grüße – “ß” … €', '\u00ad-'];
    const table = await renderTable(
      columns,
      names.map((name) => ['1', name, 'x']),
    );
    assert.deepEqual(
      new Set(table.split('\n').map((line) => stringWidth(line))),
      new Set([stringWidth(table.split('\n')[0] ?? '')]),
    );
  });

  it('fit the terminal by cutting only what may be cut', async () => {
    const rows = [['doc_0123456789ab', 'A long name that does not fit at all', 'tag,another,more']];
    const lines = (await renderTable(columns, rows, 60)).split('\n');
    assert.deepEqual(new Set(lines.map((line) => line.length)), new Set([60]));
    assert.match(lines[3] ?? '', /^│ doc_0123456789ab │ A long name that … │ tag,another,more │$/);
  });

  it('never cut a character in two', async () => {
    const lines = (await renderTable(columns, [['1', '漢字漢字漢字漢字', '😀😀😀😀😀😀😀😀😀']], 31)).split('\n');
    assert.deepEqual(new Set(lines.map((line) => stringWidth(line))), new Set([31]));
    assert.equal(lines[3], '│ 1  │ 漢字漢字… │ 😀😀😀😀…  │');
  });

  it('run over the edge of a terminal that is too narrow for any table', async () => {
    const lines = (await renderTable(columns, [['doc_0123456789ab', 'System Architecture', 'design,docs']], 20)).split(
      '\n',
    );
    assert.equal(lines[3], '│ doc_0123456789ab │ System … │ design,… │');
  });
});
