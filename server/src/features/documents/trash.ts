/** The use cases of deletion: into the trash, back out of it, and gone for good. */
import type { Database, Session } from '../../db/index.js';
import { append } from '../../journal/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { DeletedDocument, Document } from '../../kernel/contract.js';
import { assertMet, type Precondition } from '../../kernel/precondition.js';
import { serverPrincipal, type Principal } from '../../kernel/principal.js';
import { allowedGroups } from '../../kernel/rights.js';
import type { ContentIndexing, PreparedText } from './content-indexing.js';
import * as documents from './documents.store.js';
import { deleteIndexEntry, indexCurrent } from './index-entries.js';
import { forgetMemberships, indexMemberships } from './memberships.store.js';
import { assertMay, may } from './permission.js';
import { presentDocument } from './present.js';
import type { RecordedDocument } from './record-document.js';
import { forgetLinks } from './shared-links.store.js';
import * as store from './trash.store.js';
import { deleteVersions, findVersion, listTenants } from './versions.store.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Documents that one transaction of the collector purges. */
const PURGE_STEP = 50;

export interface DeletedPage {
  readonly documents: DeletedDocument[];
  /** Where the next page starts; undefined on the last. */
  readonly next: number | undefined;
}

/** Who a purge by the collector is noted for. */
const COLLECTOR = 'collector';

export interface TrashOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly indexing: ContentIndexing;
  /** How long a deleted document can be restored. */
  readonly keepDays: number;
}

export class Trash {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #indexing: ContentIndexing;
  readonly #keepMs: number;

  constructor({ db, clock, indexing, keepDays }: TrashOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#indexing = indexing;
    this.#keepMs = keepDays * DAY_MS;
  }

  /**
   * Moves a document to the trash.
   *
   * @throws Problem `document_not_found` (also when it is there already), `version_mismatch`
   */
  delete(principal: Principal, document_id: string, precondition?: Precondition): Promise<void> {
    return this.#db.write((tx) => this.deleteWithin(tx, principal, document_id, precondition));
  }

  /** The same within a transaction. What it refuses it refuses before it has changed anything; so do the other two. */
  async deleteWithin(
    tx: Session,
    principal: Principal,
    document_id: string,
    precondition?: Precondition,
  ): Promise<void> {
    const { tenant_id, principal_id } = principal;
    const row = await presentDocument(tx, principal, 'delete', document_id);
    assertMet(precondition, row);
    const now = this.#clock.now();
    const { sequence, name, tags, description, version, revision, uploaded_at } = row;
    const event = { type: 'document.deleted', document_id, version, data: { name } } as const;
    const deletion_sequence = await append(tx, principal, event, now);
    await documents.deleteDocumentRow(tx, tenant_id, row);
    await deleteIndexEntry(tx, tenant_id, row.sequence);
    await store.insertTrash(tx, tenant_id, {
      document_id,
      sequence,
      name,
      tags,
      description,
      current_version: version,
      revision,
      uploaded_at,
      deletion_sequence,
      deleted_at: now.toISOString(),
      deleted_by: principal_id,
    });
  }

