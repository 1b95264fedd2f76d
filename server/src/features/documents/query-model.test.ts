import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { append } from '../../journal/index.js';
import { createDocumentId } from '../../kernel/ids.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { foldName, insertDocument } from './documents.store.js';
import type { DocumentFilter } from './query.filter.js';
import type { DocumentOrdering, DocumentPosition } from './query.ordering.js';
import { findPage, type Steps } from './query.store.js';
import { insertVersion } from './versions.store.js';

interface Stored {
  readonly sequence: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly size_bytes: number;
  readonly mime_type: string;
  readonly uploaded_at: string;
  readonly updated_at: string;
}

const TAGS = ['a', 'A', 'b', 'c', 'd', '%', "o'clock", '標籤', '😀'];
/** Of which there are few, so that there are ties, and long ones that are the same as far as they count. */
const NAMES = [
  ...['plan', 'Plan', 'PLAN B', 'design', 'redesign', 'ab', 'ß', '設計書', '😀😀😀', 'ﬁle', '100%', 'a_b', '\\"'],
  ...['x'.repeat(255), `${'x'.repeat(200)}y`, `${'x'.repeat(179)}a`, '\ufdfa'.repeat(20)],
];
const TYPES = ['text/markdown', 'text/plain', 'application/pdf', 'Text/X-Custom; charset=utf-8', 'texture/x', 'text/*'];
const SIZES = [0, 1, 10, 11, 1000, 2 ** 31, 2 ** 40];
const START = Date.parse('2026-11-23T22:00:00.000Z');
/** Minutes that the clock shows, in whatever order. */
const MINUTES = [0, 0, 1, 59, 60, 61, 24 * 60, 40 * 24 * 60, -1, -90, -365 * 24 * 60];
const time = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();

const aTime = fc.constantFrom(...MINUTES).map(time);
const aDocument = fc.record({
  name: fc.constantFrom(...NAMES),
  tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 4 }),
  size_bytes: fc.constantFrom(...SIZES),
  mime_type: fc.constantFrom(...TYPES),
  uploaded_at: aTime,
  updated_at: aTime,
});

const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const someTags = fc.uniqueArray(fc.constantFrom(...TAGS, 'nobody has it'), { minLength: 1, maxLength: 3 });
const aMoment = fc.tuple(fc.constantFrom(...MINUTES), fc.constantFrom(-1, 0, 1)).map(([minutes, ms]) => {
  return new Date(START + minutes * 60_000 + ms).toISOString();
});
const aFilter = fc
  .record({
    name: seldom(
      fc.constantFrom('plan', 'PLA', 'de', 'sig', 'ss', '設計', '😀', 'FILE', '%', '_', '\\"', 'xxx', 'none'),
    ),
    tags: seldom(fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 2 })),
    any_tags: seldom(someTags),
    not_tags: seldom(someTags),
    mime_type: seldom(fc.constantFrom('text/markdown', 'text/*', 'application/pdf', 'text/x-custom', 'image/*')),
    min_size: seldom(fc.constantFrom(...SIZES)),
    max_size: seldom(fc.constantFrom(...SIZES, Number.MAX_SAFE_INTEGER)),
    uploaded_after: seldom(aMoment),
    uploaded_before: seldom(aMoment),
    updated_after: seldom(aMoment),
    updated_before: seldom(aMoment),
  })
  .map(({ name = '', tags = [], ...rest }): DocumentFilter => {
    const given = Object.entries(rest).filter(([, value]) => value !== undefined);
    return { name, tags, ...(Object.fromEntries(given) as Partial<DocumentFilter>) };
  });
const anOrdering: fc.Arbitrary<DocumentOrdering> = fc.record({
  sort: fc.constantFrom('uploaded_at', 'updated_at', 'name', 'size'),
  order: fc.constantFrom('asc', 'desc'),
});
/** So small that few documents make many steps, and every way to go about it is taken. */
const aStep: fc.Arbitrary<Steps> = fc.record({
  first: fc.integer({ min: 1, max: 6 }),
  later: fc.integer({ min: 1, max: 9 }),
  counted: fc.integer({ min: 1, max: 30 }),
});

