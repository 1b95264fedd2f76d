/** Whoever tries ids learns nothing: neither from what is answered to those of others, nor from how long it takes. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { callerOf } from './caller.js';
import { chanceOfLonger, quantile } from './likeness.js';

/** Requests of each kind. */
const REQUESTS = 2000;
/**
 * How far from a half the chance of a longer answer may be; with so many requests, 0.02 is still chance. To find a row and
 * see that it must not be shown takes two microseconds more than to find none, which moves it as much again.
 */
const BOUND = 0.06;
/** Documents that are there and not to be seen. */
const DOCUMENTS = 50;

interface Answer {
  readonly shape: string;
  readonly micros: number;
}

describe('ids that somebody tries', function () {
  this.timeout(240_000);
  let server: KeyedServer;
  let agent: Agent;
  let key = '';
  let limited = '';
  let foreign: string[] = [];
  let hidden: string[] = [];

  before(async () => {
    server = await startKeyedServer();
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const tenant_id of ['red', 'blue']) await server.addTenant(tenant_id);
    key = await server.addKey('red');
    limited = await server.addKey('red', { limits: { tags: ['open'], collections: [] } });
    const push = async (owner: string): Promise<string[]> => {
      const caller = callerOf(server, owner);
      const pushed = Array.from({ length: DOCUMENTS }, (_, index) => caller.push(`text ${index}`, { tags: 'closed' }));
      return (await Promise.all(pushed)).map(({ document_id }) => document_id);
    };
    foreign = await push(await server.addKey('blue'));
    hidden = await push(key);
  });
  after(async () => {
    agent.destroy();
    await server.close();
  });

  const ask = (method: string, address: string, as: string, body = ''): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = /doc_[0-9a-f]{12}/.exec(address)?.[0] ?? '';
      const headers = { ...withKey(as), ...(body !== '' && { 'Content-Type': 'application/json' }) };
      const startedAt = performance.now();
      const sending = httpRequest(`${server.url}${address}`, { method, agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const micros = (performance.now() - startedAt) * 1000;
          const names = answer.rawHeaders.filter((_, index) => index % 2 === 0);
          const text = Buffer.concat(chunks).toString().replaceAll(id, '(id)');
          const said = text.replace(/"request_id":"[^"]*"/, '');
          resolve({ shape: `${answer.statusCode} ${names.join()} ${said}`, micros });
        });
        answer.on('error', reject);
      });
      sending.on('error', reject);
      sending.end(body);
    });

  /** Both kinds by turns, and in changing order, so that whatever else the machine does hits both. */
  async function measure(
    send: (id: string) => Promise<Answer>,
    there: readonly string[],
  ): Promise<[number[], number[]]> {
    const times: [number[], number[]] = [[], []];
    const shapes = new Set<string>();
    for (let index = 0; index < REQUESTS; index += 1) {
      const missing = `doc_${randomBytes(6).toString('hex')}`;
      const pair = [there[index % there.length] ?? '', missing] as const;
      for (const which of index % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const answer = await send(pair[which]);
        times[which].push(answer.micros);
        shapes.add(answer.shape);
      }
    }
    assert.equal(shapes.size, 1, [...shapes].join('\n'));
    return times;
  }

  async function expectAlike(send: (id: string) => Promise<Answer>, there: readonly string[]): Promise<void> {
    for (const id of [...there.slice(0, 20), 'doc_000000000000']) await send(id);
    // A machine that is busy with something else may spoil a measurement, and will not spoil three.
    for (let attempt = 1; ; attempt += 1) {
      const [those, missing] = await measure(send, there);
      const chance = chanceOfLonger(those, missing);
      if (Math.abs(chance - 0.5) <= BOUND) return;
      const medians = [those, missing].map((times) => Math.round(quantile(times, 0.5))).join(' and ');
      if (attempt === 3) assert.fail(`a longer answer with a chance of ${chance.toFixed(3)}; medians ${medians} µs`);
    }
  }

  it('of another tenant’s documents are answered like missing ones', async () => {
    await expectAlike((id) => ask('GET', `/documents/${id}/metadata`, key), foreign);
  });

  it('of documents that the key does not reach are answered like missing ones', async () => {
    await expectAlike((id) => ask('GET', `/documents/${id}`, limited), hidden);
  });

  it('are no better known to who tries to change them', async () => {
    await expectAlike((id) => ask('PATCH', `/documents/${id}`, limited, '{"name":"x"}'), hidden);
  });

  it('would be told apart if one kind took longer', () => {
    const times = Array.from({ length: REQUESTS }, () => 1000 + 200 * Math.random());
    const longer = times.map((time) => time + 40);
    assert.ok(Math.abs(chanceOfLonger(longer, times) - 0.5) > BOUND);
    assert.ok(Math.abs(chanceOfLonger(times, times) - 0.5) < 1e-9);
    assert.equal(chanceOfLonger([3, 4], [1, 2]), 1);
    assert.equal(chanceOfLonger([1, 1], [1]), 0.5);
  });
});
