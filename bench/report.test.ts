import assert from 'node:assert/strict';

import type { Table } from './figures.js';
import { renderReport, renderTable, renderVerdict } from './report.js';

const table: Table = {
  title: 'Push',
  note: 'What one must know.',
  rows: [
    {
      id: 'push-a',
      label: 'push a',
      figures: [{ name: 'ours/bare', value: 0.75, unit: '×', target: { sense: 'at least', bound: 0.75 } }],
    },
    {
      id: 'push-b',
      label: 'push b',
      figures: [
        { name: 'ours/bare', value: 0.7, unit: '×', target: { sense: 'at least', bound: 0.75 } },
        { name: 'peak', value: 161, unit: 'MiB', target: { sense: 'at most', bound: 160 } },
        { name: 'rate', value: 1234.5, unit: '/s' },
      ],
    },
  ],
};

describe('the report', () => {
  it('shows each target beside its figure, with whether it was met', () => {
    const text = renderTable(table);
    assert.match(text, /^## Push\n\nWhat one must know\.\n/);
    assert.match(text, /\| push a +\| +0\.75× \(≥ 0\.75 met\) \|/);
    assert.match(text, /\| push b +\| +0\.70× \(≥ 0\.75 missed\) \| 161 MiB \(≤ 160 missed\) \| 1235\/s \|/);
  });

  it('makes a table whose lines are all equally wide', () => {
    const widths = renderTable(table)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.length);
    assert.equal(widths.length, 4);
    assert.equal(new Set(widths).size, 1);
  });

  it('counts targets, and names those that were missed', () => {
    assert.equal(
      renderVerdict([table]),
      '1 of 3 targets met; missed:\n\n- push-b, ours/bare: 0.70×, ≥ 0.75\n- push-b, peak: 161 MiB, ≤ 160',
    );
  });

  it('says so when nothing of what was measured has a target', () => {
    const rows = table.rows.map((row) => ({ ...row, figures: row.figures.filter(({ name }) => name === 'rate') }));
    assert.equal(renderVerdict([{ ...table, rows }]), 'no targets for what was measured');
  });

  it('heads a written report with the machine and the verdict', () => {
    const machine = { node: 'v20.0.0', cpu: 'Some CPU', cores: 2, load_before: 0.14, quick: false };
    const text = renderReport(machine, [table]);
    assert.match(text, /\nNode v20\.0\.0, 2 × Some CPU, load 0\.1 before the start, full run\.\n\n1 of 3 targets met/);
    assert.ok(text.includes(renderTable(table)));
  });
});
