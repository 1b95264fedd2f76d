import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { writeStore } from '../store-writer.js';
import { realWords } from './real-text.js';
import { searchCorpus, type SearchCorpusShape } from './search-corpus.js';

/** A store to search in. */
export interface SearchStore {
  readonly shape: SearchCorpusShape;
  readonly documents: number;
}

const BENCH = resolve(import.meta.dirname, '..');
const SERVER = resolve(import.meta.dirname, '../../../server/dist/src');
const MIGRATIONS = join(SERVER, 'db/migrations');
/** What the documents of a store are made of, and what is written of them: where any of it changes, so does the store. */
const MAKERS = [
  ...['search/search-corpus', 'search/invented-names', 'store-writer', 'corpus', 'random-numbers'].map((name) =>
    join(BENCH, `${name}.js`),
  ),
  ...['characters', 'entry', 'filter-terms', 'folding', 'words'].map((name) =>
    join(SERVER, 'search-index', `${name}.js`),
  ),
  ...['db/full-text', 'features/documents/content-indexing', 'features/documents/index-entries'].map((name) =>
    join(SERVER, `${name}.js`),
  ),
  ...readdirSync(MIGRATIONS)
    .filter((name) => /^\d.*(?<!\.test)\.js$/.test(name))
    .sort()
    .map((name) => join(MIGRATIONS, name)),
];

/**
 * Makes a store and keeps it, or finds one that was made of the same text by the same code.
 * @param cache made where it is not there; a store of a million documents takes 8 GB in it
 * @returns the storage folder
 */
export async function cachedSearchStore(cache: string, store: SearchStore): Promise<string> {
  const folder = join(cache, `${store.shape}-${store.documents}-${fingerprint()}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.draft`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(join(draft, 'store'), { recursive: true });
    await generateSearchStore(join(draft, 'store'), store);
    renameSync(draft, folder);
  }
  return join(folder, 'store');
}

/** From this size on, making a store takes so long that one wants to know how far it is. */
const ANNOUNCED_FROM = 50_000;

/**
 * Fills a storage folder with documents to search in, and prints how far it is. A million take eight minutes and more.
 * @param folder empty
 * @returns the folder
 */
export async function generateSearchStore(folder: string, { shape, documents }: SearchStore): Promise<string> {
  const begin = performance.now();
  let announced = 0;
  await writeStore(folder, searchCorpus(shape, documents), (stored) => {
    if (documents < ANNOUNCED_FROM || (stored < documents && stored - announced < documents / 20)) return;
    announced = stored;
    const seconds = Math.round((performance.now() - begin) / 1000);
    process.stderr.write(`making a store of ${documents} ${shape}: ${stored} after ${seconds} s\n`);
  });
  return folder;
}

function fingerprint(): string {
  const hash = createHash('sha256').update(realWords().join(' '));
  for (const file of MAKERS) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
