import assert from 'node:assert/strict';

import { answerJson, bodyOf, sampleDocument, useLoopbackServers } from '../../test/loopback-server.js';
import { Transport } from '../transport/transport.js';
import type { Content } from '../form.js';
import { platform } from './browser.js';

/** The browser's platform in Node, which has all of the browser's classes that it needs. */
describe('browser platform', () => {
  const listen = useLoopbackServers();

  it('sends a form as a Blob, with a Blob and with a stream', async () => {
    const bodies: string[] = [];
    const baseUrl = await listen((request, response) => {
      void bodyOf(request).then((body) => {
        bodies.push(body.toString());
        answerJson(response, sampleDocument, 201);
      });
    });
    const blob = new Blob(['content']);
    const file = { filename: 'größe "x".md', contentType: 'text/markdown', replayable: true };
    const streamed: Content = { ...file, open: () => blob.stream()[Symbol.asyncIterator]() };
    const transport = new Transport({ idleTimeoutMs: 1000, retries: 0, fetch });
    for (const content of [{ ...streamed, blob, sizeBytes: blob.size }, streamed]) {
      const progress: number[] = [];
      const body = await platform.formBody({
        fields: [['tags', 'a,b']],
        files: [{ field: 'file', content }],
        onProgress: ({ transferredBytes }) => progress.push(transferredBytes),
      });
      const request = new Request(`${baseUrl}/documents`, { method: 'POST', redirect: 'error' });
      const response = await transport.send(request, { body, buffered: true });
      assert.equal(response.status, 201);
      assert.deepEqual(progress, [0]);
    }
    for (const body of bodies) {
      assert.match(body, /name="tags"\r\n\r\na,b\r\n/);
      assert.match(
        body,
        /name="file"; filename="größe \\"x\\"\.md"\r\nContent-Type: text\/markdown\r\n\r\ncontent\r\n/,
      );
    }
    assert.equal(bodies.length, 2);
  });

  it('has no files and no running hash', async () => {
    assert.equal(platform.runningSha256(), undefined);
    await assert.rejects(platform.openPath('a.md'), /^TypeError: A path can be uploaded in Node only/);
    await assert.rejects(
      platform.saveDownload(() => Promise.reject(new Error('not to be called')), {}),
      /^TypeError: A download can be written to a file in Node only/,
    );
  });
});
