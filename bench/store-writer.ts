import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openBlobStore } from '@document-sync/server/dist/src/blobs/index.js';
import { openDatabase } from '@document-sync/server/dist/src/db/index.js';
import {
  ContentIndexing,
  Documents,
  type IndexQueue,
} from '@document-sync/server/dist/src/features/documents/index.js';
import { ANONYMOUS } from '@document-sync/server/dist/src/kernel/principal.js';

/** A document as somebody pushes it. */
export interface StorableDocument {
  readonly name: string;
  /** Its ending says what media type the document has. */
  readonly filename: string;
  readonly tags: readonly string[];
  readonly description: string;
  /** Small enough to be indexed as it is recorded. Documents that share a content share the buffer. */
  readonly content: Buffer;
}

/** Told how many documents are stored. */
export type OnProgress = (stored: number) => void;

/** Pushes under way at once: as many as share a few commits. */
const WAVE = 1024;
/**
 * A store that is made in one go may keep its pages in memory, and bring them to the database file every 200 MB: a server's
 * 4 MB would write most of them over and over, as documents come to lie all over the indexes.
 */
const MAKING = ['PRAGMA cache_size = -1000000', 'PRAGMA wal_autocheckpoint = 50000'];
const FIRST_UPLOAD = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;

/**
 * Fills a storage folder by the server's own pushes, so that every row, index entry and count is what a push writes; only
 * that the contents go to their addresses without being brought to the disk one by one. One document a minute, from the
 * beginning of 2024; the same documents make the same store.
 * @param folder empty
 * @param documents oldest first
 * @throws Error when the content of one is not indexed at once, as a server would have to do it while it is measured
 */
export async function writeStore(
  folder: string,
  documents: Iterable<StorableDocument>,
  onProgress: OnProgress = () => undefined,
): Promise<void> {
  const blobs = await openBlobStore(folder);
  const contents = new ContentFiles(join(folder, ANONYMOUS.tenant_id));
  const db = await openDatabase(join(folder, 'documents.db'));
  for (const pragma of MAKING) await db.write(async ({ knex }) => await knex.raw(pragma));
  let recorded = 0;
  const pushes = new Documents({
    db,
    blobs,
    indexing: new ContentIndexing(blobs, NOBODY_WAITS),
    // Called in the order in which documents are recorded, which is that of their pushes.
    clock: { now: () => new Date(FIRST_UPLOAD + recorded * MINUTE_MS) },
    createId: () => storedDocumentId(recorded++),
  });
  const push = async (document: StorableDocument): Promise<void> => {
    const { name, filename, tags, description, content } = document;
    const { index_status } = await pushes.push(ANONYMOUS, {
      name,
      tags,
      description,
      filename,
      declared_type: undefined,
      content: {
        checksum_sha256: contents.write(content),
        size_bytes: content.length,
        mime_type: '',
        original_filename: filename,
        assertPresent: () => Promise.resolve(),
        read: () => Promise.resolve(content),
      },
    });
    if (index_status === 'pending') throw new Error(`${filename} of ${content.length} bytes would be indexed later`);
  };
  try {
    for (const wave of waves(documents)) {
      await Promise.all(wave.map(push));
      onProgress(recorded);
    }
  } finally {
    await db.close();
  }
}

/** The id of the document that was stored after so many others. */
export function storedDocumentId(index: number): string {
  return `doc_${createHash('sha256').update(String(index)).digest('hex').slice(0, 12)}`;
}

const NOBODY_WAITS: IndexQueue = { settle: () => Promise.resolve(undefined) };

function* waves<T>(values: Iterable<T>): Generator<T[]> {
  let wave: T[] = [];
  for (const value of values) {
    wave.push(value);
    if (wave.length < WAVE) continue;
    yield wave;
    wave = [];
  }
  if (wave.length > 0) yield wave;
}

/** Contents under their addresses, in one tenant's folder: a fortieth of the time that a durable publication takes. */
class ContentFiles {
  readonly #folder: string;
  readonly #digests = new WeakMap<Buffer, string>();

  constructor(folder: string) {
    this.#folder = folder;
    for (let partition = 0; partition < 256; partition += 1)
      mkdirSync(join(folder, partition.toString(16).padStart(2, '0')), { recursive: true });
  }

  /** @returns the content's SHA-256 in hex */
  write(content: Buffer): string {
    const known = this.#digests.get(content);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(content).digest('hex');
    writeFileSync(join(this.#folder, digest.slice(0, 2), digest), content, { mode: 0o600 });
    this.#digests.set(content, digest);
    return digest;
  }
}