describe('pages of documents, compared with a plain list of all', () => {
  const folder = useTemporaryFolder();
  let store: Store;

  beforeEach(async () => {
    store = await openStore(path.join(folder(), 'store'));
  });
  afterEach(async () => {
    await store.db.close();
  });

  /** Puts documents into the store as pushes would, but in one transaction. */
  function put(documents: readonly Omit<Stored, 'sequence'>[]): Promise<Stored[]> {
    return store.db.write(async (tx) => {
      const stored: Stored[] = [];
      for (const document of documents) {
        const { name, tags, size_bytes, mime_type, uploaded_at, updated_at } = document;
        const document_id = createDocumentId();
        const event = { type: 'document.created', document_id, version: 1 } as const;
        const sequence = await append(tx, ANONYMOUS, event, new Date(uploaded_at));
        const content = { checksum_sha256: '0'.repeat(64), size_bytes, mime_type, original_filename: 'x', message: '' };
        const made = { created_at: uploaded_at, created_by: 'x', parents: [] };
        await insertVersion(tx, 'default', { document_id, version: 1, ...content, ...made });
        const counters = { current_version: 1, revision: 1, index_status: 'indexed', index_reason: '' } as const;
        const said = { name, tags, description: '', uploaded_at, updated_at };
        await insertDocument(tx, 'default', { document_id, sequence, ...said, ...counters });
        stored.push({ sequence, ...document });
      }
      return stored;
    });
  }

  async function removeAll(): Promise<void> {
    await store.db.write(async ({ knex }) => {
      for (const table of ['document_tags', 'documents', 'document_versions']) await knex(table).delete();
    });
  }

  /** Follows the pages to the end; `between` runs after each. */
  async function follow(
    filter: DocumentFilter,
    ordering: DocumentOrdering,
    limit: number,
    steps: Steps,
    between: () => Promise<void> = () => Promise.resolve(),
  ): Promise<number[]> {
    const found: number[] = [];
    let after: DocumentPosition | undefined;
    for (;;) {
      const page = await findPage(store.db.read, 'default', { filter, ordering, after }, limit, steps);
      found.push(...page.map(({ row }) => row.sequence));
      if (page.length < limit) return found;
      after = page.at(-1)?.position;
      await between();
    }
  }

  it('hold the same documents in the same order, whatever the filter, the order and the size of a page', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(aDocument, { minLength: 5, maxLength: 50 }),
        fc.array(fc.tuple(aFilter, anOrdering, fc.integer({ min: 1, max: 9 }), aStep), {
          minLength: 12,
          maxLength: 12,
        }),
        async (documents, queries) => {
          const stored = await put(documents);
          for (const [filter, ordering, limit, steps] of queries) {
            const found = await follow(filter, ordering, limit, steps);
            assert.deepEqual(
              found,
              expected(stored, filter, ordering),
              JSON.stringify({ filter, ordering, limit, steps }),
            );
          }
          await removeAll();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('repeat and skip none of those that do not change, whatever comes, goes and changes in between', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(aDocument, { minLength: 15, maxLength: 40 }),
        fc.tuple(aFilter, anOrdering, fc.integer({ min: 1, max: 4 }), aStep),
        fc.infiniteStream(fc.record({ victim: fc.nat(40), fresh: aDocument, changes: fc.boolean(), at: aTime })),
        async (documents, [filter, ordering, limit, steps], dice) => {
          const stored = await put(documents);
          const touched = new Set<number>();
          let newcomers = 30;
          const found = await follow(filter, ordering, limit, steps, async () => {
            const { victim, fresh, changes, at } = dice.next().value;
            if (newcomers > 0) await put([fresh]);
            newcomers -= 1;
            const sequence = stored[victim]?.sequence;
            if (sequence === undefined) return;
            touched.add(sequence);
            await store.db.write(async ({ knex }) => {
              if (changes) await knex('documents').where({ sequence }).update({ updated_at: at, name_folded: 'PLAN' });
              else await knex('documents').where({ sequence }).delete();
            });
          });
          const untouched = (sequence: number): boolean =>
            !touched.has(sequence) && stored.some((document) => document.sequence === sequence);
          assert.deepEqual(
            found.filter(untouched),
            expected(stored, filter, ordering).filter(untouched),
            JSON.stringify({ filter, ordering, limit, steps }),
          );
          await removeAll();
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** The plain meaning of a query. */
function expected(stored: readonly Stored[], filter: DocumentFilter, { sort, order }: DocumentOrdering): number[] {
  const keys = {
    uploaded_at: () => 0,
    updated_at: ({ updated_at }: Stored) => updated_at,
    name: ({ name }: Stored) => Array.from(foldName(name)).slice(0, 180).join(''),
    size: ({ size_bytes }: Stored) => size_bytes,
  };
  const direction = order === 'asc' ? 1 : -1;
  return stored
    .filter((document) => matches(document, filter))
    .map((document) => ({ key: keys[sort](document), sequence: document.sequence }))
    .sort((a, b) => direction * (compare(a.key, b.key) || a.sequence - b.sequence))
    .map(({ sequence }) => sequence);
}

function matches(document: Stored, filter: DocumentFilter): boolean {
  const { any_tags, mime_type, not_tags, name, tags } = filter;
  const { max_size = Infinity, min_size = 0 } = filter;
  const { uploaded_after = '', uploaded_before = '~', updated_after = '', updated_before = '~' } = filter;
  const has = (tag: string): boolean => document.tags.includes(tag);
  const type = (document.mime_type.split(';')[0] ?? '').toLowerCase();
  return (
    foldName(document.name).includes(foldName(name)) &&
    tags.every(has) &&
    (any_tags?.some(has) ?? true) &&
    !(not_tags?.some(has) ?? false) &&
    (mime_type === undefined ||
      (mime_type.endsWith('/*') ? type.startsWith(mime_type.slice(0, -1)) : type === mime_type)) &&
    document.size_bytes >= min_size &&
    document.size_bytes <= max_size &&
    document.uploaded_at >= uploaded_after &&
    document.uploaded_at < uploaded_before &&
    document.updated_at >= updated_after &&
    document.updated_at < updated_before
  );
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
