import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobStore } from '../../blobs/index.js';
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { ContentEdit, VersionChange } from '../../kernel/contract.js';
import { isMet, presentState, versionMismatch, type Precondition } from '../../kernel/precondition.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { Merge, TextWorkshop } from '../../text/index.js';
import {
  findContent,
  findVersionOf,
  presentContent,
  presentVersion,
  publishAndRecord,
  recordVersion,
  type ContentIndexing,
  type ContentRow,
  type IndexOutcome,
  type OnRecorded,
  type RecordableContent,
} from '../documents/index.js';
import type { TextContents } from '../text/index.js';
import { SerialQueue } from './serial-queue.js';

/** What a change says about the version that it replaces, and what is to be done when that is not the current one. */
export interface Condition {
  readonly precondition: Precondition;
  /** Try to merge. */
  readonly merge: boolean;
}

/** The next content of a document. */
export interface Proposal {
  readonly content: RecordableContent;
  readonly original_filename: string;
  readonly mime_type: string;
  readonly message: string;
  /** What else becomes durable with the version, also where none was needed. */
  readonly onRecorded?: OnRecorded<VersionChange> | undefined;
}

/** What became of an attempt: a version, or word that the document is in another state than expected. */
type Attempt = { readonly change: VersionChange } | { readonly behind: ContentRow };

/** How often a merge or an edit is made again because others were faster; those who wait in this process queue up. */
const ATTEMPTS = 100;

export interface ChangesOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly indexing: ContentIndexing;
  readonly workshop: TextWorkshop;
  readonly contents: TextContents;
}

/**
 * How a document gets from one version to the next, with several writers. The state that a change replaces is compared in
 * the transaction that records the change, under the database's one write lock, so no two changes replace the same
 * version, on whatever server they were made. What is slow (merging, editing, bringing bytes to the disk) happens before,
 * on a state that was read, and is done again when that is not the current one any more.
 */
export class Changes {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #indexing: ContentIndexing;
  readonly #workshop: TextWorkshop;
  readonly #contents: TextContents;
  readonly #queue = new SerialQueue();

  constructor({ db, blobs, clock, indexing, workshop, contents }: ChangesOptions) {
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#indexing = indexing;
    this.#workshop = workshop;
    this.#contents = contents;
  }

  /**
   * Makes a proposal the document's newest version.
   *
   * @throws Problem `document_not_found`, `version_mismatch`, `merge_conflict`, `content_not_found`
   */
  async propose(
    principal: Principal,
    document_id: string,
    proposal: Proposal,
    condition: Condition,
  ): Promise<VersionChange> {
    const current = await this.#current(principal, document_id);
    // A look beforehand: what is refused anyhow need not be brought to the disk.
    const mayFit = isMet(condition.precondition, current) || isContentOf(current, proposal);
    const attempt = mayFit
      ? await this.#record(principal, document_id, proposal, (state) => isMet(condition.precondition, state))
      : { behind: current };
    if ('change' in attempt) return attempt.change;
    if (!condition.merge) throw versionMismatch(attempt.behind);
    const base = await this.#base(principal, attempt.behind, condition.precondition);
    return await this.#merge(principal, base, proposal);
  }

