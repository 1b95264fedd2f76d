import assert from 'node:assert/strict';

import { DocumentClient } from '../src/index.js';
import { allReject, refusedAs } from './refusals.js';
import { type ServerProcess, startServer } from './server-process.js';

const TEXT = `# Plan

Größe: all of it.

## Decisions

Retries are capped.

\`\`\`sh
# Decisions
\`\`\`

## Risks

### Notes

One.

## Steps

### Notes

Two.
`;

describe('partial reads and the trash against the server', () => {
  let server: ServerProcess;
  let client: DocumentClient;
  let id: string;

  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_LOG_LEVEL: 'warn' });
    client = new DocumentClient({ baseUrl: server.url });
    ({ document_id: id } = await client.upload(new Blob([TEXT]), { filename: 'plan.md' }));
  });
  after(async () => {
    await server.stop();
  });

  const lines = TEXT.split('\n');

  it('give the whole text, or some lines of it', async () => {
    const whole = await client.readText(id);
    assert.deepEqual([whole.text, whole.truncated, whole.total_lines], [TEXT, false, lines.length - 1]);
    assert.deepEqual([whole.total_bytes, whole.length_bytes], [Buffer.byteLength(TEXT), Buffer.byteLength(TEXT)]);
    const some = await client.readText(id, { lines: '3-5' });
    assert.deepEqual([some.start_line, some.end_line, some.truncated], [3, 5, true]);
    assert.equal(some.text, `${lines.slice(2, 5).join('\n')}\n`);
    assert.match(some.statement, /./);
    assert.equal((await client.readText(id, { lines: '-1' })).text, 'Two.\n');
    await assert.rejects(client.readText(id, { lines: '400-' }), refusedAs('range_not_satisfiable'));
    await assert.rejects(client.readText(id, { lines: '0-3' }), refusedAs('validation_failed'));
  });

  it('give a section by its name or its anchor, and no more tokens than asked for', async () => {
    const section = await client.readText(id, { section: 'Decisions' });
    assert.match(section.text, /^## Decisions\n\nRetries are capped\.\n[^]*```\n+$/);
    const { text } = await client.readText(id, { section: '#notes-1' });
    assert.equal(text, '### Notes\n\nTwo.\n');
    const cut = await client.readText(id, { maxTokens: 10 });
    assert.deepEqual([cut.truncated, cut.cut_short, cut.start_line], [true, true, 1]);
    assert(cut.tokens <= 10 && cut.total_tokens > 10);
    await assert.rejects(
      client.readText(id, { section: 'Decision' }),
      refusedAs('section_not_found', ({ found }) => {
        assert.equal(found?.occurrences, 0);
      }),
    );
    await assert.rejects(
      client.readText(id, { section: 'Notes' }),
      refusedAs('section_ambiguous', ({ found }) => {
        assert.deepEqual(found?.suggestions, ['#notes', '#notes-1']);
      }),
    );
  });

  it('give the outline, of an old version too', async () => {
    const { headings, total_headings, version } = await client.outline(id);
    assert.deepEqual(
      headings.map(({ level, title, anchor }) => [level, title, anchor]),
      [
        [1, 'Plan', '#plan'],
        [2, 'Decisions', '#decisions'],
        [2, 'Risks', '#risks'],
        [3, 'Notes', '#notes'],
        [2, 'Steps', '#steps'],
        [3, 'Notes', '#notes-1'],
      ],
    );
    assert.deepEqual([total_headings, version], [6, 1]);
    const { document_id } = await client.upload(new Blob(['# Old\n']), { filename: 'a.md' });
    await client.edit(document_id, [{ op: 'replace', old: 'Old', new: 'New' }], { ifMatch: '*' });
    const title = async (options?: { version: number }): Promise<string | undefined> =>
      (await client.outline(document_id, options)).headings[0]?.title;
    assert.deepEqual([await title(), await title({ version: 1 })], ['New', 'Old']);
    assert.equal((await client.readText(document_id, { version: 1 })).text, '# Old\n');
  });

  it('need a text', async () => {
    const { document_id } = await client.upload(new Blob([new Uint8Array(100)]), { filename: 'a.bin' });
    await allReject([client.readText(document_id), client.outline(document_id)], refusedAs('not_text'));
  });

  it('bring back from the trash what was deleted, with its versions, until it is purged', async () => {
    const { document_id } = await client.upload(new Blob(['first']), { filename: 'a.txt', tags: ['kept'] });
    await client.edit(document_id, [{ op: 'append', text: 'second' }], { ifMatch: '*' });
    const before = await client.get(document_id);
    await client.delete(document_id);
    const calls = [
      client.get(document_id),
      client.versions(document_id),
      client.readText(document_id),
      client.edit(document_id, [{ op: 'append', text: 'x' }], { ifMatch: '*' }),
      client.delete(document_id),
    ];
    await allReject(calls, refusedAs('document_not_found'));
    const [deleted] = (await client.trash({ limit: 1 })).documents;
    assert.deepEqual([deleted?.document_id, deleted?.version, deleted?.tags], [document_id, 2, ['kept']]);
    assert(Date.parse(deleted?.purge_at ?? '') > Date.parse(deleted?.deleted_at ?? ''));

    const restored = await client.restore(document_id);
    assert.deepEqual({ ...restored, revision: 0, updated_at: '' }, { ...before, revision: 0, updated_at: '' });
    assert.deepEqual(await client.restore(document_id), restored);
    assert.equal((await client.versions(document_id)).versions.length, 2);

    await client.delete(document_id);
    await client.delete(document_id, { purge: true });
    await assert.rejects(client.restore(document_id), refusedAs('document_not_found'));
    const left: string[] = [];
    for await (const document of client.trashAll({ limit: 1 })) left.push(document.document_id);
    assert(!left.includes(document_id));
  });

  it('list the trash page by page, the last deleted first', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const { document_id } = await client.upload(new Blob(['x']), { filename: `${index}.txt` });
      await client.delete(document_id);
      ids.unshift(document_id);
    }
    const listed: string[] = [];
    for await (const { document_id } of client.trashAll({ limit: 2 })) listed.push(document_id);
    assert.deepEqual(listed.slice(0, 5), ids);
  });
});
