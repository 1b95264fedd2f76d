import { isMet, type Figure, type Row, type Table } from './figures.js';

/** Where and under what circumstances was measured. */
export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** Load average over a minute, before the first measurement. */
  readonly load_before: number;
  readonly quick: boolean;
}

/** The line that heads a report. */
export function renderMachine({ node, cpu, cores, load_before, quick }: Machine): string {
  const effort = quick ? 'quick: a glance, not a measurement' : 'full run';
  return `Node ${node}, ${cores} × ${cpu}, load ${load_before.toFixed(1)} before the start, ${effort}.`;
}

/**
 * A table as Markdown, so that it can be pasted where it is needed. A figure with a target carries it, and whether it
 * was met.
 */
export function renderTable(table: Table): string {
  const names = [...new Set(table.rows.flatMap((row) => row.figures.map((figure) => figure.name)))];
  const header = ['', ...names];
  const lines = table.rows.map((row) => [row.label, ...names.map((name) => renderFigure(row, name))]);
  const widths = header.map((text, column) =>
    Math.max(3, text.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const render = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => pad(text, widths[column] ?? 0, column)).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [`## ${table.title}`, '', table.note, '', render(header), render(rule), ...lines.map(render), ''].join('\n');
}

/**
 * How many targets were met, and each that was missed; or that there were none.
 */
export function renderVerdict(tables: readonly Table[]): string {
  const judged = tables
    .flatMap((table) => table.rows)
    .flatMap((row) => row.figures.map((figure) => ({ row, figure })))
    .filter(({ figure }) => figure.target !== undefined);
  if (judged.length === 0) return 'no targets for what was measured';
  const missed = judged.filter(({ figure }) => verdict(figure) === 'missed');
  return [
    `${judged.length - missed.length} of ${judged.length} targets met${missed.length > 0 ? '; missed:\n' : ''}`,
    ...missed.map(({ row, figure }) => `- ${row.id}, ${figure.name}: ${amount(figure)}, ${bound(figure)}`),
  ].join('\n');
}

/** A whole run as a page of Markdown. */
export function renderReport(machine: Machine, tables: readonly Table[]): string {
  return [
    '# Results of the last full run',
    '',
    'Written by the bench (`--markdown`); [README.md](README.md) says how it measures and what bounds the figures.',
    '',
    renderMachine(machine),
    '',
    renderVerdict(tables),
    '',
    ...tables.map(renderTable),
  ].join('\n');
}

function renderFigure(row: Row, name: string): string {
  const figure = row.figures.find((candidate) => candidate.name === name);
  if (figure === undefined) return '';
  return figure.target === undefined ? amount(figure) : `${amount(figure)} (${bound(figure)} ${verdict(figure)})`;
}

function verdict({ value, target }: Figure): 'met' | 'missed' | '' {
  if (target === undefined) return '';
  return isMet(value, target) ? 'met' : 'missed';
}

function bound({ target }: Figure): string {
  return target === undefined ? '' : `${target.sense === 'at least' ? '≥' : '≤'} ${target.bound}`;
}

function amount({ value, unit }: Figure): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  const text = value.toFixed(digits);
  return unit === '' || unit === '×' || unit === '%' || unit === '/s' ? `${text}${unit}` : `${text} ${unit}`;
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
