import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Document } from '@document-sync/sdk';
import { doc, type Finished, push, useFolder } from './doc.js';
import { useServer } from './server-process.js';

describe('doc sync', () => {
  const server = useServer();
  const folder = useFolder();
  let count = 0;
  let tag = '';

  beforeEach(() => {
    count += 1;
    tag = `tag-${count}`;
    for (const name of ['one', 'two']) mkdirSync(folder.file(name));
  });

  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(folder.file(name)), { recursive: true });
    writeFileSync(folder.file(name), text);
  };
  const read = (name: string): string => readFileSync(folder.file(name), 'utf8');
  const sync = (name: string, ...args: string[]): Promise<Finished> =>
    doc(['sync', name, '--tag', tag, ...args], {
      url: server.url,
      cwd: folder.path,
      env: { DOCUMENT_CACHE_DIR: folder.file(`cache-${name}`) },
    });
  const synced = async (name: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await sync(name, ...args);
    assert.deepEqual([code, stderr], [0, ''], stdout);
    return stdout;
  };
  const documents = async (): Promise<Document[]> => {
    const { stdout } = await doc(['query', '--tags', tag, '--all', '--format', 'json'], { url: server.url });
    return JSON.parse(stdout) as Document[];
  };

  it('brings a folder and the documents of a tag in step, and a second folder, too', async () => {
    write('one/a.md', 'a\n');
    write('one/docs/b.md', 'b\n');
    assert.equal(await synced('one'), 'Pushed: a.md\nPushed: docs/b.md\nIn step: 2 documents\n');
    assert.deepEqual((await documents()).map(({ name, tags }) => [name, ...tags]).sort(), [
      ['a.md', tag],
      ['docs/b.md', tag],
    ]);
    const pulled = (await synced('two')).split('\n').sort();
    assert.deepEqual(pulled, ['', 'In step: 2 documents', 'Pulled: a.md (version 1)', 'Pulled: docs/b.md (version 1)']);
    assert.equal(read('two/docs/b.md'), 'b\n');
    assert.equal(read('one/docs.lock'), read('two/docs.lock'));
    assert.deepEqual(readdirSync(folder.file('two')).sort(), ['a.md', 'docs', 'docs.lock']);
    assert.equal(await synced('two'), 'In step: 2 documents\n');
  });

  it('carries changes and moves, merges what both have changed, and keeps both where that cannot be', async () => {
    write('one/a.md', '1\n2\n3\n');
    write('one/b.md', 'b\n');
    await synced('one');
    await synced('two');
    write('one/a.md', 'one\n2\n3\n');
    renameSync(folder.file('one/b.md'), folder.file('one/c.md'));
    assert.equal(await synced('one'), 'Renamed there: b.md → c.md\nPushed: a.md (version 2)\nIn step: 2 documents\n');
    write('two/a.md', '1\n2\ntwo\n');
    write('two/b.md', 'here\n');
    const second = await synced('two');
    assert.equal(
      second.split('\n').sort().join('\n'),
      '\nIn step: 2 documents\nMerged: a.md (version 3)\nMoved here: b.md → c.md\nPushed: c.md (version 2)',
    );
    assert.equal(read('two/a.md'), 'one\n2\ntwo\n');
    write('one/c.md', 'there\n');
    const both = await synced('one');
    assert.match(both, /^Kept both: c\.md \(version 3\) and c \(conflict from server v2\)\.md$/m);
    assert.deepEqual([read('one/c.md'), read('one/c (conflict from server v2).md')], ['there\n', 'here\n']);
    await synced('two');
    assert.deepEqual([read('two/c.md'), read('two/c (conflict from server v2).md')], ['there\n', 'here\n']);
  });

  it('leaves deletions alone until they are wanted, and then not too many', async () => {
    for (let number = 0; number < 12; number += 1) write(`one/${number}.md`, `${number}\n`);
    await synced('one');
    await synced('two');
    for (let number = 0; number < 11; number += 1) rmSync(folder.file(`one/${number}.md`));
    assert.match(await synced('one'), /^Left alone: 0\.md: deleted here; --delete carries it over\n/);
    assert.ok(!existsSync(folder.file('one/0.md')));
    const refused = await sync('one', '--delete');
    assert.deepEqual([refused.code, refused.stdout], [5, '']);
    assert.match(
      refused.stderr,
      /delete 11 documents or files, more than 10\. Nothing[^]*there {2}0\.md[^]*--max-delete 11/,
    );
    assert.equal((await documents()).length, 12);
    assert.match(await synced('one', '--delete', '--max-delete', '11'), /^Deleted there: .*\.md\n/);
    assert.equal((await documents()).length, 1);
    write('two/0.md', 'changed\n');
    assert.match(await synced('two'), /^Pushed: 0\.md\nLeft alone: 1\.md: deleted there; --delete/);
    assert.match(await synced('two', '--delete', '--max-delete', '10'), /^Deleted here: 1\.md\n/);
    assert.deepEqual(readdirSync(folder.file('two')).sort(), ['0.md', '11.md', 'docs.lock']);
  });

  it('shows a plan and does nothing, writes it, and does what it says as long as it fits', async () => {
    write('one/a.md', 'a\n');
    const { stdout } = await sync('one', '--dry-run');
    assert.equal(stdout, 'Push as a document (1)\n  a.md  (new here)\n\n1 step to take; the lock names 0 documents.\n');
    assert.deepEqual(readdirSync(folder.file('one')), ['a.md']);
    const planned = JSON.parse((await sync('one', '--plan', 'plan.json', '--format', 'json')).stdout);
    assert.deepEqual(
      planned.actions.map((action: { do: string; path: string }) => [action.do, action.path]),
      [['push_new', 'a.md']],
    );
    assert.deepEqual(await documents(), []);

    write('one/b.md', 'b\n');
    const changedHere = await sync('one', '--apply', 'plan.json');
    assert.equal(changedHere.code, 5);
    assert.match(changedHere.stderr, /^Error: The folder is not what the plan saw any more\.\nNothing was changed/);
    rmSync(folder.file('one/b.md'));
    const stranger = await push(server.url, 'x', '--name', 'x.md', '--tags', tag);
    const changedThere = await sync('one', '--apply', 'plan.json');
    assert.deepEqual(
      [changedThere.code, changedThere.stderr.split('\n')[0]],
      [5, 'Error: The server is not what the plan saw any more.'],
    );
    await doc(['rm', stranger.document_id], { url: server.url });
    assert.equal(await synced('one', '--apply', 'plan.json'), 'Pushed: a.md\nIn step: 1 document\n');
    assert.equal((await sync('one', '--apply', 'plan.json')).code, 5);
  });

  it('refuses a plan that was written by hand', async () => {
    write('one/a.md', 'a\n');
    await sync('one', '--plan', 'plan.json');
    const plan = JSON.parse(read('plan.json'));
    plan.plan.actions.push({ do: 'delete_local', path: '../../victim', document_id: 'doc_0', sha256: '', reason: '' });
    write('plan.json', JSON.stringify(plan));
    const { code, stderr } = await sync('one', '--apply', 'plan.json');
    assert.equal(code, 5);
    assert.match(stderr, /1 steps? of the plan/);
    write('plan.json', '{}');
    assert.equal((await sync('one', '--apply', 'plan.json')).code, 2);
    assert.equal((await sync('one', '--apply', 'nowhere.json')).code, 2);
    assert.deepEqual(await documents(), []);
  });

  it('changes one side alone when that is wanted', async () => {
    write('one/a.md', 'a\n');
    await push(server.url, 'b', '--name', 'b.md', '--tags', tag);
    assert.match(
      await synced('one', '--pull-only'),
      /^Pulled: b\.md .*\nLeft alone: a\.md: new here; the server is not/,
    );
    assert.equal((await documents()).length, 1);
    await push(server.url, 'c', '--name', 'c.md', '--tags', tag);
    assert.match(await synced('one', '--push-only'), /^Pushed: a\.md\nLeft alone: c\.md: new there; the folder is not/);
    assert.deepEqual(readdirSync(folder.file('one')).sort(), ['a.md', 'b.md', 'docs.lock']);
  });

  it('says what is wrong with how it is called', async () => {
    const mistakes: [args: string[], message: RegExp][] = [
      [['sync', 'nowhere', '--tag', tag], /no folder nowhere/],
      [['sync', 'one'], /Which documents.*\n.*--tag/],
      [['sync', 'one', '--tag', tag, '--pull-only', '--push-only'], /nothing to do/],
      [['sync', 'one', '--tag', tag, '--apply', 'x', '--delete'], /--apply does what/],
      [['sync', 'one', '--tag', tag, '--max-delete', '-1'], /--max-delete/],
      [['sync', 'one', '--tag', tag, '--plan', 'one/plan.json'], /would be synced itself/],
    ];
    for (const [args, message] of mistakes) {
      const { code, stdout, stderr } = await doc(args, { url: server.url, cwd: folder.path });
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
    }
    assert.deepEqual(readdirSync(folder.file('one')), []);
  });

  it('gives programs everything, and ids alone', async () => {
    write('one/a.md', 'a\n');
    const { done, left, in_step } = JSON.parse(await synced('one', '--format', 'json'));
    const [document] = await documents();
    assert.equal(done[0].document_id, document?.document_id);
    assert.deepEqual([done.length, left, in_step], [1, [], 1]);
    write('one/a.md', 'aa\n');
    assert.equal(await synced('one', '--quiet'), `${document?.document_id}\n`);
  });
});
