import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { logRequest } from './request-log.js';

describe('the log of requests', () => {
  it('names the path, and keeps the token of a shared link to itself', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const app = express();
    app.use((req, res) => {
      logRequest(logger, req, res);
      res.end();
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      for (const path of ['/documents/doc_1?version=2', '/shared/secret', '/shared/secret/?a=b', '//Shared//secret']) {
        await (await fetch(base + path)).text();
      }
    } finally {
      server.close();
      await once(server, 'close');
    }
    const urls = lines.map((line) => (JSON.parse(line) as { url: string }).url);
    assert.deepEqual(urls, ['/documents/doc_1?version=2', '/shared/…', '/shared/…?a=b', '//Shared//…']);
  });
});
