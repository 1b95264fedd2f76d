import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { docCommand } from './doc-command.js';
import { readOptions } from './options.js';
import { measureSyncOf } from './scenarios/many/sync.js';
import { openWorkbench } from './workbench.js';

describe('runs of the CLI', () => {
  it('are timed, and fail with what was printed', async () => {
    const home = mkdtempSync(join(tmpdir(), 'bench-doc-'));
    try {
      const doc = docCommand(1, home);
      const seconds = await doc.run(['--version']);
      assert.ok(seconds > 0.01 && seconds < 20, `${seconds} s`);
      await assert.rejects(doc.run(['query']), /doc query ended with 7:\n.*127\.0\.0\.1:1\b/s);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it('sync a folder, the first time and with nothing to do', async () => {
    const options = readOptions(['--quick']);
    assert.ok(options);
    const bench = openWorkbench(mkdtempSync(join(tmpdir(), 'bench-sync-')), {
      ...options,
      effort: { ...options.effort, runs: 1 },
    });
    try {
      const { rows } = await measureSyncOf(bench, 120);
      assert.deepEqual(
        rows.map(({ id, figures }) => [id, figures[0]?.unit, (figures[0]?.value ?? 0) > 0]),
        [
          ['many-sync-unchanged-10k', 's', true],
          ['many-sync-first-10k', 's', true],
        ],
      );
    } finally {
      bench.clear();
    }
  });
});
