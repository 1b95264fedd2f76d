/** Whoever tries keys: refused for less than what a success costs, and nobody else is kept waiting. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import request from 'supertest';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { expectProblem } from './problem.js';

const FAILURES = 10_000;
const AT_ONCE = 50;

describe('10,000 failed logins', function () {
  this.timeout(60_000);
  let server: KeyedServer;
  let known = '';
  before(async () => {
    server = await startKeyedServer({ config: { rateAuthFailures: 30 } });
    known = await server.addKey('default');
    await request(server.url).get('/documents').set(withKey(known)).expect(200);
  });
  after(() => server.close());

  const wrongKey = (number: number): string => `dsk_${number.toString(16).padStart(16, '0')}_${'A'.repeat(43)}`;

  it('are refused without a look at them, while others are served', async () => {
    const statuses = new Map<number, number>();
    let latest = 0;
    let served = 0;
    const attack = hammer(server.port, FAILURES, wrongKey, statuses);
    const over = new AbortController();
    void attack.finally(() => {
      over.abort();
    });
    while (!over.signal.aborted) {
      const began = performance.now();
      const answer = await fetch(`${server.url}/documents`, { headers: withKey(known) });
      await answer.text();
      assert.equal(answer.status, 200);
      latest = Math.max(latest, performance.now() - began);
      served += 1;
    }
    await attack;
    assert.equal(statuses.get(401)! + statuses.get(429)!, FAILURES, JSON.stringify([...statuses]));
    // Half of 30 at once, and one in four seconds.
    assert.ok(statuses.get(401)! >= 16 && statuses.get(401)! <= 31, `${statuses.get(401)} were looked at`);
    assert.ok(served >= 5, `only ${served} requests were served meanwhile`);
    assert.ok(latest < 5000, `one waited ${latest} ms`);
  });

  it('say how to go on, and keep no key out that was let in before', async () => {
    const refused = await request(server.url)
      .get('/documents')
      .set(withKey(wrongKey(1)));
    const problem = expectProblem(refused, 429, 'rate_limited');
    assert.match(problem.detail, /More than 30 failed authentications/);
    assert.equal(refused.headers['ratelimit-policy'], '"auth-failures";q=30;w=60');
    assert.ok(Number(refused.headers['retry-after']) <= 4);
    assert.equal((await request(server.url).get('/documents').set(withKey(known))).status, 200);
    // The id of a key that is known is no key.
    const guessed = `${known.slice(0, -43)}${'A'.repeat(43)}`;
    expectProblem(await request(server.url).get('/documents').set(withKey(guessed)), 429, 'rate_limited');
    assert.equal((await request(server.url).get('/documents').set(withKey(known))).status, 200);
  });

  it('cost less than what is served', async () => {
    const count = 1000;
    const time = async (key: (number: number) => string): Promise<number> => {
      const began = performance.now();
      await hammer(server.port, count, key, new Map());
      return performance.now() - began;
    };
    const pairs: number[] = [];
    for (let round = 0; round < 3; round += 1) pairs.push((await time(wrongKey)) / (await time(() => known)));
    assert.ok(Math.min(...pairs) < 1, `a failure took ${pairs.join(', ')} of a success`);
  });
});

/** Sends requests over one connection, so many at once, and counts the statuses of their answers. */
async function hammer(
  port: number,
  count: number,
  key: (number: number) => string,
  statuses: Map<number, number>,
): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  let sent = 0;
  let answered = 0;
  let rest = '';
  const send = (): void => {
    let batch = '';
    for (const end = Math.min(count, sent + AT_ONCE); sent < end; sent += 1) {
      batch += `GET /documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key(sent)}\r\n\r\n`;
    }
    socket.write(batch);
  };
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (data: Buffer) => {
      const text = rest + data.toString('latin1');
      const found = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)];
      const last = found.at(-1);
      rest = text.slice(last ? last.index + last[0].length : Math.max(0, text.length - 20));
      for (const [, status] of found) statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
      answered += found.length;
      if (answered === count) resolve();
      else if (answered === sent) send();
    });
    send();
  });
  socket.destroy();
}
