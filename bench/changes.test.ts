import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ChildServer } from './child-server.js';
import type { LoadResult, PushJob, StoredContent, TwoVersions, VersionJob } from './load-jobs.js';
import { readOptions } from './options.js';
import { openWorkbench, type Workbench } from './workbench.js';

describe('loads of changes and partial reads', () => {
  let bench: Workbench;
  let server: ChildServer;
  before(async () => {
    const options = readOptions(['--quick']);
    assert.ok(options);
    bench = openWorkbench(mkdtempSync(join(tmpdir(), 'bench-changes-')), options);
    server = await bench.startOurs(bench.folder('changes'));
  });
  after(() => {
    bench.clear();
  });

  const common = (connections: number, requests: number) =>
    ({ port: server.port, connections, until: { requests }, verifyEvery: 1 }) as const;
  const push = (count: number, content: PushJob['content'], run: string): Promise<LoadResult> =>
    bench.generator.run({ kind: 'push', ...common(1, count), sizeBytes: 4096, content, run });
  const versions = (documents: readonly StoredContent[], run: string, more: Partial<VersionJob> = {}) =>
    bench.generator.run({
      kind: 'version',
      ...common(1, documents.length),
      sizeBytes: 4096,
      content: 'paragraphs',
      documents,
      run,
      ...more,
    });
  const pullBack = (documents: readonly StoredContent[]) =>
    bench.generator.run({ kind: 'pull', ...common(1, documents.length), documents });
  /** Asks this server, past the load client. */
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${server.port}/documents/${path}`)).json();
  const numberOfVersions = async ({ documentId }: StoredContent): Promise<number> =>
    ((await ask(`${documentId}/versions`)) as unknown[]).length;

  it('push versions to documents in turn, each with a content of its own that comes back', async () => {
    const { stored: first } = await push(3, 'random', 'v');
    const pushed = await versions(first, 'v-next', { ...common(2, 9), content: 'random', sizeBytes: 5000 });
    assert.equal(pushed.verified, 9);
    assert.equal(new Set(pushed.stored.map(({ sha256 }) => sha256)).size, 9);
    assert.equal((await pullBack(pushed.stored)).verified, 9);
    for (const document of first) assert.equal(await numberOfVersions(document), 4);
  });

  it('push versions from all connections to one document', async () => {
    const { stored: one } = await push(1, 'random', 'one');
    const pushed = await versions(one, 'one-next', { ...common(16, 40), content: 'random' });
    assert.deepEqual(
      pushed.stored.map(({ version }) => version).sort((a, b) => Number(a) - Number(b)),
      Array.from({ length: 40 }, (_, index) => index + 2),
    );
  });

  it('append to documents in turn, and know what they hold then', async () => {
    const { stored: first } = await push(2, 'paragraphs', 'edit');
    const edited = await bench.generator.run({ kind: 'edit', ...common(1, 6), documents: first, run: 'edited' });
    assert.equal(edited.verified, 6);
    assert.deepEqual(
      edited.stored.map(({ sizeBytes }) => sizeBytes),
      [1, 1, 2, 2, 3, 3].map((edits) => 4096 + 64 * edits),
    );
    assert.equal((await pullBack(edited.stored)).verified, 6);
  });

  it('merge every time: the texts of base and current are known, and the merged one comes back with both parents', async () => {
    const { stored: first } = await push(2, 'paragraphs', 'merge');
    const { stored: second } = await versions(first, 'merge-second');
    const documents = first.map((base, index): TwoVersions => {
      const current = second[index];
      assert.ok(current);
      return { base, current };
    });
    const merged = await bench.generator.run({ kind: 'merge', ...common(1, 150), documents, run: 'merged' });
    assert.equal(merged.verified, 150);
    assert.equal((await pullBack(merged.stored)).verified, 150);
    const newest = (await ask(`${first[0]?.documentId}/versions?limit=1`)) as { version: number; parents: number[] }[];
    assert.deepEqual(
      newest.map(({ version, parents }) => ({ version, parents })),
      [{ version: 77, parents: [76, 75] }],
    );

    // The same from where it began: what is known of the document is not so any more.
    const again = bench.generator.run({ kind: 'merge', ...common(1, 2), documents, run: 'again' });
    await assert.rejects(again, /merge with 1 connections: .*(412|a change was answered with)/);
  });

  it('read parts, and compare them with the text', async () => {
    const { stored: documents } = await push(2, 'paragraphs', 'part');
    const read = (expected: Readonly<Record<string, unknown>>) =>
      bench.generator.run({ kind: 'part', ...common(1, 4), documents, part: 'text?lines=3', expected });
    const { text } = (await ask(`${documents[1]?.documentId}/text?lines=3`)) as { text: string };
    assert.match(text, /^[a-z ]{62}\n$/);
    assert.equal((await read({ text, start_line: 3, total_lines: 128, truncated: true })).verified, 4);
    await assert.rejects(read({ text, total_lines: 129 }), /answered with total_lines 128 instead of 129/);
    await assert.rejects(read({ text: `${text} ` }), /answered with text "/);
  });
});
