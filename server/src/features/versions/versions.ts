/** The use cases of versions. */
import type { BlobStore } from '../../blobs/index.js';
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { StagedContent } from '../../kernel/content.js';
import type { ContentEdit, Version, VersionChange } from '../../kernel/contract.js';
import { assertMet, type Precondition } from '../../kernel/precondition.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { TextWorkshop } from '../../text/index.js';
import {
  assertMayReadAndWrite,
  findKnownContent,
  listVersions,
  mediaTypeOf,
  presentContent,
  presentVersion,
  recordVersion,
  type ContentIndexing,
  type ContentRow,
  type IndexOutcome,
  type OnRecorded,
} from '../documents/index.js';
import type { TextContents } from '../text/index.js';
import { Changes, type ChangesOptions, type Condition } from './changes.js';

/** A document's next content as it was sent. */
export interface VersionUpload {
  readonly content: StagedContent;
  readonly filename: string;
  readonly declared_type: string | undefined;
  readonly message: string;
  /** What else becomes durable with the version. */
  readonly onRecorded?: OnRecorded<VersionChange>;
}

/** A document's next content that the tenant has already; what is not said is as the document or the content has it. */
export interface KnownVersion {
  readonly checksum_sha256: string;
  readonly original_filename: string | undefined;
  readonly mime_type: string | undefined;
  readonly message: string;
}

export interface VersionPage {
  readonly versions: Version[];
  /** Where the next page starts; undefined on the last. */
  readonly next: number | undefined;
}

/** Which versions to compare, and how. */
export interface Comparison {
  /** Undefined: the one before `to`. */
  readonly from: number | undefined;
  /** Undefined: the current one. */
  readonly to: number | undefined;
  /** Unchanged lines around each change. */
  readonly context: number;
}

/** What became of a rollback, and of the content in the index if there is another one now. */
interface Rollback {
  readonly change: VersionChange;
  readonly indexed?: IndexOutcome & { readonly sequence: number };
}

export class Versions {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #indexing: ContentIndexing;
  readonly #workshop: TextWorkshop;
  readonly #contents: TextContents;
  readonly #changes: Changes;

  constructor(options: ChangesOptions) {
    this.#db = options.db;
    this.#blobs = options.blobs;
    this.#clock = options.clock;
    this.#indexing = options.indexing;
    this.#workshop = options.workshop;
    this.#contents = options.contents;
    this.#changes = new Changes(options);
  }

  /**
   * Makes received content the document's newest version.
   *
   * @throws Problem `document_not_found`, `version_mismatch`, `merge_conflict`
   */
  async create(
    principal: Principal,
    document_id: string,
    { content, filename, declared_type, message, onRecorded }: VersionUpload,
    condition: Condition,
  ): Promise<VersionChange> {
    if (condition.merge) await this.#assertMergeable(principal, document_id);
    const mime_type = mediaTypeOf(filename, declared_type);
    const proposal = { content, original_filename: filename, mime_type, message, onRecorded };
    return await this.#changes.propose(principal, document_id, proposal, condition);
  }

