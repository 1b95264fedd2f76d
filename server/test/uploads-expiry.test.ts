/** Uploads whose time is over. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { HandClock } from '../src/testing/store.js';
import { eventually } from './eventually.js';
import { expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import { beginUpload, look, sendPiece } from './uploads-client.js';

const HOUR_MS = 60 * 60 * 1000;

describe('an upload whose time is over', () => {
  let server: TestServer;
  const clock = new HandClock();
  before(async () => {
    server = await startServer({ clock, background: true, config: { collectIntervalSeconds: 0.1, uploadHours: 2 } });
  });
  after(() => server.close());

  it('is refused as that, before and after the collector has come by, and later as one that never was', async () => {
    const location = await beginUpload(server, 10);
    const sent = await sendPiece(server, location, 0, 'abc');
    const expires = Date.parse(sent.headers['upload-expires'] ?? '');
    assert.ok(Math.abs(expires - Date.now() - 2 * HOUR_MS) < 60_000);
    assert.equal(Math.floor(Date.parse((await look(server, location)).expires_at) / 1000), expires / 1000);
    clock.advance(3 * HOUR_MS);
    for (let time = 0; time < 2; time += 1) {
      expectProblem(await request(server.url).get(location), 410, 'upload_expired');
      expectProblem(await sendPiece(server, location, 3, 'defghij'), 410, 'upload_expired');
      expectProblem(await request(server.url).delete(location), 410, 'upload_expired');
      assert.equal((await request(server.url).head(location)).status, 410);
    }
    clock.advance(8 * 24 * HOUR_MS);
    await eventually(async () => {
      expectProblem(await request(server.url).get(location), 404, 'upload_not_found');
    });
  });
});
