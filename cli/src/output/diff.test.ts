import assert from 'node:assert/strict';
import pc from 'picocolors';
import { diffPainter } from './diff.js';

describe('a diff on a terminal', () => {
  const colours = pc.createColors(true);

  it('tells heads, changes and what stays apart, also where a removed line looks like a head', () => {
    const paint = diffPainter(colours);
    const diff = [
      '--- a.md\tversion 1',
      '+++ a.md\tversion 2',
      '@@ -1,2 +1,2 @@',
      ' same',
      '--- old',
      '+++ new',
      '\\ No newline at end of file',
      '',
    ];
    assert.deepEqual(diff.map(paint), [
      colours.bold('--- a.md\tversion 1'),
      colours.bold('+++ a.md\tversion 2'),
      colours.cyan('@@ -1,2 +1,2 @@'),
      ' same',
      colours.red('--- old'),
      colours.green('+++ new'),
      '\\ No newline at end of file',
      '',
    ]);
  });

  it('stays as it is without colours', () => {
    const paint = diffPainter(pc.createColors(false));
    assert.deepEqual(['--- a', '@@ -1 +1 @@', '-x'].map(paint), ['--- a', '@@ -1 +1 @@', '-x']);
  });
});