  /**
   * Brings a document back as it was. One that is not in the trash is left as it is, so that this can be repeated.
   *
   * @throws Problem `document_not_found`
   */
  async restore(principal: Principal, document_id: string): Promise<Document> {
    const { tenant_id } = principal;
    const prepared = await this.prepareRestore(principal, document_id);
    const { document, sequence } = await this.#db.write((tx) =>
      this.restoreWithin(tx, principal, document_id, prepared),
    );
    return await this.#indexing.settle(tenant_id, sequence, document);
  }

  /** Reads what the index will need of a document in the trash; undefined when none is there that may be restored. */
  async prepareRestore(principal: Principal, document_id: string): Promise<PreparedText | undefined> {
    const { tenant_id } = principal;
    if (!(await may(this.#db.read, principal, 'write', document_id))) return undefined;
    const trashed = await store.findTrash(this.#db.read, tenant_id, document_id);
    if (!trashed) return undefined;
    const version = await findVersion(this.#db.read, tenant_id, document_id, trashed.current_version);
    return version && (await this.#indexing.prepareKnown(tenant_id, version));
  }

  /** The same within a transaction. What has to wait for the index afterwards is to be settled by whoever commits. */
  async restoreWithin(
    tx: Session,
    principal: Principal,
    document_id: string,
    prepared?: PreparedText,
  ): Promise<RecordedDocument> {
    const { tenant_id } = principal;
    const trashed = await store.findTrash(tx, tenant_id, document_id);
    if (trashed) {
      await assertMay(tx, principal, 'write', document_id);
      await this.#bringBack(tx, principal, trashed);
      await indexCurrent(tx, tenant_id, document_id, prepared);
    }
    const row = await presentDocument(tx, principal, 'write', document_id);
    return { document: documents.toDocument(row), sequence: row.sequence };
  }

  /**
   * Removes a document for good, with all its versions, in the trash or not. Its content stays until the collector finds
   * that nobody needs it.
   *
   * @throws Problem `document_not_found`, `version_mismatch`
   */
  purge(principal: Principal, document_id: string, precondition?: Precondition): Promise<void> {
    return this.#db.write((tx) => this.purgeWithin(tx, principal, document_id, precondition));
  }

  /** The same within a transaction. */
  async purgeWithin(
    tx: Session,
    principal: Principal,
    document_id: string,
    precondition?: Precondition,
  ): Promise<void> {
    const { tenant_id } = principal;
    await assertMay(tx, principal, 'delete', document_id);
    const trashed = await store.findTrash(tx, tenant_id, document_id);
    if (trashed && (precondition === undefined || precondition === 'any')) {
      await this.#purgeTrashed(tx, principal, trashed);
      return;
    }
    const row = await presentDocument(tx, principal, 'delete', document_id);
    assertMet(precondition, row);
    await documents.deleteDocumentRow(tx, tenant_id, row);
    await deleteIndexEntry(tx, tenant_id, row.sequence);
    await this.#forget(tx, principal, row);
  }

  /** One page of the trash, the last deleted first. */
  async list(principal: Principal, limit: number, below = Number.MAX_SAFE_INTEGER): Promise<DeletedPage> {
    const groups = allowedGroups(principal.rights, 'read');
    const rows = await store.listTrash(this.#db.read, principal.tenant_id, groups, below, limit + 1);
    const page = rows.slice(0, limit);
    return {
      documents: page.map((row) => this.#describe(row)),
      next: rows.length > limit ? page.at(-1)?.deletion_sequence : undefined,
    };
  }

  /** Purges what has been in the trash for its time. Returns how many documents; stops early when `signal` is aborted. */
  async purgeExpired(signal?: AbortSignal): Promise<number> {
    let purged = 0;
    for (const tenant_id of await listTenants(this.#db.read)) {
      const before = new Date(this.#clock.now().getTime() - this.#keepMs);
      for (let step = PURGE_STEP; step === PURGE_STEP && signal?.aborted !== true; purged += step) {
        step = await this.#db.write(async (tx) => {
          const expired = await store.listTrashBefore(tx, tenant_id, before, PURGE_STEP);
          for (const row of expired) await this.#purgeTrashed(tx, serverPrincipal(tenant_id, COLLECTOR), row);
          return expired.length;
        });
      }
    }
    return purged;
  }

  async #bringBack(tx: Session, principal: Principal, trashed: store.TrashRow): Promise<void> {
    const { tenant_id } = principal;
    const { document_id, sequence, name, description, current_version, uploaded_at } = trashed;
    const now = this.#clock.now();
    await store.deleteTrash(tx, tenant_id, document_id);
    await documents.insertDocument(tx, tenant_id, {
      document_id,
      sequence,
      name,
      tags: JSON.parse(trashed.tags) as string[],
      description,
      current_version,
      revision: trashed.revision + 1,
      uploaded_at,
      updated_at: now.toISOString(),
      index_status: 'pending',
      index_reason: '',
    });
    await indexMemberships(tx, tenant_id, { document_id, sequence });
    await append(tx, principal, { type: 'document.restored', document_id, version: current_version }, now);
  }

  async #purgeTrashed(tx: Session, principal: Principal, trashed: store.TrashRow): Promise<void> {
    const { document_id, current_version: version, name } = trashed;
    await store.deleteTrash(tx, principal.tenant_id, document_id);
    await this.#forget(tx, principal, { document_id, version, name });
  }

  async #forget(
    tx: Session,
    principal: Principal,
    { document_id, version, name }: Pick<Document, 'document_id' | 'version' | 'name'>,
  ): Promise<void> {
    await deleteVersions(tx, principal.tenant_id, document_id);
    await forgetMemberships(tx, principal.tenant_id, document_id);
    await forgetLinks(tx, principal.tenant_id, document_id);
    const event = { type: 'document.purged', document_id, version, data: { name } } as const;
    await append(tx, principal, event, this.#clock.now());
  }

  #describe(row: store.TrashRow): DeletedDocument {
    const { document_id, name, description, uploaded_at, deleted_at, deleted_by } = row;
    return {
      document_id,
      name,
      tags: JSON.parse(row.tags) as string[],
      description,
      version: row.current_version,
      uploaded_at,
      deleted_at,
      deleted_by,
      purge_at: new Date(Date.parse(deleted_at) + this.#keepMs).toISOString(),
    };
  }
}
