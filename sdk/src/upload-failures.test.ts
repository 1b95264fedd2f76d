import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import {
  answerJson,
  answerProblem,
  bodyOf,
  sampleDocument,
  unusedUrl,
  until,
  useLoopbackServers,
} from '../test/loopback-server.js';
import { DocumentClient, IdleTimeoutError, NetworkError, ProblemError, SourceChangedError } from './index.js';

const MEBIBYTE = 1024 * 1024;

describe('a failing upload', () => {
  const listen = useLoopbackServers();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-upload-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('rejects with what a progress handler throws', async () => {
    const mistake = new Error('The handler has a mistake.');
    const baseUrl = await listen((request) => void request.resume());
    const upload = new DocumentClient({ baseUrl }).upload(new Blob(['12345']), {
      filename: 'a',
      onProgress: () => {
        throw mistake;
      },
    });
    await assert.rejects(upload, mistake);
  });

  it('gives up a server that stops reading', async () => {
    const baseUrl = await listen((request) => {
      request.pause();
    });
    const endless = new ReadableStream<Uint8Array>({ pull: (stream) => stream.enqueue(new Uint8Array(MEBIBYTE)) });
    const upload = new DocumentClient({ baseUrl, idleTimeoutMs: 150 }).upload(endless, { filename: 'endless' });
    await assert.rejects(upload, IdleTimeoutError);
  });

  it('waits for a slow source as long as it takes', async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 3; index++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        yield Buffer.from(String(index));
      }
    }
    const baseUrl = await listen((request, response) => {
      void bodyOf(request).then((body) =>
        answerJson(response, { ...sampleDocument, size_bytes: body.byteLength }, 201),
      );
    });
    const client = new DocumentClient({ baseUrl, idleTimeoutMs: 120 });
    assert((await client.upload(slow(), { filename: 'slow' })).size_bytes > 3);
  });

  it('gives up a server that takes everything and does not answer', async () => {
    const baseUrl = await listen((request) => void request.resume());
    const client = new DocumentClient({ baseUrl, idleTimeoutMs: 100 });
    await assert.rejects(client.upload(new Blob(['x']), { filename: 'a' }), IdleTimeoutError);
  });

  it('reports an answer that comes before the end of the upload', async () => {
    const refuse = (_request: IncomingMessage, response: ServerResponse): void =>
      answerProblem(response, 413, 'file_too_large');
    const baseUrl = await listen((request, response) => {
      request.once('data', () => refuse(request, response)).on('error', () => undefined);
    });
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (stream) => stream.enqueue(new Uint8Array(65536)),
      cancel: () => void (cancelled = true),
    });
    await assert.rejects(new DocumentClient({ baseUrl }).upload(endless, { filename: 'endless' }), (error: unknown) => {
      return error instanceof ProblemError && error.code === 'file_too_large';
    });
    await until(() => cancelled);
  });

  it('does not send again what the server may have got', async () => {
    let requests = 0;
    const baseUrl = await listen((request) => {
      requests++;
      request.once('data', () => request.socket.destroy());
    });
    const upload = new DocumentClient({ baseUrl }).upload(new Blob(['x']), { filename: 'a' });
    await assert.rejects(upload, (error: unknown) => error instanceof NetworkError && !error.refused);
    assert.equal(requests, 1);
  });

  it('sends again from the beginning when the server says that it did nothing', async () => {
    const path = join(folder, 'again.txt');
    await writeFile(path, 'once more');
    for (const source of [path, new Blob(['once more'])]) {
      const bodies: string[] = [];
      const baseUrl = await listen((request, response) => {
        void bodyOf(request).then((body) => {
          bodies.push(body.toString());
          if (bodies.length === 1) answerProblem(response, 503, 'unavailable', { 'retry-after': '0' });
          else answerJson(response, sampleDocument, 201);
        });
      });
      await new DocumentClient({ baseUrl }).upload(source, { filename: 'again.txt' });
      assert.equal(bodies.length, 2);
      assert.match(bodies[1] ?? '', /once more/);
    }
  });

  it('cannot send a stream again once it has been read, and can before', async () => {
    let requests = 0;
    const baseUrl = await listen((request, response) => {
      requests++;
      void bodyOf(request).then(() => answerProblem(response, 503, 'unavailable', { 'retry-after': '0' }));
    });
    const stream = (): ReadableStream<Uint8Array> => new Blob(['x']).stream();
    await assert.rejects(new DocumentClient({ baseUrl }).upload(stream(), { filename: 'a' }), ProblemError);
    assert.equal(requests, 1);

    let attempts = 0;
    const refused = await unusedUrl();
    const client = new DocumentClient({
      baseUrl,
      fetch: async (input, init) => {
        if (++attempts > 1)
          return new Response(JSON.stringify(sampleDocument), { headers: { 'content-type': 'application/json' } });
        return await fetch(new Request(refused, { method: 'POST' }), init).finally(() =>
          assert(input instanceof Request),
        );
      },
    });
    assert.deepEqual(await client.upload(stream(), { filename: 'a' }), sampleDocument);
    assert.equal(attempts, 2);
  });

  it('breaks off when the file changes meanwhile', async () => {
    const path = join(folder, 'changing.log');
    const changes: (() => Promise<void>)[] = [
      () => appendFile(path, 'one more line'),
      () => writeFile(path, Buffer.alloc(MEBIBYTE)),
      () => writeFile(path, 'short'),
    ];
    for (const change of changes) {
      await writeFile(path, Buffer.alloc(4 * MEBIBYTE));
      let complete = false;
      const baseUrl = await listen((request) => {
        let changed: Promise<void> | undefined;
        request
          .on('data', () => {
            if (changed !== undefined) return;
            request.pause();
            changed = change().then(() => void request.resume());
          })
          .on('end', () => (complete = true))
          .on('error', () => undefined);
      });
      await assert.rejects(new DocumentClient({ baseUrl }).upload(path), (error: unknown) => {
        assert(error instanceof SourceChangedError, String(error));
        assert.match(error.message, /changing\.log changed while it was being uploaded/);
        return true;
      });
      assert.equal(complete, false, 'the server never sees the end of the form');
    }
  });

  it('rejects with the error of the caller’s own stream, and never completes the form', async () => {
    const broken = new Error('The disk is gone.');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a beginning');
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw broken;
    }
    let complete = false;
    const baseUrl = await listen((request) => {
      request.on('end', () => (complete = true)).on('error', () => undefined);
      request.resume();
    });
    await assert.rejects(new DocumentClient({ baseUrl }).upload(failing(), { filename: 'a' }), broken);
    const strings = Readable.from(['text'], { objectMode: true }) as AsyncIterable<Uint8Array>;
    await assert.rejects(new DocumentClient({ baseUrl }).upload(strings, { filename: 'a' }), /must yield Uint8Array/);
    assert.equal(complete, false);
  });

  it('can be aborted at any moment, and lets go of the source', async () => {
    const reason = new Error('The caller has had enough.');
    const baseUrl = await listen((request) => void request.resume());
    const client = new DocumentClient({ baseUrl });
    await assert.rejects(client.upload('nowhere', { signal: AbortSignal.abort(reason) }), reason);

    for (const hanging of [true, false]) {
      const controller = new AbortController();
      let cancelled = false;
      let chunks = 0;
      const source = new ReadableStream<Uint8Array>({
        pull(stream) {
          if (++chunks === 3) setTimeout(() => controller.abort(reason), 10);
          if (chunks > 3 && hanging) return new Promise<void>(() => undefined);
          stream.enqueue(new Uint8Array(1000));
          return undefined;
        },
        cancel: () => void (cancelled = true),
      });
      await assert.rejects(client.upload(source, { filename: 'a', signal: controller.signal }), reason);
      await until(() => cancelled);
    }
  });

  it('lets go of a Node stream that hangs', async () => {
    const baseUrl = await listen((_request, response) => answerProblem(response, 413, 'file_too_large'));
    const hanging = new Readable({ read: () => undefined });
    hanging.push('a beginning');
    await assert.rejects(new DocumentClient({ baseUrl }).upload(hanging, { filename: 'a' }), ProblemError);
    assert(hanging.destroyed);
  });
});
