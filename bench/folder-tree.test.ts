import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeTree } from './folder-tree.js';

describe('a tree of files', () => {
  it('has as many as it should, no two alike, each with the digest that is told', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-tree-'));
    try {
      const files = writeTree(folder, 250, 1024);
      assert.deepEqual(readdirSync(folder).sort(), ['part-0', 'part-1', 'part-2']);
      assert.equal(new Set(files.map(({ path }) => path)).size, 250);
      assert.equal(new Set(files.map(({ sha256 }) => sha256)).size, 250);
      for (const { path, sha256 } of files) {
        const content = readFileSync(join(folder, path));
        assert.equal(content.length, 1024);
        assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
