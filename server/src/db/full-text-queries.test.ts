import assert from 'node:assert/strict';
import path from 'node:path';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { watchStatements } from '../testing/statements.js';
import { mock } from 'node:test';
import { openDatabase, type Database } from './database.js';
import { indexQueries } from './full-text-queries.js';
import { indexStatements, indexTables } from './full-text.js';
import type { Statement } from './session.js';

describe('the questions to the full-text index', () => {
  const folder = useTemporaryFolder();
  const tables = indexTables(1);
  const queries = indexQueries(tables);
  const everything = { from: 0, below: 1000 };
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase(path.join(folder(), 'documents.db'));
    const { insert, insertWord, insertWordParts } = indexStatements(tables);
    await db.write(async (tx) => {
      for (let sequence = 1; sequence <= 20; sequence += 1) {
        const name = sequence === 3 ? 'rare word' : 'other';
        const body = `${sequence % 2 === 0 ? 'even' : 'odd'} word`;
        const empty = { tags: '', description: '', headings: '', compounds: '', filters: 'any' };
        await tx.run(insert, { sequence, name, body, ...empty });
      }
      for (const word of ['architect', 'architecture', 'texture', 'word']) {
        const [inserted] = await tx.run(insertWord, { word });
        if (inserted) await tx.run(insertWordParts, { ...inserted, word });
      }
    });
  });
  afterEach(() => db.close());

  const sequences = async (name: 'newest' | 'oldest', expression: string, limit: number, range = everything) => {
    const [row] = await db.read.run(queries[name], { ...range, expression, limit });
    return JSON.parse(row?.sequences ?? '') as number[];
  };

  it('give the first of what matches from either side, within a range', async () => {
    assert.deepEqual(await sequences('newest', 'even', 3), [20, 18, 16]);
    assert.deepEqual(await sequences('oldest', 'even', 3), [2, 4, 6]);
    assert.deepEqual(await sequences('newest', 'even', 9, { from: 4, below: 10 }), [8, 6, 4]);
    assert.deepEqual(await sequences('newest', 'absent', 9), []);
  });

  it('count up to a limit', async () => {
    const count = async (limit: number, range = everything) =>
      (await db.read.run(queries.count, { ...range, expression: 'word', limit }))[0]?.count;
    assert.equal(await count(100), 20);
    assert.equal(await count(7), 7);
    assert.equal(await count(100, { from: 5, below: 8 }), 3);
  });

  it('rank some of what matches, a match in the name above all', async () => {
    const asked = { ...everything, expression: 'word', sequences: '[2,3,4,99]' };
    const rows = await db.read.run(queries.ranked, asked);
    const byScore = rows.sort((a, b) => b.score - a.score).map(({ sequence }) => sequence);
    assert.deepEqual(byScore.slice(0, 1), [3]);
    assert.deepEqual(byScore.slice(1).sort(), [2, 4]);
    assert.ok(rows.every(({ score }) => score > 0));
  });

  it('say which documents and words are there', async () => {
    const among = await db.read.run(queries.among, { expression: 'even', sequences: '[1,2,3,4,99]' });
    assert.deepEqual(
      among.map(({ sequence }) => sequence),
      [2, 4],
    );
    const words = async (name: 'wordsBetween' | 'wordsAmong' | 'wordsWithParts', values: object) =>
      (await db.read.run(queries[name] as Statement<object, { word: string }>, values)).map(({ word }) => word);
    assert.deepEqual(await words('wordsBetween', { from: 'arch', below: 'arci', limit: 1 }), ['architect']);
    assert.deepEqual(await words('wordsAmong', { words: '["word","absent"]' }), ['word']);
    const parts = { expression: '"tex" OR "xtu"', limit: 5 };
    assert.deepEqual(await words('wordsWithParts', parts), ['texture']);
    assert.deepEqual(await words('wordsWithParts', { ...parts, expression: '"ect"', limit: 1 }), ['architect']);
  });

  it('are answered by an index, in its order', async () => {
    const plans: string[] = [];
    const made: string[] = [];
    watchStatements(({ sql }) => void made.push(sql));
    try {
      const values = { ...everything, expression: 'wor', limit: 3, sequences: '[1]', words: '["word"]' };
      for (const query of Object.values(queries) as Statement<object, unknown>[]) await db.read.run(query, values);
    } finally {
      mock.restoreAll();
    }
    assert.equal(made.length, Object.keys(queries).length);
    for (const sql of made) {
      const steps = await db.read.knex.raw<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}`);
      plans.push(steps.map(({ detail }) => detail).join('\n'));
    }
    for (const [index, plan] of plans.entries()) {
      assert.doesNotMatch(plan, /TEMP B-TREE/, made[index]);
      assert.doesNotMatch(plan, /SCAN search_words_1(?! USING)/, made[index]);
      // Without a flag the range of sequences would not be looked up.
      if (made[index]?.includes('rowid >='))
        assert.match(plan, /search_entries_1 VIRTUAL TABLE INDEX \d+:M\d+></, plan);
    }
  });
});
