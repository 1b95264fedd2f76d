import assert from 'node:assert/strict';
import path from 'node:path';
import { mock } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { ANONYMOUS } from '../../kernel/principal.js';
import { pushNamed, queryAll, type Known } from '../../testing/named-documents.js';
import { watchStatements } from '../../testing/statements.js';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { foldName } from './documents.store.js';
import type { DocumentFilter } from './query.filter.js';
import { addTenant } from '../../testing/tenant.js';

/** What names are made of: every kind of script and width, what SQL and LIKE and FTS5 read in their own way. */
const PIECES = [
  ...['a', 'A', 'ab', 'Design', 'arch', 'ß', 'É', 'e\u0301', 'ﬁ', 'Ａ', 'ñ', 'İ', 'ı', 'Σ', 'ς', 'Я', 'привет'],
  ...[
    '設計',
    '書',
    '가',
    'ا',
    'שלום',
    '😀',
    '👩‍👩‍👧',
    '%',
    '_',
    '\\',
    '"',
    '""',
    "'",
    '*',
    '-',
    ' ',
    '.',
    ':',
    '(',
    'NOT',
    'OR',
  ],
];
const TAGS = ['a', 'A', 'design', 'docs', 'v2', 'ümlaut', 'with space', '%', "o'clock", '"quoted"', '標籤'];

const aName = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
const aDocument = fc.record({ name: aName, tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 4 }) });

describe('findPage', () => {
  const folder = useTemporaryFolder();
  let store: Store;

  beforeEach(async () => {
    store = await openStore(path.join(folder(), 'store'));
  });
  afterEach(async () => {
    mock.restoreAll();
    await store.db.close();
  });

  async function remove(documents: readonly Known[]): Promise<void> {
    await Promise.all(documents.map(({ document_id }) => store.trash.purge(ANONYMOUS, document_id)));
  }

  it('finds what a plain filter of all documents finds, whatever the names, tags, filter and limit', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(aDocument, { minLength: 5, maxLength: 60 }),
        fc.array(aFilter(), { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 20 }),
        async (documents, asked, limit) => {
          const known = await pushNamed(store, documents);
          for (const ask of asked) {
            const filter = ask(known);
            assert.deepEqual(
              await queryAll(store, filter, limit),
              matching(known, filter),
              JSON.stringify({ filter, limit }),
            );
          }
          await remove(known);
        },
      ),
      { numRuns: 60 },
    );
    assert.deepEqual(await queryAll(store, { name: '', tags: [] }, 10), []);
  });

  it('keeps its place while documents come and go between pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aDocument, { minLength: 20, maxLength: 50 }),
        aFilter(),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat(60)),
        async (documents, ask, limit, dice) => {
          const known = await pushNamed(store, documents);
          const filter = ask(known);
          const newcomers: Known[] = [];
          const removed = new Set<Known>();
          const found = await queryAll(store, filter, limit, async (seen) => {
            newcomers.push(...(await pushNamed(store, [{ name: known[0]?.name ?? 'x', tags: [] }])));
            const victim = known[dice.next().value];
            if (!victim || removed.has(victim)) return;
            // Also the very document at which the page ended.
            const last = known.find(({ document_id }) => document_id === seen.at(-1)?.document_id);
            for (const gone of new Set([victim, ...(last && !removed.has(last) ? [last] : [])])) {
              removed.add(gone);
              await remove([gone]);
            }
          });
          const ids = new Set(found.map(({ document_id }) => document_id));
          assert.equal(ids.size, found.length, 'a document was given twice');
          const wanted = matching(known, filter);
          for (const document of wanted)
            assert.ok(removed.has(document) || ids.has(document.document_id), 'one is missing');
          assert.deepEqual(
            found,
            wanted.filter(({ document_id }) => ids.has(document_id)),
          );
          await remove([...known.filter((document) => !removed.has(document)), ...newcomers]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('leaves out no document that stays, while others go in the middle of the search', async function () {
    this.timeout(30_000);
    // One in forty matches both filters, so that a page takes several steps.
    const documents = Array.from({ length: 400 }, (_, index) => ({
      name: `common name ${index % 8 === 0 ? 'rare' : 'usual'} ${index}`,
      tags: ['common', ...(index % 5 === 0 ? ['fifth'] : [])],
    }));
    for (const filter of [
      { name: 'rare', tags: ['fifth'] },
      { name: 'ra', tags: [] },
      { name: 're', tags: ['common', 'fifth'] },
    ]) {
      const known = await pushNamed(store, documents);
      const other = new BetterSqlite3(path.join(store.root, 'documents.db'));
      const deletion = other.prepare("DELETE FROM documents WHERE tenant_id = 'default' AND document_id = ?");
      // From the newest on, some of those that do not match go before each statement of the search.
      const victims = known.filter((document) => matching([document], filter).length === 0).reverse();
      watchStatements(() => {
        for (const { document_id } of victims.splice(0, 3)) deletion.run(document_id);
      });
      const found = await queryAll(store, filter, 3);
      mock.restoreAll();
      other.close();
      assert.deepEqual(found, matching(known, filter), JSON.stringify(filter));
      await store.db.write(({ knex }) => knex('documents').delete());
    }
  });

  it('never shows another tenant’s documents', async () => {
    const acme = { ...ANONYMOUS, tenant_id: 'acme' };
    await addTenant(store.db, 'acme');
    const same = Array.from({ length: 30 }, (_, index) => ({ name: `shared name ${index}`, tags: ['a', 'b'] }));
    const ours = await pushNamed(store, same);
    const theirs = await pushNamed(store, same, acme);
    const filters = [
      { name: '', tags: [] },
      { name: 'sh', tags: [] },
      { name: 'shared', tags: [] },
      { name: '', tags: ['a'] },
      { name: 'name', tags: ['a', 'b'] },
    ];
    for (const filter of filters) {
      assert.deepEqual(await queryAll(store, filter, 7), [...ours].reverse());
      const page = await store.documents.query(acme, filter, 100);
      assert.deepEqual(
        page.documents.map(({ document_id }) => document_id),
        [...theirs].reverse().map(({ document_id }) => document_id),
      );
      assert.deepEqual(await store.documents.query({ ...acme, tenant_id: 'nobody' }, filter, 10), {
        documents: [],
        next: undefined,
      });
    }
  });

  it('takes a cursor from anywhere', async () => {
    const known = await pushNamed(
      store,
      Array.from({ length: 5 }, (_, index) => ({ name: `n ${index}`, tags: [] })),
    );
    const filter = { name: '', tags: [] };
    for (const [sequence, count] of [
      [0, 0],
      [1, 0],
      [Number.MAX_SAFE_INTEGER, 5],
    ] as const) {
      assert.equal((await store.documents.query(ANONYMOUS, filter, 10, { sequence })).documents.length, count);
    }
    assert.equal(known.length, 5);
  });
});

