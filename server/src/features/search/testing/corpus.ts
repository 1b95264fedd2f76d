import { indexStatements, indexTables, type Database } from '../../../db/index.js';
import type { Push } from '../../documents/index.js';
import { filterTerms, indexText, termsOf } from '../../../search-index/index.js';
import { DEFAULT_TENANT } from '../../../kernel/principal.js';
import type { Store } from '../../../testing/store.js';
import { findDocuments, type Finding, type FindRequest } from '../finding.js';

/** What a test says of a document; its name is what it is told by. */
export interface Sample extends Partial<Pick<Push, 'tags' | 'description' | 'filename' | 'declared_type'>> {
  readonly name: string;
  readonly text?: string;
}

/** Pushes documents one after the other, so that the last is the newest. */
export async function pushSamples(store: Store, samples: readonly Sample[]): Promise<void> {
  for (const { text = '', ...about } of samples) await store.push(text, about);
}

export const NO_FILTER: FindRequest['filter'] = { name: '', tags: [] };

/** Finds documents of the default tenant. */
export function find(store: Store, q: string, more: Partial<FindRequest> = {}): Promise<Finding> {
  return findDocuments(store.db.read, DEFAULT_TENANT, { q, filter: NO_FILTER, limit: 1000, ...more });
}

/** The names of what is found, in order. */
export async function findNames(store: Store, q: string, more: Partial<FindRequest> = {}): Promise<string[]> {
  return await namesOf(store, await find(store, q, more));
}

export async function namesOf({ db }: Store, { hits }: Pick<Finding, 'hits'>): Promise<string[]> {
  const rows = await db.read.knex<{ sequence: number; name: string }>('documents').select('sequence', 'name');
  const names = new Map(rows.map(({ name, sequence }) => [sequence, name]));
  return hits.map(({ sequence }) => names.get(sequence) ?? `no document ${sequence}`);
}

/** The sequence of the default tenant's first document, and so on. */
export const FIRST_SEQUENCE = 2 ** 32 + 1;

/**
 * Puts entries into the index that have no documents: as many as it would take minutes to push.
 *
 * @param entry what the one of a number says
 * @param first the sequence of number 0
 */
export async function putEntries(
  db: Database,
  count: number,
  entry: (number: number) => { readonly name: string; readonly text: string; readonly tags?: readonly string[] },
  first = FIRST_SEQUENCE,
): Promise<void> {
  const statements = indexStatements(indexTables(1));
  await db.write(async (tx) => {
    await tx
      .knex('tenants')
      .where({ tenant_id: DEFAULT_TENANT })
      .update({ last_sequence: first + count });
    for (let number = 0; number < count; number += 1) {
      const { name, tags = [], text } = entry(number);
      const { body, compounds, headings } = indexText(text, '');
      await tx.run(statements.insert, {
        sequence: first + number,
        name: termsOf(name),
        tags: termsOf(tags.join('\n')),
        description: '',
        filters: filterTerms(tags, 'text/plain'),
        body,
        compounds,
        headings,
      });
    }
  });
}
