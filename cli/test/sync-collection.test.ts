import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Document, DocumentClient, ProblemError } from '@document-sync/sdk';
import { isAmong } from '../src/sync/remote-state.js';
import { doc, type Finished, startDoc, useFolder } from './doc.js';
import { useKeyedServer } from './keyed-server.js';

describe('doc sync with a collection', () => {
  const server = useKeyedServer();
  const folder = useFolder();
  let admin = '';
  let editor = '';
  let collection = '';

  /** Even small files are large enough to be pushed so that they can go on after a cut. */
  const surroundings = (key: string): Record<string, string> => ({
    DOCUMENT_SERVER_API_KEY: key,
    DOCUMENT_CACHE_DIR: folder.file('cache'),
    DOCUMENT_RESUMABLE_FROM_BYTES: '1000',
  });
  const run = (key: string, ...args: string[]): Promise<Finished> =>
    doc(args, {
      url: server.url,
      cwd: folder.path,
      env: surroundings(key),
    });
  const done = async (key: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(key, ...args);
    assert.deepEqual([code, stderr], [0, ''], `${args.join(' ')}: ${stdout}`);
    return stdout;
  };
  const documents = async (): Promise<Document[]> =>
    JSON.parse(await done(admin, 'query', '--collection', collection, '--all', '--format', 'json')) as Document[];
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(folder.file(name)), { recursive: true });
    writeFileSync(folder.file(name), text);
  };
  const read = (name: string): string => readFileSync(folder.file(name), 'utf8');
  /** The part of a key that others may know. */
  const idOf = (key: string): string => key.split('_')[1] ?? '';

  before(async () => {
    admin = await server.addKey();
    editor = await server.addKey({ scopes: ['none'] });
  });

  /** A collection that the other key may edit, and nothing else. */
  beforeEach(async () => {
    collection = (await done(admin, 'collection', 'create', folder.path, '--quiet')).trim();
    await done(admin, 'collection', 'grant', collection, idOf(editor), 'editor');
    for (const name of ['one', 'two']) mkdirSync(folder.file(name));
  });

  it('keeps two folders in step for keys that may edit the collection and nothing else', async () => {
    write('one/a.md', '1\n2\n3\n');
    write('one/docs/b.md', 'b\n');
    write('one/large.txt', 'large\n'.repeat(1000));
    const pushed = await done(editor, 'sync', 'one', '--collection', collection);
    assert.equal(
      pushed.split('\n').sort().join('\n'),
      '\nIn step: 3 documents\nPushed: a.md\nPushed: docs/b.md\nPushed: large.txt',
    );
    assert.match(read('one/docs.lock'), new RegExp(`\nformat 2\ncollection ${collection}\n`));
    await done(editor, 'sync', 'two', '--collection', collection);
    assert.equal(read('two/docs/b.md'), 'b\n');
    assert.equal(read('one/docs.lock'), read('two/docs.lock'));

    // Changed on both sides, moved, and of a content that the server has already; the lock says which collection.
    write('one/a.md', 'one\n2\n3\n');
    renameSync(folder.file('one/docs/b.md'), folder.file('one/c.md'));
    write('one/same.md', 'b\n');
    assert.equal(
      await done(editor, 'sync', 'one'),
      'Renamed there: docs/b.md → c.md\nPushed: a.md (version 2)\nPushed: same.md\nIn step: 4 documents\n',
    );
    write('two/a.md', '1\n2\ntwo\n');
    write('two/docs/b.md', 'b of two\n');
    assert.match(await done(editor, 'sync', 'two'), /^Merged: a\.md \(version 3\)$/m);
    assert.deepEqual([read('two/a.md'), read('two/c.md')], ['one\n2\ntwo\n', 'b of two\n']);
    write('one/c.md', 'c of one\n');
    assert.match(await done(editor, 'sync', 'one'), /^Kept both: c\.md .* and c \(conflict from server v2\)\.md$/m);
    await done(editor, 'sync', 'two');
    assert.deepEqual(
      (await documents()).map(({ name, tags }) => [name, ...tags]).sort(),
      ['a.md', 'c (conflict from server v2).md', 'c.md', 'large.txt', 'same.md'].map((name) => [name]),
    );
    const files = readdirSync(folder.file('two')).filter((name) => /\.(md|txt)$/.test(name));
    for (const name of files) assert.equal(read(`two/${name}`), read(`one/${name}`));
    assert.equal(files.length, 5);
  });

  it('deletes there with a key that may, and leaves it to the other keys to be told no', async () => {
    for (const name of ['a.md', 'b.md']) write(`one/${name}`, name);
    await done(editor, 'sync', 'one', '--collection', collection);
    await done(admin, 'sync', 'two', '--collection', collection);
    rmSync(folder.file('one/a.md'));
    const refused = await run(editor, 'sync', 'one', '--delete');
    assert.deepEqual([refused.code, (await documents()).length], [3, 2], refused.stderr);
    rmSync(folder.file('two/a.md'));
    assert.match(await done(admin, 'sync', 'two', '--delete'), /^Deleted there: a\.md\n/);
    assert.deepEqual(
      (await documents()).map(({ name }) => name),
      ['b.md'],
    );
  });

  it('takes a document that was taken out of the collection for a deleted one', async () => {
    for (const name of ['a.md', 'b.md', 'c.md']) write(`one/${name}`, name);
    await done(editor, 'sync', 'one', '--collection', collection);
    await done(admin, 'sync', 'two', '--collection', collection);
    const [first = '', second = ''] = (await documents()).map(({ document_id }) => document_id);
    await done(admin, 'collection', 'remove', collection, first, second);
    assert.match(await done(editor, 'sync', 'one'), /^Left alone: \w\.md: deleted there; --delete carries it over\n/);
    // One key does not see these documents any more, the other one does.
    for (const [key, name] of [
      [editor, 'one'],
      [admin, 'two'],
    ] as const) {
      assert.match(await done(key, 'sync', name, '--delete'), /^(Deleted here: \w\.md\n){2}In step: 1 document\n$/);
      assert.equal(readdirSync(folder.file(name)).length, 2);
    }
    assert.equal((await documents()).length, 1);
    await done(admin, 'info', first);
  });

  it('deletes nothing when the collection is gone, or not to be read any more', async () => {
    write('one/a.md', 'a\n');
    await done(editor, 'sync', 'one', '--collection', collection);
    const lock = read('one/docs.lock');
    await done(admin, 'collection', 'revoke', collection, idOf(editor));
    const other = (await done(admin, 'collection', 'create', `${folder.path}/other`, '--quiet')).trim();
    await done(admin, 'collection', 'grant', other, idOf(editor), 'editor');
    const steward = await server.addKey({ scopes: ['collections:manage'] });
    await done(admin, 'collection', 'grant', other, idOf(steward), 'viewer');
    const refusals: [key: string, code: number, message: RegExp][] = [
      [editor, 4, /There is no collection col_/],
      [steward, 2, /may not read the documents in the collection/],
    ];
    for (const [key, code, message] of refusals) {
      const refused = await run(key, 'sync', 'one', '--delete');
      assert.deepEqual([refused.code, refused.stdout], [code, '']);
      assert.match(refused.stderr, message);
    }
    await done(admin, 'collection', 'rm', collection);
    assert.equal((await run(admin, 'sync', 'one', '--delete')).code, 4);
    assert.ok(existsSync(folder.file('one/a.md')));
    assert.equal(read('one/docs.lock'), lock);
  });

  it('asks about each document itself before its file is deleted', async () => {
    for (const name of ['a.md', 'b.md', 'c.md']) write(`one/${name}`, name);
    await done(editor, 'sync', 'one', '--collection', collection);
    const [stays = '', taken = '', deleted = ''] = (await documents()).map(({ document_id }) => document_id);
    await done(admin, 'collection', 'remove', collection, taken);
    await done(admin, 'rm', deleted, '--quiet');
    const { signal } = new AbortController();
    for (const apiKey of [editor, admin]) {
      const client = new DocumentClient({ baseUrl: server.url, apiKey });
      const found = [stays, taken, deleted].map((id) => isAmong(client, id, { collection }, signal));
      assert.deepEqual(await Promise.all(found), [true, false, false]);
    }
    await done(admin, 'collection', 'revoke', collection, idOf(editor));
    const shutOut = new DocumentClient({ baseUrl: server.url, apiKey: editor });
    await assert.rejects(isAmong(shutOut, stays, { collection }, signal), ProblemError);
  });

  it('is watched, too', async () => {
    write('one/a.md', 'a\n');
    const { child, finished } = startDoc(['watch', 'one', '--collection', collection], {
      url: server.url,
      cwd: folder.path,
      env: surroundings(editor),
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.stderr.on('data', (text: string) => {
      if (text.includes('Watching.')) child.kill('SIGINT');
    });
    const { code, stdout, stderr } = await finished;
    clearTimeout(timer);
    assert.deepEqual([code, stdout, stderr], [0, 'Pushed: a.md\n', 'In step: 1 document. Watching.\n']);
    assert.equal((await documents()).length, 1);
  });

  it('carries a plan out, and fetches what the lock names', async () => {
    write('one/a.md', 'a\n');
    const args = ['--collection', collection, '--plan', 'plan.json', '--format', 'json'];
    const planned = JSON.parse(await done(editor, 'sync', 'one', ...args)) as Record<string, unknown>;
    assert.deepEqual([planned['collection'], planned['tag']], [collection, undefined]);
    const other = await run(editor, 'sync', 'one', '--apply', 'plan.json', '--tag', 'x');
    assert.equal(other.code, 2);
    assert.match(other.stderr, /^Error: The plan is about the collection col_\w+, not the tag "x"\./);
    assert.equal(await done(editor, 'sync', 'one', '--apply', 'plan.json'), 'Pushed: a.md\nIn step: 1 document\n');
    write('two/docs.lock', read('one/docs.lock'));
    write('one/a.md', 'aa\n');
    await done(editor, 'sync', 'one');
    assert.equal(await done(editor, 'pull', '--locked', 'two'), 'Pulled: a.md (version 1)\n');
    assert.equal(read('two/a.md'), 'a\n');
  });

  it('says what is wrong with how it is called', async () => {
    await done(editor, 'sync', 'one', '--collection', collection);
    await done(admin, 'sync', 'two', '--tag', folder.path);
    for (const name of ['one', 'two']) write(`${name}/a.md`, 'a\n');
    await done(editor, 'sync', 'one', '--collection', collection);
    await done(admin, 'sync', 'two', '--tag', folder.path);
    const mistakes: [args: string[], message: RegExp][] = [
      [['sync', 'one', '--tag', 'x', '--collection', collection], /--tag and --collection cannot go together\./],
      [['watch', 'one', '--tag', 'x', '--collection', collection], /--tag and --collection cannot go together\./],
      [['sync', 'one', '--collection', 'notes'], /"notes": a collection id is "col_"/],
      [
        ['sync', 'one', '--collection', 'col_0123456789ab'],
        /docs\.lock is about the collection \w+, not the collection/,
      ],
      [['sync', 'one', '--tag', 'x'], /docs\.lock is about the collection \w+, not the tag "x"\.\nLeave --tag out/],
      [['sync', 'two', '--collection', collection], /is about the tag ".*", not the collection .*\nLeave --collection/],
    ];
    for (const [args, message] of mistakes) {
      const { code, stdout, stderr } = await run(admin, ...args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
    }
  });
});
