import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { doc, push, useFolder } from './doc.js';
import { useProxy } from './proxy.js';
import { useServer } from './server-process.js';

describe('the cache', () => {
  const server = useServer();
  const proxy = useProxy(() => server.url);
  const folder = useFolder();
  const content = 'content '.repeat(10_000);

  const run = (...args: string[]) =>
    doc(args, { url: proxy.url, cwd: folder.path, env: { DOCUMENT_CACHE_DIR: folder.file('cache') } });

  /** Pulls to stdout, and tells how many bytes the server has sent for that. */
  async function received(id: string, ...options: string[]): Promise<number> {
    const before = proxy.bytesFromServer;
    const { code, stdout, stderr } = await run('pull', id, '--output', '-', ...options);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, content);
    return proxy.bytesFromServer - before;
  }

  it('makes the second pull one question and no body', async () => {
    const { document_id } = await push(server.url, content);
    assert.ok((await received(document_id)) > content.length);
    assert.ok((await received(document_id)) < 2000);
    const saved = await run('pull', document_id, '--output', 'copy.txt');
    assert.equal(saved.stdout, 'Downloaded: a.txt\nSaved to: copy.txt\nSize: 78.1 KB\n');
    assert.equal(readFileSync(folder.file('copy.txt'), 'utf8'), content);
  });

  it('gives what the document is now', async () => {
    const { document_id } = await push(server.url, 'before');
    await run('pull', document_id, '--output', '-');
    await doc(['update', document_id, '-', '--base', '1'], { url: server.url, input: 'after' });
    assert.equal((await run('pull', document_id, '--output', '-')).stdout, 'after');
    assert.equal((await run('pull', document_id, '--version', '1', '--output', '-')).stdout, 'before');
    await doc(['rm', document_id], { url: server.url });
    assert.equal((await run('pull', document_id, '--output', '-')).code, 4);
  });

  it('serves a whole folder again', async () => {
    const ids: string[] = [];
    for (const name of ['1', '2', '3']) ids.push((await push(server.url, content + name, '--name', name)).document_id);
    assert.equal((await run('pull', ...ids, '--output', 'first')).code, 0);
    const before = proxy.bytesFromServer;
    assert.equal((await run('pull', ...ids, '--output', 'second')).code, 0);
    assert.ok(proxy.bytesFromServer - before < 10_000);
    assert.equal(readFileSync(folder.file('second/3'), 'utf8'), `${content}3`);
  });

  it('is neither used nor filled with --no-cache', async () => {
    const { document_id } = await push(server.url, content);
    await received(document_id, '--no-cache');
    assert.equal(existsSync(folder.file('cache')), false);
    await received(document_id);
    assert.ok((await received(document_id, '--no-cache')) > content.length);
  });

  it('tells what it holds, finds what is damaged, and is emptied', async () => {
    const { document_id } = await push(server.url, content);
    await received(document_id);
    const info = await run('cache', 'info');
    assert.equal(info.stdout, `Folder: ${folder.file('cache')}\nEntries: 1\nSize: 78.1 KB of at most 1.0 GB\n`);
    assert.deepEqual(JSON.parse((await run('cache', 'info', '--format', 'json')).stdout), {
      folder: folder.file('cache'),
      entries: 1,
      size_bytes: content.length,
      max_bytes: 1024 ** 3,
    });
    damageContent(folder.file('cache'), content.length);
    const verified = JSON.parse((await run('cache', 'verify', '--format', 'json')).stdout);
    assert.deepEqual([verified.checked, verified.removed], [1, 1]);
    assert.ok((await received(document_id)) > content.length);
    assert.match((await run('cache', 'clear')).stdout, /^Folder: .*\nRemoved: 1\nFreed: 78\.1 KB\n$/);
    assert.match((await run('cache', 'info')).stdout, /^Entries: 0$/m);
    assert.equal((await run('cache', 'clear', '--quiet')).stdout, '');
  });

  it('is not believed when it is damaged', async () => {
    const { document_id } = await push(server.url, content);
    await received(document_id);
    damageContent(folder.file('cache'), content.length);
    assert.ok((await received(document_id)) > content.length);
    assert.ok((await received(document_id)) < 2000);
  });

  it('does not stand in the way where it cannot be', async () => {
    const { document_id } = await push(server.url, content);
    const env = { DOCUMENT_CACHE_DIR: '/dev/null/cache' };
    const { code, stdout } = await doc(['pull', document_id, '--output', '-'], { url: server.url, env });
    assert.deepEqual([code, stdout], [0, content]);
  });

  it('is nobody else’s to read', async () => {
    const { document_id } = await push(server.url, content);
    await received(document_id);
    assert.equal(statSync(folder.file('cache')).mode & 0o077, 0);
  });
});

/** Takes the end off the content of a size, wherever the cache keeps it. */
function damageContent(cache: string, sizeBytes: number): void {
  const files = readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size === sizeBytes);
  assert.ok(files.length > 0, 'the cache holds nothing of that size');
  for (const file of files) truncateSync(file, sizeBytes - 1);
}