  /**
   * Applies edits to the version that the precondition names and makes the result the newest version.
   *
   * @throws Problem `document_not_found`, `version_mismatch`, `merge_conflict`, `edit_failed`, `not_text`, `text_too_large`
   */
  async edit(
    principal: Principal,
    document_id: string,
    edits: readonly ContentEdit[],
    message: string,
    { precondition, merge }: Condition,
  ): Promise<VersionChange> {
    if (precondition === 'any') return await this.#editCurrent(principal, document_id, edits, message);
    const current = await this.#current(principal, document_id);
    const base = isMet(precondition, current) ? current : await this.#base(principal, current, precondition);
    return await this.#withEdited(principal, base, edits, message, async (proposal) => {
      const mayFit = sameContentAs(base)(current) || isContentOf(current, proposal);
      const attempt = mayFit
        ? await this.#record(principal, document_id, proposal, sameContentAs(base))
        : { behind: current };
      if ('change' in attempt) return attempt.change;
      if (!merge) throw versionMismatch(attempt.behind);
      return await this.#merge(principal, base, proposal);
    });
  }

  /** Edits whatever is there, again and again until nobody was faster. */
  async #editCurrent(
    principal: Principal,
    document_id: string,
    edits: readonly ContentEdit[],
    message: string,
  ): Promise<VersionChange> {
    return await this.#untilFirst(principal, document_id, (current) =>
      this.#withEdited(principal, current, edits, message, (proposal) =>
        this.#record(principal, document_id, proposal, sameContentAs(current)),
      ),
    );
  }

  /** Brings a proposal that was made from `base` together with what the document is now. */
  async #merge(principal: Principal, base: ContentRow, proposal: Proposal): Promise<VersionChange> {
    const { document_id } = base;
    return await this.#untilFirst(principal, document_id, async (current) => {
      // Others may have gone back to the base meanwhile: then there is nothing to merge, and one parent.
      const isMerge = !sameContentAs(base)(current);
      const content = await this.#blobs.stageBytes(await this.#mergedContent(principal, base, current, proposal));
      try {
        const next = { ...proposal, content };
        const merged_base = isMerge ? base.version : undefined;
        return await this.#record(principal, document_id, next, sameContentAs(current), merged_base);
      } finally {
        content.discard();
      }
    });
  }

  async #mergedContent(
    principal: Principal,
    base: ContentRow,
    current: ContentRow,
    { content }: Proposal,
  ): Promise<Uint8Array> {
    const { tenant_id } = principal;
    const sizes = [base, current, content].map(({ size_bytes }) => size_bytes);
    if (!sizes.every((size) => this.#contents.isReadable(size))) {
      throw versionMismatch(current, 'It cannot be merged: it is too large for that (DOCUMENT_MAX_TEXT_BYTES).');
    }
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const merge: Merge = await this.#contents.run(bytes, async () =>
      this.#workshop.merge({
        base: await this.#contents.load(tenant_id, base),
        current: await this.#contents.load(tenant_id, current),
        yours: await content.read(),
      }),
    );
    if ('merged' in merge) return merge.merged;
    if ('unmergeable' in merge) throw versionMismatch(current, `It cannot be merged: ${merge.unmergeable}`);
    const { conflicts, conflict_count } = merge;
    const { headers, details } = presentState(current);
    const count = conflict_count === 1 ? '1 conflict' : `${conflict_count} conflicts`;
    throw new Problem(
      'merge_conflict',
      `Version ${current.version} and your change have changed the same lines (${count}). Nothing was stored.`,
      { headers, details: { ...details, conflicts, conflict_count } },
    );
  }

  /** Works on the current version, and on the next one when somebody else was faster. */
  async #untilFirst(
    principal: Principal,
    document_id: string,
    work: (current: ContentRow) => Promise<Attempt>,
  ): Promise<VersionChange> {
    return await this.#queue.run(`${principal.tenant_id}/${document_id}`, async () => {
      let current = await this.#current(principal, document_id);
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const result = await work(current);
        if ('change' in result) return result.change;
        // Another process is at it too: not in step with it.
        await sleep(Math.random() * Math.min(attempt, 10));
        current = await this.#current(principal, document_id);
      }
      throw versionMismatch(current, `Others were faster ${ATTEMPTS} times.`);
    });
  }

  async #withEdited<T>(
    { tenant_id }: Principal,
    base: ContentRow,
    edits: readonly ContentEdit[],
    message: string,
    work: (proposal: Proposal) => Promise<T>,
  ): Promise<T> {
    const edited = await this.#contents.run(base.size_bytes, async () =>
      this.#workshop.edit(await this.#contents.load(tenant_id, base), edits),
    );
    const content = await this.#blobs.stageBytes(edited);
    try {
      const { original_filename, mime_type } = base;
      return await work({ content, original_filename, mime_type, message });
    } finally {
      content.discard();
    }
  }

  /**
   * Records the proposal as the next version, if the document is in the expected state. Content that the document has
   * already is never recorded again, whatever was expected: who repeats a change finds it done. A version that was merged
   * says so, and has `merged_base` for its second parent.
   */
  async #record(
    principal: Principal,
    document_id: string,
    { content, onRecorded, ...facts }: Proposal,
    isExpected: (current: ContentRow) => boolean,
    merged_base?: number,
  ): Promise<Attempt> {
    const { tenant_id } = principal;
    const { checksum_sha256, size_bytes } = content;
    const { mime_type, original_filename } = facts;
    const prepare = () =>
      this.#indexing.prepare({ ...content, mime_type, original_filename, read: () => content.read() });
    let recorded: { sequence: number; indexed: IndexOutcome } | undefined;
    const attempt = await publishAndRecord<Attempt>(this.#db, tenant_id, content, prepare, async (tx, prepared) => {
      const current = await presentContent(tx, principal, 'write', document_id);
      if (current.checksum_sha256 === checksum_sha256) {
        const version = await presentVersion(tx, principal, 'write', document_id, current.version);
        const change = { ...version, outcome: 'unchanged' } as const;
        await onRecorded?.(tx, change);
        return { change };
      }
      if (!isExpected(current)) return { behind: current };
      const next = { ...facts, checksum_sha256, size_bytes, merged_base };
      const { version, indexed } = await recordVersion(tx, principal, current, next, prepared, this.#clock.now());
      recorded = { sequence: current.sequence, indexed };
      const change = { ...version, outcome: merged_base === undefined ? 'created' : 'merged' } as const;
      await onRecorded?.(tx, change);
      return { change };
    });
    if (recorded) await this.#indexing.settle(tenant_id, recorded.sequence, recorded.indexed);
    return attempt;
  }

  /** The version that a precondition names, for a document that is past it. */
  async #base({ tenant_id }: Principal, current: ContentRow, precondition: Precondition): Promise<ContentRow> {
    const { document_id } = current;
    const digests = precondition === 'any' ? [] : precondition.map((etag) => etag.slice(1, -1));
    for (const digest of digests) {
      const version = await findVersionOf(this.#db.read, tenant_id, document_id, digest);
      // Retention may remove it between these looks: then it is not known any more.
      const content = version && (await findContent(this.#db.read, tenant_id, document_id, version.version));
      if (content) return content;
    }
    throw versionMismatch(current, 'None of its versions is the one that If-Match names, so nothing can be merged.');
  }

  async #current(principal: Principal, document_id: string): Promise<ContentRow> {
    return await presentContent(this.#db.read, principal, 'write', document_id);
  }
}

/**
 * Whether a document still (or again) has the content that a change was made from. By the content and not by the number:
 * what is replaced is what was read, also when others have changed it and gone back meanwhile.
 */
function sameContentAs({ checksum_sha256 }: ContentRow): (state: ContentRow) => boolean {
  return (state) => state.checksum_sha256 === checksum_sha256;
}

function isContentOf(current: ContentRow, { content }: Proposal): boolean {
  return current.checksum_sha256 === content.checksum_sha256;
}
