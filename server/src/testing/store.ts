import fs from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { LocalBackend } from '../blobs/backends/local.js';
import { BlobStore } from '../blobs/blob-store.js';
import { ResumableStaging } from '../blobs/resumable-staging.js';
import { StagingArea } from '../blobs/staging.js';
import { openDatabase, type Database } from '../db/index.js';
import { Collector, ContentIndexing, Documents, Retention, Trash, type Push } from '../features/documents/index.js';
import type { Clock } from '../kernel/clock.js';
import type { Document } from '../kernel/contract.js';
import type { RetentionRules } from '../features/documents/retention.js';
import { ANONYMOUS } from '../kernel/principal.js';

/** A clock that a test moves by hand. */
export class HandClock implements Clock {
  #now: number;
  constructor(start = Date.now()) {
    this.#now = start;
  }
  now(): Date {
    return new Date(this.#now);
  }
  advance(ms: number): void {
    this.#now += ms;
  }
}

/** A whole store in one folder, without a server in front of it. */
export interface Store {
  readonly root: string;
  readonly clock: HandClock;
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly indexing: ContentIndexing;
  readonly documents: Documents;
  readonly trash: Trash;
  readonly collector: Collector;
  /** Pushes content; what is not said about it is made up. */
  push(content: Uint8Array | string, about?: Partial<Omit<Push, 'content'>>): Promise<Document>;
}

export interface StoreOptions {
  readonly createId?: () => string;
  /** The grace period of the collector. */
  readonly graceMs?: number;
  /** How long the trash is kept. */
  readonly trashDays?: number;
  /** Which old versions are kept; all of them unless a test says otherwise. */
  readonly retention?: RetentionRules;
  /** The backend of the folder; the local one unless a test wants to stand in its way. */
  readonly backend?: (root: string) => LocalBackend;
}

/** Opens a store in `root`; the caller closes `db`. */
export async function openStore(root: string, options: StoreOptions = {}): Promise<Store> {
  const { createId, graceMs = 0, trashDays = 30, retention = { keepLast: 0, keepDays: 0 } } = options;
  const { backend = (folder) => new LocalBackend(folder) } = options;
  await fs.mkdir(root, { recursive: true });
  const clock = new HandClock();
  const db = await openDatabase(path.join(root, 'documents.db'));
  const staging = await StagingArea.open(path.join(root, '.staging'));
  const blobs = new BlobStore(backend(root), staging, new ResumableStaging(path.join(root, '.uploads')));
  const indexing = new ContentIndexing(blobs, NO_QUEUE);
  const documents = new Documents({ db, blobs, clock, indexing, ...(createId && { createId }) });
  const trash = new Trash({ db, clock, indexing, keepDays: trashDays });
  const rules = new Retention(db, clock, retention);
  const collector = new Collector({ db, blobs, clock, trash, retention: rules, graceMs });
  const push = async (content: Uint8Array | string, about: Partial<Omit<Push, 'content'>> = {}): Promise<Document> => {
    const staged = await blobs.stage(Readable.from([Buffer.from(content)]));
    try {
      return await documents.push(ANONYMOUS, { ...BARE, ...about, content: staged });
    } finally {
      // Whatever the outcome, as the edge does.
      staged.discard();
    }
  };
  return { root, clock, db, blobs, indexing, documents, trash, collector, push };
}

/** What is too large or too slow to be indexed with the push stays as it is. */
const NO_QUEUE = { settle: () => Promise.resolve(undefined) };

/** The least that a push says about its content. */
export const BARE: Omit<Push, 'content'> = {
  filename: 'notes.md',
  declared_type: undefined,
  name: undefined,
  tags: [],
  description: '',
};
