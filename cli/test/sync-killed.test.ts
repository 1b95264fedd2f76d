import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { Document } from '@document-sync/sdk';
import { doc, type Finished, push, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';
import { useStandIns } from './stand-in-server.js';

describe('doc sync, after one that was killed in the middle', () => {
  const server = useServer();
  const standIn = useStandIns();
  const folder = useFolder();
  let count = 0;
  let tag = '';

  beforeEach(() => {
    count += 1;
    tag = `killed-${count}`;
    fs.mkdirSync(folder.file('one'));
  });

  const write = (name: string, text: string): void => {
    fs.writeFileSync(folder.file(path.join('one', name)), text);
  };
  const read = (name: string): string => fs.readFileSync(folder.file(path.join('one', name)), 'utf8');
  const swap = (a: string, b: string): void => {
    fs.renameSync(folder.file(`one/${a}`), folder.file('aside'));
    fs.renameSync(folder.file(`one/${b}`), folder.file(`one/${a}`));
    fs.renameSync(folder.file('aside'), folder.file(`one/${b}`));
  };
  const env = (): Record<string, string> => ({ DOCUMENT_CACHE_DIR: folder.file('cache') });
  const sync = (): Promise<Finished> =>
    doc(['sync', 'one', '--tag', tag, '--delete'], { url: server.url, cwd: folder.path, env: env() });
  const pushNamed = (name: string, text: string): Promise<Document> =>
    push(server.url, text, '--name', name, '--tags', tag);
  const rename = async ({ document_id }: Document, name: string): Promise<void> => {
    const answer = await fetch(`${server.url}/documents/${document_id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    assert.equal(answer.status, 200);
  };
  const contentOf = async ({ document_id }: Document): Promise<string> =>
    (await doc(['cat', document_id], { url: server.url })).stdout;
  const nameOf = async ({ document_id }: Document): Promise<string> => {
    const { stdout } = await doc(['info', document_id, '--format', 'json'], { url: server.url });
    return (JSON.parse(stdout) as Document).name;
  };

  /** Kills a sync when its first new version, sent to the server or not, would get its answer. */
  async function killedAtFirstVersion(options: { isSent: boolean }): Promise<void> {
    let reached: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (reached = resolve));
    const url = await standIn((incoming, response) => {
      const isVersion = incoming.method === 'POST' && /\/versions(\?|$)/.test(incoming.url ?? '');
      if (!isVersion) forward(incoming, response);
      else if (options.isSent) forward(incoming, undefined, reached);
      else reached();
    });
    const { child, finished } = startDoc(['sync', 'one', '--tag', tag, '--delete'], {
      url,
      cwd: folder.path,
      env: env(),
    });
    await Promise.race([arrived, finished]);
    child.kill('SIGKILL');
    const [[, signal]] = (await Promise.all([once(child, 'exit'), finished])) as [[null, NodeJS.Signals], unknown];
    assert.equal(signal, 'SIGKILL', 'the sync ended before it was killed');
  }

  function forward(incoming: IncomingMessage, response?: ServerResponse, answered?: () => void): void {
    const { method, headers, url } = incoming;
    const onward = request(new URL(url ?? '/', server.url), { method, headers }, (answer) => {
      answered?.();
      response?.writeHead(answer.statusCode ?? 500, answer.headers);
      if (response === undefined) answer.resume();
      else answer.pipe(response);
    });
    incoming.pipe(onward);
  }

  it('knows which file is whose, although names were swapped and one of the files was edited', async () => {
    const [first, second] = [await pushNamed('a.md', 'first\n'), await pushNamed('b.md', 'second\n')];
    assert.equal((await sync()).code, 0);
    await rename(first, 'c.md');
    await rename(second, 'a.md');
    await rename(first, 'b.md');
    write('b.md', 'second, edited\n');
    await killedAtFirstVersion({ isSent: false });
    assert.deepEqual([read('a.md'), read('b.md')], ['second, edited\n', 'first\n']);
    write('a.md', 'second, edited twice\n');
    const { code, stdout } = await sync();
    assert.equal(code, 0, stdout);
    assert.deepEqual([read('a.md'), read('b.md')], ['second, edited twice\n', 'first\n']);
    assert.deepEqual([await nameOf(first), await contentOf(first)], ['b.md', 'first\n']);
    assert.deepEqual([await nameOf(second), await contentOf(second)], ['a.md', 'second, edited twice\n']);
    assert.equal(fs.existsSync(folder.file('one/.doc-sync')), false);
  });

  it('knows the version that it has sent, so that what stood there before may come back', async () => {
    write('a.md', 'before\n');
    write('b.md', 'other\n');
    assert.equal((await sync()).code, 0);
    write('a.md', 'other, edited\n');
    write('b.md', 'before\n');
    await killedAtFirstVersion({ isSent: true });
    swap('a.md', 'b.md');
    assert.equal((await sync()).code, 0);
    assert.deepEqual([read('a.md'), read('b.md')], ['before\n', 'other, edited\n'], 'what the person has put there');
  });

  it('goes by the contents where the lock was changed since', async () => {
    write('a.md', 'one\n');
    assert.equal((await sync()).code, 0);
    const lock = read('docs.lock');
    write('a.md', 'two\n');
    await killedAtFirstVersion({ isSent: true });
    write('docs.lock', `# by hand\n${lock}`);
    const { code, stdout } = await sync();
    assert.equal(code, 0);
    assert.match(stdout, /^In step: 1 document$/m);
    assert.equal(read('a.md'), 'two\n');
  });
});
