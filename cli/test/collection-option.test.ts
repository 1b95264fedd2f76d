import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { writeFileSync } from 'node:fs';
import { doc, useFolder } from './doc.js';
import { useServer } from './server-process.js';
import { sendProblem, useStandIns } from './stand-in-server.js';

const COLLECTION = 'col_0123456789ab';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  metadata: string;
  body: string;
}

describe('--collection', () => {
  const folder = useFolder();
  const server = useServer();
  const standIn = useStandIns();

  beforeEach(() => {
    for (const name of ['a.txt', 'b.txt']) writeFileSync(folder.file(name), name);
  });

  /** What a command asks of a server that refuses everything. */
  async function asked(args: string[], env: Record<string, string> = {}): Promise<Seen[]> {
    const seen: Seen[] = [];
    const url = await standIn((request, response) => {
      void bodyOf(request).then((body) => {
        const { method, url } = request;
        const metadata = String(request.headers['upload-metadata'] ?? '');
        seen.push({ method, url, metadata, body });
        if (url === '/documents' && body.startsWith('{')) sendProblem(response, 404, 'content_not_found');
        else sendProblem(response, 404, 'collection_not_found');
      });
    });
    const { code } = await doc(args, { url, cwd: folder.path, env: { XDG_STATE_HOME: folder.path, ...env } });
    assert.equal(code, 4, args.join(' '));
    return seen;
  }

  it('goes with a file', async () => {
    const [{ body = '' } = {}] = await asked(['push', 'a.txt', '--collection', COLLECTION]);
    assert.match(body, new RegExp(`name="collection_id"\r\n\r\n${COLLECTION}\r\n`));
  });

  it('goes with each of several files', async () => {
    const [{ body = '' } = {}] = await asked(['push', 'a.txt', 'b.txt', '--collection', COLLECTION]);
    assert.equal(body.split(`"collection_id":"${COLLECTION}"`).length, 3);
  });

  it('goes with a file that is pushed so that it can go on after a cut', async () => {
    const [byDigest, begun] = await asked(['push', 'a.txt', '--collection', COLLECTION], {
      DOCUMENT_RESUMABLE_FROM_BYTES: '1',
    });
    assert.equal((JSON.parse(byDigest?.body ?? '') as { collection_id: string }).collection_id, COLLECTION);
    assert.equal(begun?.url, '/uploads');
    assert.ok(begun.metadata.includes(`collection_id ${Buffer.from(COLLECTION).toString('base64')}`));
  });

  for (const [args, path] of [
    [['query'], '/documents'],
    [['search', 'words'], '/search'],
    [['context', 'words'], '/context'],
    [['pull', '--output', '.'], '/documents'],
    [['pull', '--archive', '-'], '/documents'],
  ] as const) {
    it(`chooses among the documents: doc ${args.join(' ')}`, async () => {
      const [{ url = '' } = {}] = await asked([...args, '--collection', COLLECTION]);
      const { pathname, searchParams } = new URL(url, 'http://localhost');
      assert.deepEqual([pathname, searchParams.get('collection')], [path, COLLECTION]);
    });
  }

  it('puts documents into a collection, and finds those that are in it', async () => {
    const run = async (...args: string[]) => {
      const env = { XDG_STATE_HOME: folder.path, DOCUMENT_RESUMABLE_FROM_BYTES: args.includes('large.txt') ? '1' : '' };
      const { code, stdout, stderr } = await doc(args, { url: server.url, cwd: folder.path, env });
      assert.equal(code, 0, stderr);
      return stdout.trim().split('\n');
    };
    const [id = ''] = await run('collection', 'create', 'Decisions', '--quiet');
    writeFileSync(folder.file('large.txt'), 'sent in pieces');
    const pushed: string[] = [];
    for (const files of [['a.txt'], ['a.txt', 'b.txt'], ['large.txt']]) {
      pushed.push(...(await run('push', ...files, '--collection', id, '--quiet')));
    }
    await run('push', 'a.txt');
    assert.equal(pushed.length, 4);
    assert.deepEqual((await run('query', '--collection', id, '--quiet')).sort(), pushed.toSorted());
    assert.deepEqual(await run('search', 'pieces', '--collection', id, '--ids'), pushed.slice(-1));
    assert.equal((await run('pull', '--collection', id, '--output', '.', '--overwrite', '--quiet')).length, 4);
  });

  it('has to name a collection that is there', async () => {
    for (const files of [['a.txt'], ['a.txt', 'b.txt']]) {
      const { code, stdout, stderr } = await doc(['push', ...files, '--collection', COLLECTION, '--quiet'], {
        url: server.url,
        cwd: folder.path,
      });
      assert.deepEqual([code, stdout], [4, '']);
      assert.match(stderr, new RegExp(`There is no collection ${COLLECTION}\\.`));
    }
  });

  it('is refused where it is none', async () => {
    for (const args of [['push', 'a.txt'], ['query'], ['search', 'x'], ['context', 'x'], ['pull']]) {
      const { code, stderr } = await doc([...args, '--collection', 'specifications'], { cwd: folder.path });
      assert.equal(code, 2);
      assert.match(stderr, /^Error: "specifications": a collection id is "col_".*\n`doc collection list`/);
    }
    const mixed = await doc(['pull', 'doc_0123456789ab', '--collection', COLLECTION, '--output', '.']);
    assert.match(mixed.stderr, /^Error: Ids and filters/);
    const locked = await doc(['pull', '--locked', '.', '--collection', COLLECTION]);
    assert.match(locked.stderr, /^Error: --locked and --collection cannot go together\./);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
