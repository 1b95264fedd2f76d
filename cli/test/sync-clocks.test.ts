import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { doc, useFolder } from './doc.js';
import { filesIn } from './folders.js';
import { useServer } from './server-process.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Tells node that it is another time. */
const withClock = (shiftMs: number): string =>
  `--import=data:text/javascript,${encodeURIComponent(`
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...args) { super(...(args.length > 0 ? args : [Real.now() + ${shiftMs}])); }
      static now() { return Real.now() + ${shiftMs}; }
    };`)}`;

describe('doc sync on machines whose clocks are wrong', () => {
  const server = useServer();
  const folder = useFolder();
  const clocks: Record<string, number> = { ahead: 400 * DAY_MS, behind: -400 * DAY_MS };

  /** Writes a file as a machine does that has this clock. */
  function write(machine: string, name: string, text: string): void {
    const file = folder.file(`${machine}/${name}`);
    writeFileSync(file, text);
    const seconds = (Date.now() + (clocks[machine] ?? 0)) / 1000;
    utimesSync(file, seconds, seconds);
  }

  async function sync(machine: string): Promise<string> {
    const { code, stdout, stderr } = await doc(['sync', machine, '--tag', 'clocks', '--delete'], {
      url: server.url,
      cwd: folder.path,
      env: { DOCUMENT_CACHE_DIR: folder.file(`cache-${machine}`), NODE_OPTIONS: withClock(clocks[machine] ?? 0) },
    });
    assert.deepEqual([code, stderr], [0, ''], stdout);
    return stdout;
  }

  it('goes by what was changed, and never by when', async () => {
    for (const machine of Object.keys(clocks)) mkdirSync(folder.file(machine));
    for (const name of ['a.md', 'b.md', 'c.md']) write('ahead', name, `1\n2\n3 of ${name}\n`);
    await sync('ahead');
    await sync('behind');

    // The last change is the one that the clocks call the oldest, and a deletion has no time at all.
    write('ahead', 'a.md', 'one\n2\n3 of a.md\n');
    await sync('ahead');
    write('behind', 'a.md', '1\n2\n3 of a.md\nfour\n');
    write('behind', 'b.md', 'the latest\n');
    rmSync(folder.file('behind/c.md'));
    assert.match(await sync('behind'), /^(Merged: a\.md|Pushed: b\.md|Deleted there: c\.md)/);
    await sync('ahead');
    renameSync(folder.file('ahead/b.md'), folder.file('ahead/d.md'));
    await sync('ahead');
    await sync('behind');
    for (const machine of Object.keys(clocks)) {
      assert.deepEqual(filesIn(folder.file(machine)), ['a.md', 'd.md', 'docs.lock']);
      assert.equal(readFileSync(folder.file(`${machine}/a.md`), 'utf8'), 'one\n2\n3 of a.md\nfour\n');
      assert.equal(readFileSync(folder.file(`${machine}/d.md`), 'utf8'), 'the latest\n');
      assert.equal(await sync(machine), 'In step: 2 documents\n');
    }
  });
});
