/** What the documents say about a question, as HTTP clients get it. */
import assert from 'node:assert/strict';
import type { components } from '@document-sync/sdk';
import request from 'supertest';
import { push } from './documents-client.js';
import { startServer, type TestServer } from './test-server.js';

type Context = components['schemas']['Context'];

const TOPICS = [
  'storage',
  'network',
  'search',
  'access',
  'billing',
  'deployment',
  'testing',
  'release',
  'support',
  'design',
];

/** A document of several sections about a topic, of which one has something to say about retries. */
const report = (topic: string, index: number): string =>
  [
    `# The ${topic} report`,
    `An introduction to ${topic} with nothing decided yet.`,
    `## What was tried in ${topic}`,
    ...Array.from({ length: 8 }, (_, line) => `Experiment ${line} of ${topic} took ${index + line} days.\n`),
    `## Decisions about ${topic}`,
    topic === 'network'
      ? 'We decided that retries back off exponentially, five times at the most.'
      : `None for ${topic}.`,
    '## Open questions',
    'Who pays?',
    '',
  ].join('\n\n');

describe('getContext', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
    for (const [index, topic] of TOPICS.entries()) {
      await push(server, report(topic, index), { filename: `${topic}.md`, tags: index % 2 ? 'odd' : 'even' });
    }
  });
  after(() => server.close());

  const ask = (query: Record<string, string | number>, accept = 'application/json') =>
    request(server.url).get('/context').set('Accept', accept).query(query);
  const context = async (query: Record<string, string | number>): Promise<Context> => {
    const response = await ask(query);
    assert.equal(response.status, 200, response.text);
    return response.body as Context;
  };

  it('answers a question with the section that says it, first of all', async () => {
    const { passages, match } = await context({ q: 'what did we decide about retries?' });
    assert.equal(match, 'exact');
    assert.deepEqual([passages[0]?.name, passages[0]?.section], ['network.md', 'Decisions about network']);
    assert.match(passages[0]?.text ?? '', /back off exponentially/);
  });

  it('cites lines that can be read, and are what it shows', async () => {
    const { passages, left_out } = await context({ q: 'experiment days', max_tokens: 700 });
    assert.ok(passages.length > 1 && left_out.length > 0);
    for (const { citation, document_id, version, start_line, end_line, text } of passages) {
      const lines = `${start_line}-${end_line}`;
      const read = await request(server.url)
        .get(`/documents/${document_id}/text`)
        .query({ version, lines })
        .expect(200);
      assert.equal((read.body as { text: string }).text.trimEnd(), text.trimEnd(), citation);
      assert.equal(citation, `${document_id}@${version}#L${start_line}${end_line > start_line ? `-L${end_line}` : ''}`);
    }
    for (const { path = '' } of left_out) await request(server.url).get(path).expect(200);
  });

  it('gives the same bytes for the same question', async () => {
    for (const accept of ['application/json', 'text/markdown']) {
      const query = { q: 'decisions experiment retries', max_tokens: 900 };
      const [one, other] = [await ask(query, accept), await ask(query, accept)];
      assert.equal(one.status, 200);
      assert.equal(one.text, other.text);
      assert.match(one.headers['content-type'] ?? '', new RegExp(`^${accept.replace('/', '\\/')}`));
      assert.equal(one.headers['vary'], 'Accept');
    }
  });

  it('never goes over its budget, and uses it', async () => {
    for (const max_tokens of [50, 80, 150, 400, 1000, 3000]) {
      const found = await context({ q: 'experiment took days', max_tokens });
      assert.ok(found.total_tokens <= max_tokens, `${found.total_tokens} of ${max_tokens}`);
      if (max_tokens === 3000) assert.ok(found.total_tokens > 800, String(found.total_tokens));
      assert.ok(found.left_out_count >= found.left_out.length);
    }
    assert.equal((await ask({ q: 'x', max_tokens: 49 })).status, 400);
  });

  it('keeps to the filters, and says when there is nothing', async () => {
    const { passages } = await context({ q: 'experiment', tags: 'odd' });
    const odd = TOPICS.filter((_, index) => index % 2).map((topic) => `${topic}.md`);
    assert.ok(passages.length > 0 && passages.every(({ name }) => odd.includes(name)));
    const nothing = await context({ q: 'zzzzqqqq xxxxvvvv' });
    assert.deepEqual([nothing.passages, nothing.left_out_count], [[], 0]);
    const markdown = await ask({ q: 'zzzzqqqq xxxxvvvv' }, 'text/markdown');
    assert.ok(markdown.text.trim().length > 0);
  });
});
