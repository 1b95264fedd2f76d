import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  answerJson,
  answerProblem,
  bodyOf,
  sampleChange,
  sampleDocument,
  useLoopbackServers,
} from '../../test/loopback-server.js';
import {
  DocumentClient,
  type DocumentClientOptions,
  NetworkError,
  ProblemError,
  ResponseError,
  type UploadMemory,
  uploadMemoryIn,
} from '../index.js';

const UPLOAD_ID = '0123456789abcdef0123456789abcdef';
const CONTENT = Buffer.from('0123456789');

/** What a stand-in does with a piece: takes it, or something else. */
type OnPiece = (request: IncomingMessage, response: ServerResponse, piece: number) => boolean;

describe('an upload that can go on', () => {
  const listen = useLoopbackServers();
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-tus-'));
    path = join(folder, 'large.bin');
    await writeFile(path, CONTENT);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** A server that has no content yet, and speaks just enough tus. */
  async function tusServer({ onPiece = () => false, location }: { onPiece?: OnPiece; location?: string } = {}) {
    const asked: string[] = [];
    const created: IncomingMessage['headers'][] = [];
    const state = { arrived: Buffer.alloc(0), isForVersion: false };
    let pieces = 0;
    const baseUrl = await listen((request, response) => {
      const url = request.url ?? '';
      asked.push(`${request.method ?? ''} ${url.replace(UPLOAD_ID, 'ID')}`);
      void answer(request, response, url).catch(() => request.socket.destroy());
    });
    async function answer(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
      if (url.startsWith('/documents')) return answerProblem(response, 404, 'content_not_found');
      if (request.method === 'POST') {
        created.push(request.headers);
        response.writeHead(201, { location: location ?? `/uploads/${UPLOAD_ID}` }).end();
      } else if (request.method === 'PATCH') {
        if (onPiece(request, response, pieces++)) return;
        assert.equal(Number(request.headers['upload-offset']), state.arrived.byteLength);
        assert.equal(request.headers['content-type'], 'application/offset+octet-stream');
        assert.equal(request.headers['tus-resumable'], '1.0.0');
        state.arrived = Buffer.concat([state.arrived, await bodyOf(request)]);
        response.writeHead(204, { 'upload-offset': state.arrived.byteLength }).end();
      } else if (request.method === 'DELETE') {
        response.writeHead(204).end();
      } else {
        const { byteLength } = state.arrived;
        const outcome = state.isForVersion ? { change: sampleChange } : { document: sampleDocument };
        answerJson(response, {
          upload_id: UPLOAD_ID,
          offset_bytes: byteLength,
          size_bytes: CONTENT.byteLength,
          expires_at: '2026-11-24T10:30:00.000Z',
          ...(byteLength === CONTENT.byteLength && outcome),
        });
      }
    }
    return { baseUrl, asked, created, state };
  }

  const clientOf = (baseUrl: string, options: DocumentClientOptions = {}): DocumentClient =>
    new DocumentClient({ baseUrl, resumableFromBytes: 10, ...options });

  it('says what it is to become', async () => {
    const { baseUrl, created, state, asked } = await tusServer();
    const client = clientOf(baseUrl, { apiKey: 'secret' });
    await client.upload(path, {
      name: 'Größe',
      tags: ['a', 'b c'],
      description: '',
      contentType: 'text/x',
      filename: 'f',
    });
    assert.deepEqual(state.arrived, CONTENT);
    assert.deepEqual(asked, ['POST /documents', 'POST /uploads', 'PATCH /uploads/ID', 'GET /uploads/ID']);
    assert.equal(created[0]?.['upload-length'], '10');
    assert.equal(created[0]['authorization'], 'Bearer secret');
    assert.deepEqual(metadataOf(created[0]), {
      filename: 'f',
      filetype: 'text/x',
      name: 'Größe',
      tags: 'a,b c',
      description: '',
      checksum_sha256: '84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882',
    });

    state.arrived = Buffer.alloc(0);
    state.isForVersion = true;
    const options = { ifMatch: '"0"', onConflict: 'merge', message: 'Why.' } as const;
    assert.deepEqual(await client.createVersion('doc_0123456789ab', path, options), sampleChange);
    assert.deepEqual(metadataOf(created[1] ?? {}), {
      filename: 'large.bin',
      document_id: 'doc_0123456789ab',
      if_match: '"0"',
      on_conflict: 'merge',
      message: 'Why.',
      checksum_sha256: '84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882',
    });
  });

  it('is for files by their path, from a certain size on', async () => {
    const { baseUrl, asked } = await tusServer();
    const client = clientOf(baseUrl, { resumableFromBytes: 11 });
    for (const source of [path, new Blob([CONTENT]), CONTENT]) {
      await assert.rejects(client.upload(source, { filename: 'a' }), ProblemError);
    }
    await assert.rejects(clientOf(baseUrl, { resumableFromBytes: Infinity }).upload(path), ProblemError);
    assert.deepEqual(new Set(asked), new Set(['POST /documents']));
    for (const resumableFromBytes of [-1, NaN])
      assert.throws(() => clientOf(baseUrl, { resumableFromBytes }), RangeError);
  });

  it('sends the key to nobody else, wherever the upload is said to be', async () => {
    const { baseUrl, asked } = await tusServer({ location: `https://elsewhere.example/store/uploads/${UPLOAD_ID}` });
    await clientOf(baseUrl).upload(path);
    assert.deepEqual(asked.slice(1), ['POST /uploads', 'PATCH /uploads/ID', 'GET /uploads/ID']);
    for (const location of ['/uploads/', 'nonsense', `/uploads/${UPLOAD_ID}?x=1`]) {
      const strange = await tusServer({ location });
      await assert.rejects(clientOf(strange.baseUrl).upload(path), ResponseError);
    }
  });

  it('goes on for as long as it gets further, and gives up when it does not', async () => {
    const taking: OnPiece = (request, _response, piece) => {
      if (piece >= 6) return false;
      // One byte arrives each time.
      state.arrived = CONTENT.subarray(0, piece + 1);
      request.socket.destroy();
      return true;
    };
    const { baseUrl, state, asked } = await tusServer({ onPiece: taking });
    await clientOf(baseUrl, { retries: 1 }).upload(path);
    assert.deepEqual(state.arrived, CONTENT);
    assert.equal(asked.filter((line) => line.startsWith('PATCH')).length, 7);

    const stuck = await tusServer({
      onPiece: (request) => {
        request.socket.destroy();
        return true;
      },
    });
    await assert.rejects(clientOf(stuck.baseUrl, { retries: 2 }).upload(path), NetworkError);
    assert.equal(stuck.asked.filter((line) => line.startsWith('PATCH')).length, 3);
    const never = await tusServer({ onPiece: (request) => Boolean(request.socket.destroy()) });
    await assert.rejects(clientOf(never.baseUrl, { retries: 0 }).upload(path), NetworkError);
    assert.equal(never.asked.filter((line) => line.startsWith('PATCH')).length, 1);
  });

  it('goes on after a standstill, too', async () => {
    const { baseUrl } = await tusServer({ onPiece: (_request, _response, piece) => piece === 0 });
    assert.deepEqual(await clientOf(baseUrl, { idleTimeoutMs: 200 }).upload(path), sampleDocument);
  });

  it('asks where to go on when it was wrong about it', async () => {
    const { baseUrl, state } = await tusServer({
      onPiece: (_request, response, piece) => {
        if (piece > 0) return false;
        state.arrived = CONTENT.subarray(0, 4);
        answerProblem(response, 409, 'offset_mismatch');
        return true;
      },
    });
    await clientOf(baseUrl).upload(path);
    assert.deepEqual(state.arrived, CONTENT);
  });

  it('leaves it to another one that is sending the same, and takes what becomes of it', async () => {
    const { baseUrl, state, asked } = await tusServer({
      onPiece: (_request, response) => {
        answerProblem(response, 423, 'upload_locked');
        state.arrived = CONTENT.subarray(0, 5);
        setTimeout(() => (state.arrived = CONTENT), 500);
        return true;
      },
    });
    assert.deepEqual(await clientOf(baseUrl).upload(path), sampleDocument);
    assert.equal(asked.filter((line) => line.startsWith('PATCH')).length, 1);
  });

  it('forgets what will never be, and tells the server', async () => {
    const memory = uploadMemoryIn(join(folder, 'memory'));
    for (const code of ['checksum_mismatch', 'version_mismatch', 'merge_conflict', 'file_too_large'] as const) {
      const { baseUrl, asked } = await tusServer({
        onPiece: (_request, response) => {
          answerProblem(response, 422, code);
          return true;
        },
      });
      await assert.rejects(clientOf(baseUrl, { uploadMemory: memory }).upload(path), { code });
      assert.equal(asked.at(-1), 'DELETE /uploads/ID');
      assert.deepEqual(await readdir(join(folder, 'memory')), []);
    }
  });

  it('remembers what may become something later', async () => {
    const uploadMemory = uploadMemoryIn(join(folder, 'memory'));
    for (const [index, code] of (['insufficient_storage', 'internal_error', 'host_not_allowed'] as const).entries()) {
      const { baseUrl, asked } = await tusServer({
        onPiece: (_request, response) => {
          answerProblem(response, 507, code);
          return true;
        },
      });
      await assert.rejects(clientOf(baseUrl, { uploadMemory }).upload(path), { code });
      assert.equal(asked.at(-1), 'PATCH /uploads/ID');
      assert.equal((await readdir(join(folder, 'memory'))).length, index + 1);
    }
  });

  it('is remembered by its client, when nothing else is said', async () => {
    let isUp = false;
    const { baseUrl, asked } = await tusServer({ onPiece: (request) => !isUp && Boolean(request.socket.destroy()) });
    const client = clientOf(baseUrl, { retries: 0 });
    await assert.rejects(client.upload(path), NetworkError);
    isUp = true;
    asked.length = 0;
    await client.upload(path);
    assert.deepEqual(asked, ['GET /uploads/ID', 'PATCH /uploads/ID', 'GET /uploads/ID']);
    await clientOf(baseUrl).upload(path);
    assert.deepEqual(asked.slice(3, 5), ['POST /documents', 'POST /uploads'], 'another client knows nothing of it');
  });

  it('works with a memory that does not', async () => {
    const { baseUrl, state } = await tusServer();
    const fail = (): Promise<never> => Promise.reject(new Error('The memory is broken.'));
    const broken: UploadMemory = { recall: fail, remember: fail, forget: fail };
    assert.deepEqual(await clientOf(baseUrl, { uploadMemory: broken }).upload(path), sampleDocument);
    state.arrived = Buffer.alloc(0);
    const nowhere = uploadMemoryIn(join(path, 'a file is no folder'));
    assert.deepEqual(await clientOf(baseUrl, { uploadMemory: nowhere }).upload(path), sampleDocument);
  });
});

function metadataOf(headers: IncomingMessage['headers']): Record<string, string> {
  const pairs = String(headers['upload-metadata']).split(',');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = '', value = ''] = pair.split(' ');
      return [key, Buffer.from(value, 'base64').toString()];
    }),
  );
}