  /**
   * The same with content that the tenant has already.
   *
   * @throws Problem as `create`, and `content_not_found`
   */
  async createKnown(
    principal: Principal,
    document_id: string,
    { checksum_sha256, message, ...said }: KnownVersion,
    condition: Condition,
  ): Promise<VersionChange> {
    const current = await presentContent(this.#db.read, principal, 'write', document_id);
    if (condition.merge) await this.#assertMergeable(principal, document_id);
    const content = await findKnownContent(this.#db.read, this.#blobs, principal, checksum_sha256);
    const { original_filename = current.original_filename } = said;
    const mime_type = mediaTypeOf(original_filename, said.mime_type ?? content.mime_type);
    return await this.#changes.propose(
      principal,
      document_id,
      { content, original_filename, mime_type, message },
      condition,
    );
  }

  /**
   * Makes an edited text the document's newest version.
   *
   * @throws Problem as `create`, and `edit_failed`, `not_text`, `text_too_large`
   */
  async edit(
    principal: Principal,
    document_id: string,
    edits: readonly ContentEdit[],
    message: string,
    condition: Condition,
  ): Promise<VersionChange> {
    const why = 'An edit that does not fit is answered with what is there; send the file as the next version.';
    await assertMayReadAndWrite(this.#db.read, principal, document_id, why);
    return await this.#changes.edit(principal, document_id, edits, message, condition);
  }

  /**
   * Makes an old version's content the newest version. Content that the document has already is left as it is, whatever
   * the precondition names: who repeats a change finds it done. The bytes are there, since the old version needs them.
   *
   * @throws Problem `document_not_found`, `version_not_found`, `version_removed`, `version_mismatch`
   */
  async rollback(
    principal: Principal,
    document_id: string,
    { version, message = `Rollback to version ${version}` }: { version: number; message?: string | undefined },
    precondition: Precondition,
  ): Promise<VersionChange> {
    const { tenant_id } = principal;
    const prepared = await this.#indexing.prepareStored(this.#db.read, principal, document_id, version);
    const { change, indexed } = await this.#db.write<Rollback>(async (tx) => {
      const current = await presentContent(tx, principal, 'write', document_id);
      const old = await presentVersion(tx, principal, 'write', document_id, version);
      if (old.checksum_sha256 === current.checksum_sha256) {
        const present = await presentVersion(tx, principal, 'write', document_id, current.version);
        return { change: { ...present, outcome: 'unchanged' } };
      }
      assertMet(precondition, current);
      const { original_filename, size_bytes, mime_type, checksum_sha256 } = old;
      const next = { original_filename, size_bytes, mime_type, checksum_sha256, message };
      const recorded = await recordVersion(tx, principal, current, next, prepared, this.#clock.now());
      const { sequence } = current;
      return { change: { ...recorded.version, outcome: 'created' }, indexed: { ...recorded.indexed, sequence } };
    });
    if (indexed) await this.#indexing.settle(tenant_id, indexed.sequence, indexed);
    return change;
  }

  /** One page of a document's versions, the newest first. */
  async list(
    principal: Principal,
    document_id: string,
    limit: number,
    below = Number.MAX_SAFE_INTEGER,
  ): Promise<VersionPage> {
    await presentContent(this.#db.read, principal, 'read', document_id);
    const found = await listVersions(this.#db.read, principal.tenant_id, document_id, below, limit + 1);
    const versions = found.slice(0, limit);
    return { versions, next: found.length > limit ? versions.at(-1)?.version : undefined };
  }

  /**
   * A unified diff of two versions, in UTF-8.
   *
   * @throws Problem `document_not_found`, `version_not_found`, `version_removed`, `not_text`, `text_too_large`
   */
  async patch(principal: Principal, document_id: string, comparison: Comparison): Promise<Uint8Array> {
    const [from, to] = await this.#compared(principal, document_id, comparison);
    return await this.#diff(principal, from, to, comparison.context, 'patch');
  }

  /** The same as the JSON text of the contract's `VersionDiff`. */
  async hunks(principal: Principal, document_id: string, comparison: Comparison): Promise<Uint8Array> {
    const [from, to] = await this.#compared(principal, document_id, comparison);
    const hunks = await this.#diff(principal, from, to, comparison.context, 'hunks');
    const head = JSON.stringify({ document_id, from: from.version, to: to.version }).slice(0, -1);
    return Buffer.concat([Buffer.from(`${head},"hunks":`), hunks, Buffer.from('}')]);
  }

  async #assertMergeable(principal: Principal, document_id: string): Promise<void> {
    const why = 'Lines that conflict would be shown to it, so nothing is merged; do without on_conflict.';
    await assertMayReadAndWrite(this.#db.read, principal, document_id, why);
  }

  async #compared(
    principal: Principal,
    document_id: string,
    { from, to }: Comparison,
  ): Promise<[ContentRow, ContentRow]> {
    const late = await presentContent(this.#db.read, principal, 'read', document_id, to);
    const early = from ?? (await this.#before(principal.tenant_id, late));
    return [await presentContent(this.#db.read, principal, 'read', document_id, early), late];
  }

  /** The number of the version before one, of those that are there. */
  async #before(tenant_id: string, { document_id, version }: ContentRow): Promise<number> {
    const [before] = await listVersions(this.#db.read, tenant_id, document_id, version, 1);
    if (before) return before.version;
    throw new Problem(
      'version_not_found',
      `${document_id} has no version before version ${version} to compare it with.`,
    );
  }

  async #diff(
    { tenant_id }: Principal,
    from: ContentRow,
    to: ContentRow,
    context: number,
    form: 'patch' | 'hunks',
  ): Promise<Uint8Array> {
    return await this.#contents.run(from.size_bytes + to.size_bytes, async () => {
      const side = async (content: ContentRow) => ({
        content: await this.#contents.load(tenant_id, content),
        filename: content.original_filename,
        version: content.version,
      });
      return await this.#workshop.diff({ from: await side(from), to: await side(to), context, form });
    });
  }
}
