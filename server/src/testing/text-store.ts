import { Readable } from 'node:stream';
import { Reading, TextContents } from '../features/text/index.js';
import { Versions, type Condition } from '../features/versions/index.js';
import type { VersionChange } from '../kernel/contract.js';
import { ANONYMOUS, type Principal } from '../kernel/principal.js';
import { TextWorkshop } from '../text/index.js';
import { openStore, type Store, type StoreOptions } from './store.js';

/** A store with all that works on versions and their text. */
export interface TextStore extends Store {
  readonly contents: TextContents;
  readonly versions: Versions;
  readonly reading: Reading;
  /** Makes the content a document's next version; whatever is there is replaced unless a condition says otherwise. */
  change(document_id: string, content: Uint8Array | string, about?: ChangeOptions): Promise<VersionChange>;
  /** Ends the threads and closes the database. */
  close(): Promise<void>;
}

export interface ChangeOptions extends Partial<Condition> {
  readonly principal?: Principal;
  readonly message?: string;
  readonly filename?: string;
}

export interface TextStoreOptions extends StoreOptions {
  readonly maxTextBytes?: number;
}

/** Opens a store in `root`; the caller closes it. */
export async function openTextStore(root: string, options: TextStoreOptions = {}): Promise<TextStore> {
  const { maxTextBytes = 16 * 1024 ** 2 } = options;
  const store = await openStore(root, options);
  const { db, blobs, clock, indexing } = store;
  const workshop = new TextWorkshop({ maxBytes: maxTextBytes, timeoutMs: 10_000 });
  const contents = new TextContents(db, blobs, maxTextBytes);
  const versions = new Versions({ db, blobs, clock, indexing, workshop, contents });
  const reading = new Reading(db, workshop, contents);
  const change = async (
    document_id: string,
    content: Uint8Array | string,
    {
      principal = ANONYMOUS,
      message = '',
      filename = 'notes.md',
      precondition = 'any',
      merge = false,
    }: ChangeOptions = {},
  ): Promise<VersionChange> => {
    const staged = await blobs.stage(Readable.from([Buffer.from(content)]));
    try {
      const upload = { content: staged, filename, declared_type: undefined, message };
      return await versions.create(principal, document_id, upload, { precondition, merge });
    } finally {
      staged.discard();
    }
  };
  const close = async (): Promise<void> => {
    await workshop.close();
    await db.close();
  };
  return { ...store, contents, versions, reading, change, close };
}
