import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { openBlobStore, type BlobStore } from '@document-sync/server/dist/src/blobs/index.js';
import { openDatabase } from '@document-sync/server/dist/src/db/index.js';
import {
  insertDocument,
  type DocumentEntry,
} from '@document-sync/server/dist/src/features/documents/documents.store.js';
import { insertVersion } from '@document-sync/server/dist/src/features/documents/versions.store.js';
import { append } from '@document-sync/server/dist/src/journal/index.js';
import type { Version } from '@document-sync/server/dist/src/kernel/contract.js';
import { ANONYMOUS } from '@document-sync/server/dist/src/kernel/principal.js';

import { corpus, type CorpusDocument } from './corpus.js';

const BATCH = 1000;
/** Documents share this many contents: a hundred thousand files would cost minutes and no query looks at them. */
const CONTENTS = 200;

type StoredContent = Pick<Version, 'checksum_sha256' | 'size_bytes'>;

/**
 * Fills a storage folder the way the server does, by its own code: blobs published, rows and events in transactions;
 * only that a thousand documents share one. The same count makes the same documents.
 * @param folder empty
 * @param count how many documents
 * @returns the folder
 */
export async function generateStore(folder: string, count: number): Promise<string> {
  const contents = await storeContents(await openBlobStore(folder));
  const db = await openDatabase(join(folder, 'documents.db'));
  const documents = corpus(count);
  for (let done = 0; done < count; done += BATCH) {
    await db.write(async (tx) => {
      for (let index = done; index < Math.min(done + BATCH, count); index += 1) {
        const next = documents.next();
        const content = contents[index % contents.length];
        if (next.done === true || content === undefined) throw new Error('the corpus ended early');
        const document_id = `doc_${createHash('sha256').update(String(index)).digest('hex').slice(0, 12)}`;
        const { uploadedAt } = next.value;
        const sequence = await append(tx, ANONYMOUS, { type: 'document.created', document_id, version: 1 }, uploadedAt);
        const { entry, facts } = rowsOf(next.value, document_id, sequence);
        await insertDocument(tx, ANONYMOUS.tenant_id, entry);
        await insertVersion(tx, ANONYMOUS.tenant_id, { ...facts, ...content });
      }
    });
  }
  await db.close();
  return folder;
}

/** A document's row, and its first version but for the content. */
function rowsOf(
  { name, filename, tags, description, uploadedAt }: CorpusDocument,
  document_id: string,
  sequence: number,
): { readonly entry: DocumentEntry; readonly facts: Omit<Version, keyof StoredContent> } {
  const time = uploadedAt.toISOString();
  return {
    entry: {
      document_id,
      sequence,
      name,
      tags,
      description,
      current_version: 1,
      revision: 1,
      uploaded_at: time,
      updated_at: time,
    },
    facts: {
      document_id,
      version: 1,
      parents: [],
      original_filename: filename,
      mime_type: 'application/octet-stream',
      created_at: time,
      created_by: ANONYMOUS.principal_id,
      message: '',
    },
  };
}

async function storeContents(blobs: BlobStore): Promise<StoredContent[]> {
  const contents: StoredContent[] = [];
  for (let index = 0; index < CONTENTS; index += 1) {
    const staged = await blobs.stage(Readable.from([Buffer.from(`The content of document ${index}.\n`.repeat(20))]));
    await staged.publish(ANONYMOUS.tenant_id);
    contents.push({ checksum_sha256: staged.checksum_sha256, size_bytes: staged.size_bytes });
    staged.discard();
  }
  return contents;
}
