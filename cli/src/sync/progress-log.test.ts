import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProgressLog, type ProgressRow, readProgress, replayProgress, type World } from './progress-log.js';

const ENTRY = { document_id: 'doc_1', version: 1, sha256: 'a' };
const ROWS: readonly ProgressRow[] = [
  { do: 'move', document_id: 'doc_1', from: 'x', to: 'y' },
  { do: 'moved', document_id: 'doc_1', to: 'y' },
  { do: 'record', path: 'y', ...ENTRY },
  { do: 'forget', path: 'z', document_id: 'doc_3' },
];

describe('the log of what a sync has done', () => {
  let root = '';

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'document-sync-progress-'));
    await mkdir(path.join(root, '.doc-sync'));
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  const file = (): string => path.join(root, '.doc-sync/progress');

  it('holds every row as soon as it is added, for the lock that it goes on from alone', async () => {
    const log = await ProgressLog.begin(root, 'lock', new Map());
    for (const row of ROWS) await log.add(row);
    assert.deepEqual(await readProgress(root, 'lock'), ROWS);
    assert.deepEqual(await readProgress(root, 'another lock'), []);
    assert.deepEqual(await readProgress(root, undefined), []);
    await log.end();
    assert.deepEqual(await readdir(path.dirname(file())), [], 'nothing is left of one that has ended well');
  });

  it('reads what a kill has left of it', async () => {
    const log = await ProgressLog.begin(root, undefined, new Map());
    await log.add(ROWS[0]!);
    await log.end();
    await ProgressLog.begin(root, undefined, new Map());
    await appendFile(file(), `${JSON.stringify(ROWS[2])}\n{"do":"forg`);
    assert.deepEqual(await readProgress(root, undefined), [ROWS[2]]);
  });

  it('goes on from a new lock with what that does not say: later rows, moves and pushes that are not done', async () => {
    const log = await ProgressLog.begin(root, 'one', new Map([['doc_9', 'where']]));
    await log.add({ do: 'push', document_id: 'doc_2', sha256: 'b' });
    await log.add({ do: 'record', path: 'x', ...ENTRY });
    const known = log.length;
    await log.add({ do: 'forget', path: 'later', document_id: 'doc_4' });
    await Promise.all([log.beginAnew('two', known), log.add({ do: 'forget', path: 'last', document_id: 'doc_5' })]);
    assert.deepEqual(await readProgress(root, 'two'), [
      { do: 'moved', document_id: 'doc_9', to: 'where' },
      { do: 'push', document_id: 'doc_2', sha256: 'b' },
      { do: 'forget', path: 'later', document_id: 'doc_4' },
      { do: 'forget', path: 'last', document_id: 'doc_5' },
    ]);
    await log.end();
    assert.match(await readFile(file(), 'utf8'), /doc_9/, 'the next sync is told, too');
  });

  describe('read by the next sync', () => {
    const base = new Map([['x', { ...ENTRY, sha256: 'old' }]]);
    const world = (files: Record<string, string>, remote: Record<string, string> = {}): World => ({
      files: new Map(Object.entries(files).map(([name, sha256]) => [name, { sha256, size: 1 }])),
      remote: Object.entries(remote).map(([document_id, sha256]) => ({
        ...{
          document_id,
          sha256,
          name: 'x',
          version: 7,
          revision: 7,
          size: 1,
          uploaded_at: '2026-11-23T00:00:00.000Z',
        },
      })),
    });
    const replay = (rows: ProgressRow[], around: World) => {
      const { entries, whereabouts } = replayProgress(rows, base, around);
      return { entries: Object.fromEntries(entries), whereabouts: Object.fromEntries(whereabouts) };
    };

    it('gives the lock that would have been written', () => {
      assert.deepEqual(replay([...ROWS], world({ y: 'a' })), { entries: { y: ENTRY }, whereabouts: {} });
    });

    it('tells where a file is, whatever it holds by now', () => {
      const { whereabouts, entries } = replay(ROWS.slice(0, 2), world({ y: 'edited' }));
      assert.deepEqual([whereabouts, Object.keys(entries)], [{ doc_1: 'y' }, ['x']]);
      assert.deepEqual(replay(ROWS.slice(0, 2), world({})).whereabouts, {}, 'not where there is no file any more');
    });

    it('looks whether the last move was made, and only the last', () => {
      const move = ROWS.slice(0, 1);
      assert.deepEqual(replay(move, world({ y: 'old' })).whereabouts, { doc_1: 'y' });
      assert.deepEqual(replay(move, world({ x: 'old', y: 'other' })).whereabouts, {});
      assert.deepEqual(replay(move, world({ x: 'old' })).whereabouts, {});
      const failed: ProgressRow[] = [...move, { do: 'forget', path: 'z', document_id: 'doc_3' }];
      assert.deepEqual(replay(failed, world({ y: 'other' })).whereabouts, {});
    });

    it('knows contents that have arrived without an answer, on either side', () => {
      const pushed: ProgressRow[] = [{ do: 'push', document_id: 'doc_1', sha256: 'b' }];
      assert.deepEqual(replay(pushed, world({ x: 'c' }, { doc_1: 'b' })).entries, {
        x: { document_id: 'doc_1', version: 7, sha256: 'b' },
      });
      assert.deepEqual(replay(pushed, world({ x: 'c' }, { doc_1: 'other' })).entries, Object.fromEntries(base));
      const pulled: ProgressRow[] = [{ do: 'pull', path: 'x', ...ENTRY }];
      assert.deepEqual(replay(pulled, world({ x: 'a' }, { doc_1: 'later' })).entries, { x: ENTRY });
      assert.deepEqual(replay(pulled, world({ x: 'old' }, { doc_1: 'later' })).entries, Object.fromEntries(base));
    });
  });
});
