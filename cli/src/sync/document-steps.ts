import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { DocumentClient, VersionChange } from '@document-sync/sdk';
import { ChangedMeanwhileError } from './conflict-error.js';
import { pathBeside } from './document-path.js';
import { type DocumentSet, membershipIn } from './document-set.js';
import type { FolderFiles } from './folder-files.js';
import { digestOfFile, isSameStat, type Scan, statOf } from './local-files.js';
import type { LockBook } from './lock-book.js';
import type { Action, DeleteLocal, DeleteRemote, Merge, Pull, PushVersion, RenameRemote } from './plan-types.js';
import type { PushJournal } from './push-journal.js';
import { isAmong } from './remote-state.js';
import type { WorkFolder } from './work-folder.js';

/** What became of a step, beyond what the plan said. */
export interface Outcome {
  /** The document, where the plan did not know it. */
  document_id?: string;
  /** The version that both sides have now. */
  version?: number;
  /** Whether a merge has brought both sides together. */
  merged?: boolean;
  /** Where the server's content was put, because it could not be merged. */
  conflict_path?: string;
}

/** What the steps are taken with. */
export interface StepSite {
  client: DocumentClient;
  documents: DocumentSet;
  work: WorkFolder;
  book: LockBook;
  journal: PushJournal;
  scan: Scan;
  signal: AbortSignal;
}

/** Why the server does not merge; then both sides are kept. */
const NOT_MERGED = new Set([
  'merge_conflict',
  'version_mismatch',
  'version_removed',
  'version_not_found',
  'not_text',
  'text_too_large',
]);

/** What the server says to a step about a document that is not what the plan saw any more. */
const OUTRUN = new Set(['version_mismatch', 'document_not_found']);

/** Takes the steps of a plan that are about one document each. */
export class DocumentSteps {
  readonly #site: StepSite;
  readonly #files: FolderFiles;

  constructor(site: StepSite, files: FolderFiles) {
    this.#site = site;
    this.#files = files;
  }

  /** @throws ChangedMeanwhileError when either side is not what the plan saw; what SDK and file system throw */
  async take(action: Action): Promise<Outcome> {
    const { book } = this.#site;
    switch (action.do) {
      case 'adopt': {
        const { document_id, version, sha256 } = action;
        await book.record(action.path, { document_id, version, sha256 });
        return { version };
      }
      case 'forget':
        await book.forget(action.path, action.document_id);
        return {};
      case 'rename_remote':
        return await this.#renameRemote(action);
      case 'pull':
        return await this.#pull(action);
      case 'push_version':
        return await this.#pushVersion(action);
      case 'merge':
        return await this.#merge(action);
      case 'delete_local':
        return await this.#deleteLocal(action);
      case 'delete_remote':
        return await this.#deleteRemote(action);
      case 'move_local':
      case 'push_new':
        throw new TypeError(`${action.do} is not about a document that is known.`);
    }
  }