/** Newest first, every filter: the plain meaning of a query. */
function matching(known: readonly Known[], { name, tags }: DocumentFilter): Known[] {
  return known
    .filter((document) => foldName(document.name).includes(foldName(name)))
    .filter((document) => tags.every((tag) => document.tags.includes(tag)))
    .reverse();
}

/** A filter that often finds something: a part of one of the names in some case, and some of its tags. */
function aFilter(): fc.Arbitrary<(known: readonly Known[]) => DocumentFilter> {
  return fc
    .record({
      document: fc.nat(),
      from: fc.nat(8),
      length: fc.integer({ min: 0, max: 6 }),
      recase: fc.constantFrom(
        (text: string) => text,
        (text: string) => text.toLowerCase(),
        (text: string) => text.toUpperCase(),
      ),
      tags: fc.integer({ min: 0, max: 3 }),
      extra: fc.option(fc.constantFrom(...TAGS), { nil: undefined, freq: 4 }),
      foreign: fc.option(aName, { nil: undefined, freq: 6 }),
    })
    .map(({ document, from, length, recase, tags, extra, foreign }) => (known) => {
      const model = known[document % known.length] ?? assert.fail();
      const name =
        foreign ??
        Array.from(model.name)
          .slice(from, from + length)
          .join('');
      const wanted = new Set([...model.tags.slice(0, tags), ...(extra === undefined ? [] : [extra])]);
      return { name: recase(name), tags: [...wanted] };
    });
}
