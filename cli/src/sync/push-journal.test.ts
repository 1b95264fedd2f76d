import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RemoteDocument } from './plan-types.js';
import { findOwnPushes, PushJournal, readPushing } from './push-journal.js';

describe('the journal of pushes', () => {
  let root = '';

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'document-sync-journal-'));
    await mkdir(path.join(root, '.doc-sync'));
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it('keeps what was begun and not settled', async () => {
    const journal = new PushJournal(root);
    await Promise.all(['a', 'b', 'c'].map((name) => journal.begin([{ path: name, sha256: name.toUpperCase() }])));
    assert.deepEqual([...(await readPushing(root))].sort(), [
      ['a', 'A'],
      ['b', 'B'],
      ['c', 'C'],
    ]);
    journal.settled('a');
    journal.settled('c');
    await journal.end();
    assert.deepEqual([...(await readPushing(root))], [['b', 'B']]);
    await new PushJournal(root).end();
    await assert.rejects(readFile(path.join(root, '.doc-sync/pushing')), { code: 'ENOENT' });
  });

  it('holds nothing where it cannot be read', async () => {
    for (const text of ['', '{}', '[["a"']) {
      await writeFile(path.join(root, '.doc-sync/pushing'), text);
      assert.deepEqual([...(await readPushing(root))], []);
    }
  });

  it('tells which documents are our own', () => {
    const document = (document_id: string, name: string, sha256: string, revision = 1): RemoteDocument => ({
      ...{ document_id, name, sha256, revision },
      ...{ version: 1, size: 1, uploaded_at: `2026-01-0${document_id.length}` },
    });
    const pushing = new Map([
      ['a', 'A'],
      ['b', 'B'],
      ['k', 'K'],
    ]);
    const base = new Map([['k', { document_id: 'known', version: 1, sha256: 'K' }]]);
    const remote = [
      document('xx', 'a', 'A'),
      document('x', 'a', 'A'),
      document('y', 'b', 'other'),
      document('z', 'c', 'A'),
      document('known', 'k', 'K'),
    ];
    assert.deepEqual(findOwnPushes(pushing, base, remote), [['a', { document_id: 'xx', version: 1, sha256: 'A' }]]);
    assert.deepEqual(findOwnPushes(pushing, base, [document('w', 'b', 'B', 2)]), []);
  });
});