  async #renameRemote({ document_id, path: name, revision }: RenameRemote): Promise<Outcome> {
    const { client, signal } = this.#site;
    await orChangedMeanwhile(document_id, client.update(document_id, { name }, { ifMatch: `"${revision}"`, signal }));
    return {};
  }

  async #pull({ document_id, path: name, version, sha256, replaces }: Pull): Promise<Outcome> {
    if (replaces !== undefined) await this.#files.expect(name, replaces);
    const entry = { document_id, version, sha256 };
    await this.#site.book.pulling(name, entry, () => this.#fetch(document_id, version, sha256, name, replaces));
    return { version };
  }

  async #fetch(
    documentId: string,
    version: number,
    sha256: string,
    name: string,
    replaces: string | undefined,
  ): Promise<void> {
    const { client, work, signal } = this.#site;
    const staged = work.staging();
    const options = { version, path: staged, checksumSha256: sha256, signal };
    await orChangedMeanwhile(documentId, client.downloadToFile(documentId, options));
    await this.#files.place(staged, name, replaces);
  }

  async #pushVersion({ document_id, path: name, sha256, replaces }: PushVersion): Promise<Outcome> {
    await this.#expectAsPlanned(name, sha256);
    return await this.#sendVersion(document_id, name, sha256, replaces);
  }

  /** Records what the server has got: when the file has changed on the way, the next run sees the difference. */
  async #sendVersion(document_id: string, name: string, ours: string, replaces: string): Promise<Outcome> {
    const { book } = this.#site;
    const send = (): Promise<VersionChange> => this.#createVersion(document_id, name, replaces, 'fail');
    const change = await orChangedMeanwhile(document_id, book.pushing(document_id, ours, send));
    const { version, checksum_sha256: sha256 } = change;
    await book.record(name, { document_id, version, sha256 });
    return { version };
  }

  async #createVersion(
    documentId: string,
    name: string,
    replaces: string,
    onConflict: 'fail' | 'merge',
  ): Promise<VersionChange> {
    const { client, signal } = this.#site;
    const { contentEtag } = await import('@document-sync/sdk');
    const ifMatch = contentEtag({ checksum_sha256: replaces });
    return await client.createVersion(documentId, this.#files.absolute(name), {
      filename: path.posix.basename(name),
      ifMatch,
      onConflict,
      signal,
    });
  }

  async #merge(action: Merge): Promise<Outcome> {
    const { document_id, path: name, base, sha256: ours } = action;
    await this.#expectAsPlanned(name, ours);
    const change =
      base === undefined
        ? undefined
        : await orChangedMeanwhile(document_id, this.#mergedThere(document_id, name, base));
    if (change === undefined) return await this.#keepBoth(action);
    const { version, checksum_sha256: sha256 } = change;
    const entry = { document_id, version, sha256 };
    await this.#site.book.pulling(name, entry, async () => {
      if (sha256 !== ours) await this.#fetch(document_id, version, sha256, name, ours);
    });
    return { version, merged: true };
  }

  /** Undefined for what the server cannot merge. */
  async #mergedThere(documentId: string, name: string, base: string): Promise<VersionChange | undefined> {
    const { ProblemError } = await import('@document-sync/sdk');
    try {
      return await this.#createVersion(documentId, name, base, 'merge');
    } catch (error) {
      if (error instanceof ProblemError && NOT_MERGED.has(error.code)) return undefined;
      throw error;
    }
  }

  /**
   * The server's content gets a file of its own, and a document of its own; ours becomes the next version, now that what it
   * replaces lies beside it. Interrupted in between, the next run goes on from there.
   */
  async #keepBoth(action: Merge): Promise<Outcome> {
    const { document_id, path: name, sha256: ours, remote_version: version, remote_sha256: sha256 } = action;
    const { book } = this.#site;
    const copy = await this.#copyOf(action);
    await book.record(name, { document_id, version, sha256 });
    const outcome = await this.#sendVersion(document_id, name, ours, sha256);
    const { client, documents, journal, signal } = this.#site;
    const source = this.#files.absolute(copy);
    await journal.begin([{ path: copy, sha256 }]);
    const document = await client.upload(source, { name: copy, ...membershipIn(documents), signal });
    const { document_id: id, version: first, checksum_sha256 } = document;
    await book.record(copy, { document_id: id, version: first, sha256: checksum_sha256 });
    journal.settled(copy);
    return { ...outcome, conflict_path: copy };
  }

  async #copyOf({ document_id, path: name, remote_version: version, remote_sha256: sha256 }: Merge): Promise<string> {
    const { scan } = this.#site;
    const isOther = (path: string): boolean => {
      const there = scan.files.get(path)?.sha256;
      return scan.skipped.has(path) || (there !== undefined && there !== sha256);
    };
    const copy = pathBeside(name, `conflict from server v${version}`, isOther);
    const there = await digestOfFile(this.#files.absolute(copy)).catch(() => undefined);
    if (there !== sha256) await this.#fetch(document_id, version, sha256, copy, undefined);
    return copy;
  }

  /** What was deleted there has to be gone when it is deleted here, and not be missing from a list for another reason. */
  async #deleteLocal({ document_id, path: name, sha256 }: DeleteLocal): Promise<Outcome> {
    const { client, documents, signal, book } = this.#site;
    if (await isAmong(client, document_id, documents, signal)) throw new ChangedMeanwhileError(document_id);
    await this.#files.remove(name, sha256);
    await book.forget(name, document_id);
    return {};
  }

  async #deleteRemote({ document_id, path: name, revision }: DeleteRemote): Promise<Outcome> {
    const { client, signal, book } = this.#site;
    await orChangedMeanwhile(document_id, client.delete(document_id, { ifMatch: `"${revision}"`, signal }));
    await book.forget(name, document_id);
    return {};
  }

  /** @throws ChangedMeanwhileError for a file that has been written to since it was hashed */
  async #expectAsPlanned(name: string, sha256: string): Promise<void> {
    const scanned = this.#site.scan.files.get(name);
    const found = await lstat(this.#files.absolute(name)).catch(() => undefined);
    if (found === undefined) throw new ChangedMeanwhileError(name);
    if (scanned !== undefined && isSameStat(scanned.stat, statOf(found))) return;
    // A file that was moved by this sync has another ctime; its content tells.
    await this.#files.expect(name, sha256);
  }
}

/** Says it in the words of a sync when somebody else was faster: the document is another, or gone. */
async function orChangedMeanwhile<Answer>(documentId: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const { ProblemError } = await import('@document-sync/sdk');
    if (error instanceof ProblemError && OUTRUN.has(error.code)) throw new ChangedMeanwhileError(documentId);
    throw error;
  }
}
