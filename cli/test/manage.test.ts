import assert from 'node:assert/strict';
import { doc, push } from './doc.js';
import { useServer } from './server-process.js';
import { sendProblem, useStandIns } from './stand-in-server.js';

describe('doc info', () => {
  const server = useServer();

  it('shows everything known about a document', async () => {
    const document = await push(
      server.url,
      'x'.repeat(2048),
      '--name',
      'notes.md',
      '--tags',
      'a,b',
      '--description',
      'One.\nTwo.',
    );
    const { code, stdout, stderr } = await doc(['info', document.document_id], { url: server.url });
    assert.equal(
      stdout,
      [
        `Document ID: ${document.document_id}`,
        'Name: notes.md',
        'File: notes.md',
        'Tags: a, b',
        'Description: One.',
        '  Two.',
        'Size: 2.0 KB (2048 bytes)',
        'Type: text/markdown',
        `SHA-256: ${document.checksum_sha256}`,
        `Uploaded: ${document.uploaded_at.slice(0, 19).replace('T', ' ')}`,
        `Updated: ${document.updated_at.slice(0, 19).replace('T', ' ')}`,
        'Version: 1',
        'Revision: 1',
        `URL: ${server.url}/documents/${document.document_id}\n`,
      ].join('\n'),
    );
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('gives programs the document as the server sent it', async () => {
    const document = await push(server.url, 'x');
    const { stdout } = await doc(['info', document.document_id, '--format', 'json'], { url: server.url });
    assert.deepEqual(JSON.parse(stdout), document);
  });

  it('shows what an old version was, and where it is', async () => {
    const { document_id, checksum_sha256 } = await push(server.url, 'one');
    await doc(['update', document_id, '-', '--base', '1'], { url: server.url, input: 'two, longer' });
    const { stdout } = await doc(['info', document_id, '--version', '1'], { url: server.url });
    assert.match(stdout, /^Size: 3 B \(3 bytes\)$/m);
    assert.match(stdout, new RegExp(`^SHA-256: ${checksum_sha256}\n[^]*\nVersion: 1$`, 'm'));
    assert.match(stdout, new RegExp(`^URL: ${server.url}/documents/${document_id}/versions/1$`, 'm'));
    const now = await doc(['info', document_id], { url: server.url });
    assert.match(now.stdout, /^Version: 2$/m);
    const none = await doc(['info', document_id, '--version', '3'], { url: server.url });
    assert.equal(none.code, 4);
    assert.match(none.stderr, /\n`doc versions` lists /);
  });

  it('tells that there is no such document, and that something is no id', async () => {
    assert.equal((await doc(['info', 'doc_000000000000'], { url: server.url })).code, 4);
    const { code, stderr } = await doc(['info', '../health'], { url: server.url });
    assert.equal(code, 2);
    assert.match(stderr, /^Error: "\.\.\/health": a document id is /);
  });
});

describe('doc edit of what is said about a document', () => {
  const server = useServer();
  const edit = (...args: string[]) => doc(['edit', ...args], { url: server.url });

  it('changes what is given and leaves the rest', async () => {
    const before = await push(server.url, 'x', '--name', 'old', '--tags', 'a', '--description', 'About.');
    const { code, stdout, stderr } = await edit(before.document_id, '--name', 'Neu – 新しい');
    const url = `${server.url}/documents/${before.document_id}`;
    assert.equal(
      stdout,
      `Document updated successfully!\nDocument ID: ${before.document_id}\nName: Neu – 新しい\nTags: a\nURL: ${url}\n`,
    );
    assert.deepEqual([code, stderr], [0, '']);
    const tagged = await edit(before.document_id, '--tags', 'b, c', '--format', 'json');
    const { updated_at, ...after } = JSON.parse(tagged.stdout);
    const { updated_at: first, ...same } = before;
    assert.deepEqual(after, { ...same, name: 'Neu – 新しい', tags: ['b', 'c'], revision: 3 });
    assert.ok(updated_at >= first);
  });

  it('removes tags and the description', async () => {
    const { document_id } = await push(server.url, 'x', '--tags', 'a', '--description', 'About.');
    const { stdout } = await edit(document_id, '--tags', '', '--description', '', '--format', 'json');
    assert.deepEqual([JSON.parse(stdout).tags, JSON.parse(stdout).description], [[], '']);
  });

  it('wants something to change', async () => {
    const { code, stderr } = await edit('doc_000000000000');
    assert.equal(code, 2);
    assert.match(stderr, /^Error: Nothing to change\.\n.*--name.*--tags.*--description.*--replace/);
  });

  it('changes only what was read, where that is named', async () => {
    const { document_id } = await push(server.url, 'one');
    const renamed = await edit(document_id, '--name', 'First', '--base', '1', '--format', 'json');
    assert.equal(JSON.parse(renamed.stdout).revision, 2);
    await doc(['update', document_id, '-', '--base', '1'], { url: server.url, input: 'two' });
    const refused = await edit(document_id, '--name', 'Second', '--base', '1');
    assert.equal(refused.code, 5);
    assert.equal(
      refused.stderr,
      'Error: The document is at version 2 now, not at version 1 any more. Nothing was changed.\n' +
        `See what was changed: \`doc diff ${document_id} --from 1 --to 2\`.\n` +
        'If that is to be replaced, repeat the command with --base 2.\n',
    );
    assert.equal((await edit(document_id, '--name', 'Third', '--base', 'any')).code, 0);
    assert.equal((await edit(document_id, '--name', 'x', '--base', '7')).code, 4);
  });

  it('adds tags and takes them away, and leaves the others', async () => {
    const { document_id } = await push(server.url, 'x', '--tags', 'a,b,c');
    const args = ['--add-tags', 'd, a', '--remove-tags', 'b', '--remove-tags', 'none', '--description', 'About.'];
    const { code, stdout } = await edit(document_id, ...args);
    assert.equal(code, 0);
    assert.match(stdout, /^Document updated successfully!\nDocument ID: .*\nName: a\.txt\nTags: a, c, d\n/);
    const info = JSON.parse((await doc(['info', document_id, '--format', 'json'], { url: server.url })).stdout);
    assert.deepEqual([info.description, info.revision], ['About.', 2]);
    const json = await edit(document_id, '--remove-tags', 'd', '--format', 'json', '--base', '1');
    assert.deepEqual(JSON.parse(json.stdout).tags, ['a', 'c']);
    assert.equal((await edit('doc_000000000000', '--add-tags', 'd')).code, 4);
  });

  it('changes several, all or none', async () => {
    const ids: string[] = [];
    for (const tags of ['a', 'a,b']) ids.push((await push(server.url, 'x', '--tags', tags)).document_id);
    const tagsOf = async () => {
      const infos = await Promise.all(ids.map((id) => doc(['info', id, '--format', 'json'], { url: server.url })));
      return infos.map(({ stdout }) => JSON.parse(stdout).tags.join(','));
    };
    const done = await edit(...ids, '--add-tags', 'c', '--remove-tags', 'b');
    assert.deepEqual([done.code, done.stdout, done.stderr], [0, ids.map((id) => `Updated: ${id}\n`).join(''), '']);
    assert.deepEqual(await tagsOf(), ['a,c', 'a,c']);
    const refused = await edit(...ids, 'doc_000000000000', '--tags', 'x');
    assert.deepEqual([refused.code, refused.stdout], [4, '']);
    assert.match(refused.stderr, /^Error: 1 of 3 .*Nothing was changed\.\n.*doc_000000000000/);
    assert.deepEqual(await tagsOf(), ['a,c', 'a,c']);
    const json = await edit(...ids, '--tags', '', '--format', 'json');
    assert.deepEqual(
      JSON.parse(json.stdout).map(({ tags }: { tags: string[] }) => tags),
      [[], []],
    );
    assert.equal((await edit(...ids, '--description', 'x', '--quiet')).stdout, `${ids.join('\n')}\n`);
  });

  it('knows what is for one document', async () => {
    const ids = ['doc_000000000000', 'doc_000000000001'];
    for (const [args, message] of [
      [['--name', 'x'], 'Error: --name is for one document.\nEdit the documents one by one.\n'],
      [['--tags', 'x', '--base', '1'], 'Error: --base is for one document.\nEdit the documents one by one.\n'],
      [
        ['--append', 'x', '--base', '1'],
        'Error: The text of one document is changed at a time.\nEdit the documents one by one.\n',
      ],
      [
        ['--tags', 'x', '--add-tags', 'y'],
        'Error: --tags says all tags; --add-tags and --remove-tags cannot go with it.\nSay all of them, or what is to change.\n',
      ],
    ] as const) {
      const { code, stdout, stderr } = await edit(...ids, ...args);
      assert.deepEqual([code, stdout, stderr], [2, '', message]);
    }
  });

  it('does not mix the text and what is said about it', async () => {
    const { document_id } = await push(server.url, 'one\n');
    const mixed = await edit(document_id, '--name', 'x', '--append', 'y', '--base', '1');
    assert.equal(mixed.code, 2);
    assert.match(mixed.stderr, /^Error: .*one after the other\.\nMake two commands/);
    for (const [option, ...value] of [['--merge'], ['--message', 'why']]) {
      const { code, stderr } = await edit(document_id, '--name', 'x', option ?? '', ...value);
      assert.equal(code, 2);
      assert.equal(stderr, `Error: ${option} is for changes of the text only.\n`);
    }
  });
});

describe('doc status', () => {
  const server = useServer();
  const standIn = useStandIns();

  it('tells where the server is, its version and how fast it answers', async () => {
    const { code, stdout, stderr } = await doc(['status'], { url: server.url });
    assert.match(stdout, /^Server: http:\S+\nStatus: ok\nVersion: \d+\.\d+\.\d+\nUptime: \d+ s\nLatency: [\d.]+ ms\n$/);
    assert.ok(stdout.includes(server.url));
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('tells programs the same', async () => {
    const status = JSON.parse((await doc(['status', '--format', 'json'], { url: server.url })).stdout);
    assert.deepEqual(Object.keys(status), [
      ...['url', 'reachable', 'status', 'version', 'uptime_seconds', 'index_queue', 'latency_ms'],
    ]);
    assert.deepEqual([status.url, status.reachable, status.status], [server.url, true, 'ok']);
    assert.ok(status.latency_ms > 0 && status.latency_ms < 10_000);
  });

  it('says nothing when only the exit code is wanted', async () => {
    const { code, stdout, stderr } = await doc(['status', '--quiet'], { url: server.url });
    assert.deepEqual([code, stdout, stderr], [0, '', '']);
  });

  it('tells that the server cannot serve', async () => {
    const url = await standIn((_, response) => {
      sendProblem(response, 503, 'unavailable');
    });
    assert.equal((await doc(['status'], { url })).code, 6);
  });
});
