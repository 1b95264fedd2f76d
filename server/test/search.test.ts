/** Searching over HTTP: what is pushed is found, by whom it may be found, in the order and pages that are asked for. */
import assert from 'node:assert/strict';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import request from 'supertest';
import { openDatabase } from '../src/db/index.js';
import { insertIndexEntry } from '../src/features/documents/index.js';
import { addTenant } from '../src/testing/tenant.js';
import { push, type Document } from './documents-client.js';
import { expectInvalid } from './problem.js';
import { getSearch, search, searchNames, searchPages } from './search-client.js';
import { startServer, type TestServer } from './test-server.js';
import { postVersion } from './versions-client.js';

describe('searchDocuments', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  describe('after a change', () => {
    let document: Document;
    const etag = async (): Promise<string> => {
      const response = await request(server.url).get(`/documents/${document.document_id}/metadata`);
      return response.headers['etag'] ?? '';
    };
    beforeEach(async () => {
      document = await push(server, 'It says zebra.', { filename: 'a.txt', name: 'Animals', tags: 'zoo' });
    });
    afterEach(async () => {
      await request(server.url).delete(`/documents/${document.document_id}`);
    });

    it('finds a push by the very next search, by text, name and tag', async () => {
      for (const q of ['zebra', 'animals', 'zoo', 'tag:zoo zebra']) {
        const { match, results, total } = await search(server, q);
        assert.deepEqual({ match, total }, { match: 'exact', total: 1 }, q);
        assert.deepEqual(results[0]?.document, document);
      }
    });

    it('finds a new version, and no more what only the old one said', async () => {
      const response = await postVersion(server, document.document_id, 'It says gnu.', { ifMatch: await etag() });
      assert.equal(response.status, 201, response.text);
      assert.deepEqual(await searchNames(server, 'gnu'), ['Animals']);
      assert.deepEqual(await searchNames(server, 'zebra', { fuzzy: false }), []);
      const { results } = await search(server, 'gnu');
      assert.equal(results[0]?.snippets[0]?.citation, `${document.document_id}@2#L1`);
    });

    it('finds what was renamed by its new name, and by its new tags', async () => {
      const change = { name: 'Beasts', tags: ['wild'] };
      await request(server.url)
        .patch(`/documents/${document.document_id}`)
        .set('If-Match', await etag())
        .send(change)
        .expect(200);
      assert.deepEqual(await searchNames(server, 'beasts zebra'), ['Beasts']);
      assert.deepEqual(await searchNames(server, 'zebra tag:wild'), ['Beasts']);
      assert.deepEqual(await searchNames(server, 'animals', { fuzzy: false }), []);
      assert.deepEqual(await searchNames(server, 'zebra tag:zoo', { fuzzy: false }), []);
    });

    it('does not find what was deleted until it is restored', async () => {
      const path = `/documents/${document.document_id}`;
      await request(server.url).delete(path).expect(200);
      const { corrections, total } = await search(server, 'zebra');
      assert.deepEqual({ corrections, total }, { corrections: [], total: 0 });
      await request(server.url).post(`${path}/restore`).expect(200);
      assert.deepEqual(await searchNames(server, 'zebra'), ['Animals']);
    });
  });

  describe('among documents', () => {
    const documents = [
      [
        'Router',
        'src/http/router.ts',
        'export function parseConfig(text: string) {}\nconst ERR_TIMEOUT = 1;\n',
        'code,http',
      ],
      [
        'Options',
        'options.md',
        '# Options\n\nPass --dry-run to see the plan.\n\n## Retries\n\nSince v1.2.3 we retry.\n',
        'docs',
      ],
      ['Retry policy', 'retry.md', '# Decision\n\nRetries back off exponentially after a timeout.\n', 'docs,design'],
      ['Café', 'cafe.txt', 'Crème brûlée für Ärzte. Der Straßenbau. 設計書を読む', 'food'],
      ['Table', 'table.csv', 'animal,count\nzebra,3\n', 'data'],
    ] as const;
    const everything = documents.map(([name]) => name);
    before(async () => {
      for (const [name, filename, text, tags] of documents)
        await push(server, text, { filename: path.basename(filename), name, tags });
    });
    after(async () => {
      const { results } = await search(server, '*', { any_tags: 'code,docs,food,data', limit: 100 });
      for (const { document } of results) await request(server.url).delete(`/documents/${document.document_id}`);
    });

    const queries: [q: string, names: readonly string[]][] = [
      ['retry', ['Retry policy', 'Options']],
      ['retries timeout', ['Retry policy']],
      ['"back off"', ['Retry policy']],
      ['"off back"', []],
      ['retry -timeout', ['Options']],
      ['zebra OR brulee', ['Café', 'Table']],
      ['(zebra OR retry) tag:docs', ['Options', 'Retry policy']],
      ['exponent*', ['Retry policy']],
      ['name:retry', ['Retry policy']],
      ['type:text/csv zebra', ['Table']],
      ['type:text/* -type:text/markdown zebra', ['Table']],
      ['tag:docs -tag:design', ['Options']],
      ['parseConfig', ['Router']],
      ['parse_config', ['Router']],
      ['parseconfig', ['Router']],
      ['config', ['Router']],
      ['--dry-run', ['Options']],
      ['dry-run', ['Options']],
      ['ERR_TIMEOUT', ['Router']],
      ['v1.2.3', ['Options']],
      ['router.ts', []],
      ['creme BRÛLÉE', ['Café']],
      ['strassenbau', ['Café']],
      ['設計', ['Café']],
      ['設計書', ['Café']],
      ['計', ['Café']],
      ['before:2020-01-01 retry', []],
      ['after:2020-01-01 exponent*', ['Retry policy']],
    ];
    for (const [q, names] of queries) {
      it(`finds ${names.join(', ') || 'nothing'} for ${q}`, async () => {
        assert.deepEqual((await searchNames(server, q, { fuzzy: false })).sort(), [...names].sort());
      });
    }

    it('says where the words stand', async () => {
      const { results } = await search(server, 'retries exponentially');
      const [result] = results;
      assert.deepEqual(result?.name_matches, [{ start: 0, end: 5 }]);
      const [snippet] = result.snippets;
      assert.equal(snippet?.section, 'Decision');
      assert.equal(snippet.anchor, '#decision');
      assert.equal(snippet.citation, `${result.document.document_id}@1#L3`);
      const words = snippet.matches.map(({ start, end }) => [...snippet.text].slice(start, end).join(''));
      assert.deepEqual(words, ['Retries', 'exponentially']);
      const none = await search(server, 'retries', { snippets: 0 });
      assert.ok(none.results.every(({ snippets }) => snippets.length === 0));
    });

    const filters: [Record<string, string | number>, readonly string[]][] = [
      [{ tags: 'docs' }, ['Options', 'Retry policy']],
      [{ tags: 'docs,design' }, ['Retry policy']],
      [{ any_tags: 'food,data' }, ['Café', 'Table']],
      [{ not_tags: 'docs,code,food' }, ['Table']],
      [{ mime_type: 'text/csv' }, ['Table']],
      [{ name: 'ro' }, ['Router']],
      [{ max_size: 22 }, ['Table']],
      [{ min_size: 23, any_tags: 'data,food' }, ['Café']],
      [{ uploaded_after: '2020-01-01', any_tags: 'data' }, ['Table']],
      [{ uploaded_before: '2020-01-01' }, []],
      [{ updated_after: '2020-01-01T00:00:00+02:00', any_tags: 'data' }, ['Table']],
      [{ updated_before: '2020-01-01' }, []],
    ];
    for (const [filter, names] of filters) {
      it(`keeps to ${JSON.stringify(filter)}, with words and without`, async () => {
        assert.deepEqual((await searchNames(server, '*', filter)).sort(), names);
        const either = 'retry OR zebra OR config OR brûlée';
        assert.deepEqual((await searchNames(server, either, { ...filter, fuzzy: false })).sort(), names);
      });
    }

    it('takes a misspelt word for what is meant, and says so', async () => {
      const { corrections, match, results } = await search(server, 'exponentialy retires');
      assert.equal(match, 'fuzzy');
      assert.equal(results[0]?.document.name, 'Retry policy');
      assert.equal(results[0].match, 'fuzzy');
      assert.deepEqual(corrections[0], { word: 'exponentialy', alternatives: ['exponentially'] });
      const { similar_tags } = await search(server, 'tag:desing');
      assert.deepEqual(similar_tags, [{ tag: 'design', document_count: 1 }]);
    });

    it('shows the same in pages as in one, and orders by what is asked for', async () => {
      const q = 'retry OR zebra OR config OR brûlée';
      for (const sort of ['relevance', 'uploaded_at', 'updated_at', 'name', 'size']) {
        const [whole] = await searchPages(server, { q, sort });
        const pages = await searchPages(server, { q, sort, limit: 2 });
        assert.deepEqual(
          pages.map(({ results }) => results.length),
          [2, 2, 1],
        );
        assert.deepEqual(
          pages.flatMap(({ results }) => results),
          whole?.results,
        );
      }
      assert.deepEqual(await searchNames(server, q, { sort: 'name' }), [
        'Café',
        'Options',
        'Retry policy',
        'Router',
        'Table',
      ]);
      assert.deepEqual(await searchNames(server, q, { sort: 'uploaded_at', order: 'asc' }), everything);
    });

    it('refuses a cursor of another order', async () => {
      const first = await getSearch(server, { q: 'retry', limit: 1 });
      const cursor = new URL(/<([^>]+)>/.exec(first.headers['link'] ?? '')?.[1] ?? '', server.url).searchParams.get(
        'cursor',
      );
      expectInvalid(await getSearch(server, { q: 'retry', sort: 'name', cursor: cursor ?? '' }), 'query.cursor');
      for (const place of ['["relevance desc","x",1]', '["relevance desc",1,1]', 'x', '[]']) {
        const made = Buffer.from(place).toString('base64url');
        expectInvalid(await getSearch(server, { q: 'retry', cursor: made }), 'query.cursor');
      }
      expectInvalid(await getSearch(server, { q: 'retry', uploaded_after: '2026-02-30' }), 'query.uploaded_after');
      expectInvalid(await request(server.url).get('/search'), 'query.q');
    });
  });

  it('finds every push at once, while others push', async () => {
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let round = 0; round < 4; round += 1) {
        const word = `writer${writer}x${round}`;
        const { document_id } = await push(server, `It says ${word}.`, { name: word });
        assert.deepEqual(await searchNames(server, word, { fuzzy: false }), [word]);
        await request(server.url).delete(`/documents/${document_id}`).expect(200);
        assert.deepEqual(await searchNames(server, word, { fuzzy: false }), []);
      }
    });
    await Promise.all(writers);
  });

  it('shows nobody what belongs to another tenant', async () => {
    const mine = await push(server, 'mine alone', { name: 'Mine', tags: 'shared' });
    const db = await openDatabase(path.join(server.storageDir, 'documents.db'));
    try {
      await addTenant(db, 'acme');
      const sequence = 2 * 2 ** 32 + 1;
      const theirs = {
        name: 'Theirs',
        tags: ['theirtag', 'shared'],
        description: 'rhinoceros',
        mime_type: 'text/plain',
      };
      await db.write(async (tx) => insertIndexEntry(tx, sequence, theirs, undefined));
      const raw = new BetterSqlite3(path.join(server.storageDir, 'documents.db'));
      raw.prepare(`INSERT INTO tag_counts(tenant_id, tag, document_count) VALUES ('acme', 'theirtag', 1)`).run();
      raw.close();
    } finally {
      await db.close();
    }
    for (const q of [
      'rhinoceros',
      'rhinocerus',
      'rhino*',
      'Theirs',
      'tag:theirtag',
      'tag:theirtags',
      'shared rhinoceros',
    ]) {
      const { corrections, results, similar_tags, total } = await search(server, q);
      assert.deepEqual(
        { corrections, results, similar_tags, total },
        { corrections: [], results: [], similar_tags: [], total: 0 },
        q,
      );
    }
    await request(server.url).delete(`/documents/${mine.document_id}`);
  });
});
