import type { BlobStore } from '../../blobs/index.js';
import type { Database, Session } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { StagedContent } from '../../kernel/content.js';
import type { Document, VersionChange } from '../../kernel/contract.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { Documents } from '../documents/index.js';
import type { Versions } from '../versions/index.js';
import { uploadLocked } from './upload-locks.js';
import * as store from './uploads.store.js';
import type { Outcome, UploadKey, UploadRecord } from './uploads.store.js';

export interface FulfilmentOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly documents: Documents;
  readonly versions: Versions;
}

/** Makes of an upload what it was begun for, by the use cases of any other push. */
export class Fulfilment {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #documents: Documents;
  readonly #versions: Versions;

  constructor({ db, blobs, clock, documents, versions }: FulfilmentOptions) {
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#documents = documents;
    this.#versions = versions;
  }

  /**
   * Hashes what lies on the disk, compares it with what was promised, and pushes it. That the upload is complete is
   * recorded in the transaction of the push, so that one upload never becomes two documents, wherever a server is killed.
   *
   * @throws Problem `checksum_mismatch`, after which the upload is gone, and whatever a push may be refused with
   */
  async fulfil(principal: Principal, upload: UploadRecord): Promise<Outcome> {
    const content = await this.#blobs.stageResumable(upload);
    if (content.size_bytes !== upload.size_bytes) {
      throw new Error(`upload ${upload.upload_id} has ${content.size_bytes} bytes, not ${upload.size_bytes}`);
    }
    const { checksum_sha256: promised } = upload.plan;
    if (promised !== undefined && promised !== content.checksum_sha256) {
      await this.#db.write((tx) => store.deleteUpload(tx, upload));
      this.#blobs.resumable.remove(upload);
      throw new Problem(
        'checksum_mismatch',
        `The SHA-256 of what arrived is ${content.checksum_sha256}, not ${promised}. The upload was removed; begin again.`,
      );
    }
    return await this.#push(principal, upload, content);
  }

  /**
   * An outcome as it was recorded, but for what is said of the index: a document that waited for it then may be indexed by
   * now.
   */
  async asIndexedNow(principal: Principal, outcome: Outcome): Promise<Outcome> {
    if (!('document' in outcome) || outcome.document.index_status !== 'pending') return outcome;
    const { document } = outcome;
    const [now] = await this.#documents.among(principal, [document.document_id]);
    if (now?.checksum_sha256 !== document.checksum_sha256) return outcome;
    const { index_reason, index_status } = now;
    return { document: { ...document, index_status, ...(index_reason !== undefined && { index_reason }) } };
  }

  async #push(principal: Principal, upload: UploadRecord, content: StagedContent): Promise<Outcome> {
    const { filename, filetype: declared_type, target } = upload.plan;
    const file = { content, filename, declared_type };
    if ('document_id' in target) {
      const { document_id, message, precondition, merge } = target;
      const onRecorded = (tx: Session, change: VersionChange) => this.#close(tx, upload, { change });
      const proposal = { ...file, message, onRecorded };
      return { change: await this.#versions.create(principal, document_id, proposal, { precondition, merge }) };
    }
    const { name, tags, description, collection_id } = target;
    const onRecorded = (tx: Session, document: Document) => this.#close(tx, upload, { document });
    return {
      document: await this.#documents.push(principal, { ...file, name, tags, description, collection_id, onRecorded }),
    };
  }

  async #close(tx: Session, key: UploadKey, outcome: Outcome): Promise<void> {
    // The lock sees to it; should a file system not keep locks, the push is taken back.
    if ((await store.findUpload(tx, key))?.state.is !== 'open') throw uploadLocked();
    await store.completeUpload(tx, key, outcome, this.#clock.now().toISOString());
  }
}
