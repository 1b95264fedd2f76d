import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { firstAnswer, freePort, spawnServer, type ChildServer } from './child-server.js';
import { contentDigest, prepareContent, stamp } from './contents.js';
import { startLoadGenerator, type LoadGenerator } from './load-generator.js';
import type { PullJob, PushJob, StoredContent } from './load-jobs.js';

describe('the load client', () => {
  let generator: LoadGenerator;
  before(() => {
    generator = startLoadGenerator();
  });
  after(() => {
    generator.stop();
  });

  describe('with the bare server', () => {
    let folder: string;
    let server: ChildServer;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'bare-server-'));
      const port = await freePort();
      const command = [join(import.meta.dirname, 'bare-server.js'), folder, String(port)];
      server = spawnServer({ command, environment: {}, port, logFile: `${folder}.log` });
      await firstAnswer(server, '/health', 5);
    });
    after(async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
      rmSync(`${folder}.log`);
    });

    const push = (sizeBytes: number, run: string): PushJob => ({
      kind: 'push',
      port: server.port,
      connections: 4,
      until: { requests: 12 },
      verifyEvery: 1,
      content: 'random',
      sizeBytes,
      run,
    });

    for (const sizeBytes of [32, 4096, 1024 * 1024, 5 * 1024 * 1024 + 1]) {
      it(`pushes ${sizeBytes} bytes of new content each time and pulls the same back`, async () => {
        const pushed = await generator.run(push(sizeBytes, `t${sizeBytes}`));
        assert.equal(pushed.requests, 12);
        assert.equal(pushed.latenciesMs.length, 12);
        assert.equal(pushed.verified, 12);
        assert.equal(new Set(pushed.stored.map(({ sha256 }) => sha256)).size, 12);
        const { documentId } = pushed.stored[0] ?? { documentId: '' };
        assert.match(documentId, /^[0-9a-f]{64}$/);

        const pull: PullJob = { ...push(sizeBytes, ''), kind: 'pull', documents: pushed.stored };
        assert.equal((await generator.run(pull)).verified, 12);
      });
    }

    it('runs for a time', async () => {
      const { requests, seconds, clientCpuSeconds } = await generator.run({
        ...push(4096, 'timed'),
        until: { milliseconds: 100 },
      });
      assert.ok(requests > 4, `${requests} requests`);
      assert.ok(seconds >= 0.1 && seconds < 5, `${seconds} s`);
      assert.ok(clientCpuSeconds > 0);
    });

    it('fails on content that is not what was pushed', async () => {
      const { stored } = await generator.run(push(4096, 'wrong'));
      const documents = stored.map((document) => ({ ...document, sha256: '0'.repeat(64) }));
      await assert.rejects(generator.run({ ...push(4096, ''), kind: 'pull', documents }), /bytes that were not pushed/);
      const unchecked = await generator.run({ ...push(4096, ''), kind: 'pull', documents, verifyEvery: 0 });
      assert.equal(unchecked.verified, 0);
      const shorter = stored.map((document) => ({ ...document, sizeBytes: 4095 }));
      await assert.rejects(
        generator.run({ ...push(4096, ''), kind: 'pull', documents: shorter }),
        /4096 bytes of 4095/,
      );
    });

    it('fails on an answer with another status', async () => {
      const documents = [{ documentId: 'nothing', sizeBytes: 1, sha256: '' }];
      await assert.rejects(generator.run({ ...push(1, ''), kind: 'pull', documents }), /pull with 4 connections/);
    });
  });

  describe('with answers that it must not take for fast ones', () => {
    let server: Server;
    let answer: string[];
    beforeEach(async () => {
      server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => {
          answer.forEach((piece, index) => setTimeout(() => socket.write(piece), index * 20));
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
    });
    afterEach(() => {
      server.close();
    });
    const common = () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return { port, connections: 1, until: { requests: 1 }, verifyEvery: 1 } as const;
    };
    const query = () => generator.run({ kind: 'query', ...common(), path: '/documents', rows: 1 });

    it('puts an answer together that comes in pieces', async () => {
      answer = ['HTTP/1.1 200 OK\r\nContent-', 'Length: 3\r\n', '\r\n[', '1]'];
      assert.equal((await query()).verified, 1);
    });

    it('fails on another status, with the text of the answer', async () => {
      answer = ['HTTP/1.1 503 Unavailable\r\nContent-Length: 4\r\n\r\nfull'];
      await assert.rejects(query(), /status 503 for 200: full/);
    });

    it('fails on another number of rows', async () => {
      answer = ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]'];
      await assert.rejects(query(), /must bring 1 rows/);
    });

    it('puts an answer together that comes in chunks', async () => {
      answer = ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n2', '\r\n1]\r\n0\r\n', '\r\n'];
      assert.equal((await query()).verified, 1);
    });

    it('fails on an answer without a length, and on bytes beyond it', async () => {
      answer = ['HTTP/1.1 200 OK\r\n\r\n[1]'];
      await assert.rejects(query(), /not an answer with Content-Length or in chunks/);
      answer = ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]more'];
      await assert.rejects(query(), /more bytes than Content-Length says/);
    });

    describe('to changes', () => {
      const stored = (sha256: string, count: number): StoredContent => ({
        documentId: 'doc_0123456789ab',
        sizeBytes: 4096,
        sha256,
        recipe: { kind: 'paragraphs', stamp: stamp('stored', count).toString('latin1') },
      });
      const documents = [stored('a'.repeat(64), 1)];
      const version = () =>
        generator.run({
          kind: 'version',
          ...common(),
          documents,
          content: 'paragraphs',
          sizeBytes: 4096,
          run: 'version',
        });
      const edit = () => generator.run({ kind: 'edit', ...common(), documents, run: 'edit' });
      const merge = () => {
        const versions = { base: stored('a'.repeat(64), 1), current: stored('b'.repeat(64), 2) };
        return generator.run({ kind: 'merge', ...common(), documents: [versions], run: 'merge' });
      };
      const answerWith = (facts: object): void => {
        const body = JSON.stringify({ document_id: 'doc_0123456789ab', version: 3, size_bytes: 4096, ...facts });
        const etag = `"${'c'.repeat(64)}"`;
        answer = [`HTTP/1.1 201 Created\r\nETag: ${etag}\r\nContent-Length: ${body.length}\r\n\r\n${body}`];
      };

      it('fails on a version of another content, and on one that was none', async () => {
        answerWith({ checksum_sha256: 'd'.repeat(64), outcome: 'created' });
        await assert.rejects(version(), /a version push was answered with checksum_sha256 "ddd/);
        const content = prepareContent('paragraphs', 4096);
        answerWith({ checksum_sha256: contentDigest(content, stamp('version', 0)), outcome: 'unchanged' });
        await assert.rejects(version(), /outcome "unchanged" instead of "created"/);
        answerWith({ checksum_sha256: contentDigest(content, stamp('version', 0)), outcome: 'created' });
        assert.equal((await version()).verified, 1);
      });

      it('fails on an edit with another result', async () => {
        answerWith({ checksum_sha256: 'd'.repeat(64), outcome: 'created' });
        await assert.rejects(edit(), /a change was answered with checksum_sha256 "ddd/);
      });

      it('fails on a merge that took one side, and on one that did not merge', async () => {
        answerWith({ checksum_sha256: 'b'.repeat(64), outcome: 'merged', parents: [2, 1] });
        await assert.rejects(merge(), /checksum_sha256 "bbb/);
        answerWith({ checksum_sha256: 'b'.repeat(64), outcome: 'created', parents: [2] });
        await assert.rejects(merge(), /outcome "created" instead of "merged"/);
        answerWith({ checksum_sha256: 'b'.repeat(64), outcome: 'merged', parents: [2] });
        await assert.rejects(merge(), /parents \[2\] instead of \[2,1\]/);
      });
    });

    it('fails on a batch with one file that was refused, or is another, or more than was asked for', async () => {
      const document = (count: number, more: object = {}) => ({
        document_id: `doc_00000000000${count}`,
        checksum_sha256: contentDigest(prepareContent('random', 64), stamp('batch', count)),
        size_bytes: 64,
        ...more,
      });
      const batch = (results: readonly object[], more: object = {}) => {
        const body = JSON.stringify({ created: 2, failed: 0, unexpected_files: [], results, ...more });
        answer = [`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`];
        const job = { kind: 'batch', ...common(), sizeBytes: 64, content: 'random', files: 2, run: 'batch' } as const;
        return generator.run(job);
      };
      const stored = [0, 1].map((count) => ({ status: 201, document: document(count) }));
      assert.equal((await batch(stored)).stored.length, 2);
      await assert.rejects(batch([stored[0] ?? {}, { status: 400 }]), /results\.1\.status 400 instead of 201/);
      await assert.rejects(batch(stored.slice(1)), /a batch was answered with results/);
      const swapped = [1, 0].map((count) => ({ status: 201, document: document(count) }));
      await assert.rejects(batch(swapped), /results\.0\.document\.checksum_sha256/);
      await assert.rejects(batch(stored, { unexpected_files: ['file2'] }), /unexpected_files/);
    });

    it('fails on an upload that became no document, and on an archive that is shorter than what it must hold', async () => {
      const upload = () =>
        generator.run({ kind: 'upload', ...common(), sizeBytes: 64, content: 'random', run: 'upload' });
      answer = ['HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n'];
      await assert.rejects(upload(), /an answer without Location/);
      answer = ['HTTP/1.1 201 Created\r\nLocation: /uploads/1\r\nContent-Length: 0\r\n\r\n'];
      await assert.rejects(upload(), /status 201 for 204/);
      answer = ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntar'];
      const documents = [{ documentId: 'doc_0123456789ab', sizeBytes: 64, sha256: 'a'.repeat(64) }];
      const archive = { kind: 'archive', ...common(), format: 'tar', selection: 'tags=x', documents } as const;
      await assert.rejects(generator.run(archive), /an archive of 3 bytes for 64 of content/);
    });
  });
});
