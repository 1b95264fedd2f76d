import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import { filePart, pushBatch } from './batch-client.js';
import { measure, type Measures } from './relevance/measures.js';
import * as questions from './relevance/questions.js';
import { readReadmes, type Readme } from './relevance/readmes.js';
import { Vocabulary } from './relevance/vocabulary.js';
import { startServer, type TestServer } from './test-server.js';

/** The ten that count, and no passages, which nobody looks at here. */
const SEARCH = '/search?limit=10&snippets=0';

/** What is asked, where, and what must be found: a little less than is. Each run prints what is. */
const KINDS = [
  { what: 'exact words', maker: questions.exactWords, path: SEARCH, least: { mrr: 0.74, recall: 0.94 } },
  { what: 'identifiers', maker: questions.identifiers, path: SEARCH, least: { mrr: 0.96, recall: 0.98 } },
  { what: 'misspelt words', maker: questions.misspelt, path: SEARCH, least: { mrr: 0.9, recall: 0.95 } },
  { what: 'parts of words', maker: questions.partial, path: SEARCH, least: { mrr: 0.88, recall: 0.94 } },
  {
    what: 'questions in other words',
    maker: questions.described,
    path: '/context?max_tokens=4000',
    least: { mrr: 0.75, recall: 0.85 },
  },
] as const;

describe('relevance, on the READMEs of packages', function () {
  this.timeout(60_000);
  let readmes: readonly Readme[];
  let vocabulary: Vocabulary;
  let server: TestServer;
  before(async () => {
    readmes = readReadmes();
    vocabulary = new Vocabulary(readmes);
    server = await startServer();
    await pushReadmes();
  });
  after(() => server.close());

  for (const { least, maker, path, what } of KINDS) {
    it(`${what} find the right one`, async () => {
      const asked = questions.makeQuestions(maker, readmes, vocabulary);
      assert.ok(asked.length >= 50, `only ${asked.length} questions`);
      const judged = [];
      for (const { answers, q } of asked) judged.push({ answers, found: await ask(path, q) });
      const measures = measure(judged);
      process.stdout.write(`      ${asked.length} × ${what}: ${shown(measures)}\n`);
      assert.ok(
        measures.mrr >= least.mrr && measures.recall >= least.recall,
        `${shown(measures)} is below ${shown(least)}`,
      );
    });
  }

  /** Names of documents, the best first. */
  async function ask(path: string, q: string): Promise<string[]> {
    const response = await fetch(`${server.url}${path}&${new URLSearchParams({ q }).toString()}`, {
      headers: { accept: 'application/json' },
    });
    assert.equal(response.status, 200, q);
    const answer = (await response.json()) as {
      results?: { document: { name: string } }[];
      passages?: { name: string }[];
    };
    const names =
      answer.results?.map(({ document }) => document.name) ?? answer.passages?.map(({ name }) => name) ?? [];
    return [...new Set(names)];
  }

  async function pushReadmes(): Promise<void> {
    const items = readmes.map(({ name }, index) => ({ file: `file${index}`, name }));
    const files = readmes.map(({ text }, index) => filePart(`file${index}`, text, 'README.md'));
    const { results } = await pushBatch(server, items, ...files);
    assert.ok(results.every(({ status }) => status === 201));
    await eventually(async () => {
      const health = (await (await fetch(`${server.url}/health`)).json()) as { index_queue: { pending: number } };
      assert.equal(health.index_queue.pending, 0);
    }, 30_000);
  }
});

function shown({ mrr, recall }: Measures): string {
  return `MRR@10 ${mrr.toFixed(3)}, recall@10 ${recall.toFixed(3)}`;
}
