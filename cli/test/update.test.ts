import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { doc, type Finished, push, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';
import { useStandIns } from './stand-in-server.js';

/** Ten lines, so that changes at both ends can be merged. */
const BASE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n';

describe('doc update', () => {
  const server = useServer();
  const standIn = useStandIns();
  const folder = useFolder();
  const run = (args: string[], input?: string): Promise<Finished> =>
    doc(args, { url: server.url, cwd: folder.path, ...(input !== undefined && { input }) });
  const update = (id: string, input: string, ...args: string[]) => run(['update', id, '-', ...args], input);
  const contentOf = async (id: string): Promise<string> => (await run(['pull', id, '--output', '-'])).stdout;

  it('makes a file the next version, and says so', async () => {
    const { document_id: id } = await push(server.url, BASE, '--name', 'Numbers');
    writeFileSync(folder.file('numbers.md'), 'one\n');
    const { code, stdout, stderr } = await run(['update', id, 'numbers.md', '--base', '1', '--message', 'Only one']);
    assert.equal(
      stdout,
      `Version 2 created.\nDocument ID: ${id}\nName: Numbers\nVersion: 2\nURL: ${server.url}/documents/${id}\n`,
    );
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(await contentOf(id), 'one\n');
    const [newest] = JSON.parse((await run(['versions', id, '--format', 'json'])).stdout);
    assert.deepEqual([newest.message, newest.original_filename, newest.parents], ['Only one', 'numbers.md', [1]]);
  });

  it('makes no version of what is there already', async () => {
    const { document_id: id } = await push(server.url, 'same');
    const { code, stdout } = await update(id, 'same', '--base', '1');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^Unchanged: version 1 has this content already\.\nDocument ID: .*\nName: a\.txt\nVersion: 1\n/,
    );
    assert.equal((await run(['versions', id, '--quiet'])).stdout, '1\n');
  });

  it('gives programs what the server sent, and ids alone', async () => {
    const { document_id: id } = await push(server.url, 'a');
    const change = JSON.parse((await update(id, 'b', '--base', 'any', '--format', 'json')).stdout);
    assert.deepEqual([change.document_id, change.version, change.outcome], [id, 2, 'created']);
    const [newest] = JSON.parse((await run(['versions', id, '--format', 'json'])).stdout);
    assert.deepEqual(change, { ...newest, outcome: 'created' });
    assert.equal((await update(id, 'c', '--base', '2', '--quiet')).stdout, `${id}\n`);
  });

  it('keeps the file name where stdin or a pipe has none', async function () {
    const { document_id: id } = await push(server.url, 'a', '--name', 'notes.md');
    const piped = JSON.parse((await update(id, 'b', '--base', '1', '--format', 'json')).stdout);
    assert.deepEqual([piped.original_filename, piped.mime_type], ['notes.md', 'text/markdown']);
    try {
      execFileSync('mkfifo', [folder.file('pipe')]);
    } catch {
      this.skip();
    }
    const { finished } = startDoc(['update', id, 'pipe', '--base', '2', '--format', 'json'], {
      url: server.url,
      cwd: folder.path,
    });
    createWriteStream(folder.file('pipe')).end('through the pipe');
    const { original_filename, size_bytes } = JSON.parse((await finished).stdout);
    assert.deepEqual([original_filename, size_bytes], ['notes.md', 16]);
  });

  it('wants to know which version is replaced, and asks nobody else', async () => {
    const { code, stdout, stderr } = await doc(['update', 'doc_000000000000', '-'], { url: 'http://127.0.0.1:9' });
    assert.deepEqual([code, stdout], [2, '']);
    assert.equal(
      stderr,
      'Error: The change does not say which version it replaces.\n' +
        'Name the version that you read, with --base 3 for example (`doc info` shows the current one), or --base any to ' +
        'replace whatever is there.\n',
    );
  });

  it('replaces nothing that was not read', async () => {
    const { document_id: id } = await push(server.url, BASE);
    await update(id, 'theirs\n', '--base', '1');
    const refused = await update(id, 'mine\n', '--base', '1');
    assert.deepEqual([refused.code, refused.stdout], [5, '']);
    assert.equal(
      refused.stderr,
      'Error: The document is at version 2 now, not at version 1 any more. Nothing was changed.\n' +
        `See what was changed: \`doc diff ${id} --from 1 --to 2\`.\n` +
        'Bring both together and name --base 2, or let the server do it: add --merge.\n',
    );
    assert.equal(await contentOf(id), 'theirs\n');
    const json = await update(id, 'mine\n', '--base', '1', '--format', 'json');
    const failure = JSON.parse(json.stderr);
    assert.deepEqual([failure.code, failure.current_version, failure.exit_code], ['version_mismatch', 2, 5]);
    assert.match(failure.current_etag, /^"[0-9a-f]{64}"$/);
    assert.equal((await update(id, 'mine\n', '--base', 'any')).code, 0);
    assert.equal(await contentOf(id), 'mine\n');
  });

  it('merges what does not touch, when it is told to', async () => {
    const { document_id: id } = await push(server.url, BASE);
    await update(id, BASE.replace('one', 'ONE'), '--base', '1');
    const { code, stdout, stderr } = await update(id, BASE.replace('ten', 'TEN'), '--base', '1', '--merge');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Merged with version 2 into version 3\.\nDocument ID: /);
    assert.equal(await contentOf(id), BASE.replace('one', 'ONE').replace('ten', 'TEN'));
  });

  it('shows a conflict as diff3 does, and how to go on from there', async () => {
    const { document_id: id } = await push(server.url, BASE);
    await update(id, BASE.replace('five', 'FIVE'), '--base', '1');
    writeFileSync(folder.file('mine.md'), BASE.replace('five', 'fünf'));
    const { code, stdout, stderr } = await run(['update', id, 'mine.md', '--base', '1', '--merge']);
    assert.deepEqual([code, stdout], [5, '']);
    assert.match(stderr, /^Error: .*1 conflict.*\n<<<<<<< /);
    assert.ok(
      stderr.endsWith(
        [
          '',
          '<<<<<<< current (version 2), line 5',
          'FIVE',
          '||||||| base (version 1), line 5',
          'five',
          '=======',
          'fünf',
          '>>>>>>> yours, line 5',
          `Pull version 2: \`doc pull ${id} --version 2 --output version-2.md\`.`,
          `Bring both together, then: \`doc update ${id} mine.md --base 2\`.`,
          '',
        ].join('\n'),
      ),
      stderr,
    );
    // The advice works as it stands.
    for (const [, command = ''] of stderr.matchAll(/`doc (.*)`/g)) {
      const followed = await run(command.split(' '));
      assert.equal(followed.code, 0, followed.stderr);
    }
    assert.equal(readFileSync(folder.file('version-2.md'), 'utf8'), BASE.replace('five', 'FIVE'));
    assert.equal(await contentOf(id), BASE.replace('five', 'fünf'));
  });

  it('tells programs about a conflict in one line', async () => {
    const { document_id: id } = await push(server.url, BASE);
    await update(id, BASE.replace('five', 'FIVE'), '--base', '1');
    const { code, stderr } = await update(id, BASE.replace('five', 'V'), '--base', '1', '--merge', '--format', 'json');
    assert.equal(code, 5);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
    const failure = JSON.parse(stderr);
    assert.deepEqual([failure.code, failure.current_version, failure.conflict_count], ['merge_conflict', 2, 1]);
    assert.deepEqual(failure.conflicts[0].yours, { start_line: 5, line_count: 1, lines: ['V'] });
    assert.match(failure.hint, /doc pull .* --version 2/);
  });

  it('says why binary content cannot be merged', async () => {
    const { document_id: id } = await push(server.url, 'a\0b');
    await update(id, 'a\0c', '--base', '1');
    const { code, stderr } = await update(id, 'a\0d', '--base', '1', '--merge');
    assert.equal(code, 5);
    assert.match(stderr, /^Error: .*--base.*version 2.*cannot be merged.*binary/);
    assert.doesNotMatch(stderr, /If-Match|add --merge/);
  });

  it('tells that there is no such document, version or file', async () => {
    const { document_id: id } = await push(server.url, 'x');
    assert.equal((await update('doc_000000000000', 'y', '--base', 'any')).code, 4);
    const version = await update(id, 'y', '--base', '2');
    assert.equal(version.code, 4);
    assert.match(version.stderr, /^Error: .*version 2.*\n`doc versions`/);
    assert.equal((await run(['update', id, 'missing.md', '--base', '1'])).code, 2);
    assert.equal((await run(['update', id, '.', '--base', '1'])).code, 2);
    assert.equal((await update('doc_1', 'y', '--base', '1')).code, 2);
    assert.equal((await update(id, 'y', '--base', 'latest')).code, 2);
  });

  it('can be stopped while it waits for stdin', async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const { document_id: id } = await push(server.url, 'x');
    const metadata = await (await fetch(`${server.url}/documents/${id}/metadata`)).text();
    const url = await standIn((request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'application/json' }).end(metadata);
      } else {
        request.on('data', arrive).on('error', () => undefined);
      }
    });
    const { child, finished } = startDoc(['update', id, '-', '--base', '1'], { url });
    child.stdin.write('the beginning');
    await arrived;
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    assert.deepEqual([code, stderr], [130, 'Error: Interrupted.\n']);
  });
});
