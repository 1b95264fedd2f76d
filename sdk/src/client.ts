import { type Archive, type ArchiveOptions, type ArchiveSelection, startArchive } from './archive.js';
import { applyChanges } from './batch-changes.js';
import type { CallOptions } from './connection.js';
import type { ContentChangeOptions, MergeableChangeOptions } from './content-change.js';
import type {
  BatchChange,
  BatchChangeResult,
  ContentEdit,
  DeletedDocument,
  DeletedPage,
  DigestUpload,
  DigestVersion,
  Document,
  DocumentChange,
  Health,
  Outline,
  PageRequest,
  TextPart,
  Version,
  VersionChange,
  VersionDiff,
  VersionPage,
  WhoAmI,
} from './contract.js';
import { diffAsHunks, type DiffOptions, unifiedDiff } from './diff.js';
import { changeDocument, pushDigest, readDocument, type UpdateOptions, type VersionOptions } from './documents.js';
import type { Download, DownloadOptions, NotModified } from './download.js';
import { downloadDocument } from './download-document.js';
import type { DownloadedFile, DownloadToFileOptions } from './download-to-file.js';
import type { PushItem, PushManyOptions, PushResult } from './many/push-item.js';
import { pushMany } from './many/push-many.js';
import { itemsOf } from './pages.js';
import { platform } from '#platform';
import { SharingClient } from './sharing-client.js';
import { readOutline, type ReadTextOptions, readTextPart } from './text.js';
import { deleteDocument, type DeleteOptions, listTrash, restoreDocument } from './trash.js';
import { uploadDocument, type UploadOptions } from './upload.js';
import type { UploadSource } from './upload-source.js';
import {
  type CreateVersionOptions,
  type DigestVersionOptions,
  editDocument,
  everyVersion,
  listVersions,
  pushVersion,
  pushVersionDigest,
  rollBackDocument,
} from './versions.js';

/**
 * A Document Sync server, as a program wants it. Every call rejects with a `ProblemError` when the server refuses, and
 * with a `NetworkError`, `IdleTimeoutError` or `ResponseError` when there is no (such) server.
 */
export class DocumentClient extends SharingClient {
  /**
   * Pushes a file. In Node nothing is held in memory, whatever the size; in browsers a Blob is not, a stream is. A large
   * file by its path is not sent when the server has its content, and goes on where it was cut, in this call or in a later
   * one.
   *
   * @throws TypeError for a source without a file name; SourceChangedError when a file changes meanwhile; the file
   *   system's error for a path that cannot be read; what the caller's own stream throws
   */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<Document> {
    options.signal?.throwIfAborted();
    return await uploadDocument(this.connection, source, options);
  }

  /**
   * Makes a document of content that the server has already, in whatever document or version. No byte of it is sent.
   *
   * @throws ProblemError `content_not_found` when it does not have it: upload it then
   */
  async uploadByDigest(content: DigestUpload, options: CallOptions = {}): Promise<Document> {
    return await pushDigest(this.connection, content, options);
  }

  /**
   * Pushes many documents, small files together in one request.
   *
   * @returns what became of each item, in their order: one that is refused does not hold up the others
   * @throws NetworkError when the server could not be reached at all; what `items` throws
   */
  async pushMany(
    items: Iterable<PushItem> | AsyncIterable<PushItem>,
    options: PushManyOptions = {},
  ): Promise<PushResult[]> {
    return await pushMany(this.connection, items, options);
  }

  /**
   * Makes up to 1,000 changes of metadata, deletions and restores, in their order, all of them or none.
   *
   * @throws ProblemError `batch_failed` when one of them cannot be made, with all that stand in the way in `failures`
   */
  async applyBatch(operations: readonly BatchChange[], options: CallOptions = {}): Promise<BatchChangeResult[]> {
    return await applyChanges(this.connection, operations, options);
  }

  /** Starts to pull many documents as one zip or tar file: resolves when its first bytes come. */
  async downloadArchive(selection: ArchiveSelection, options: ArchiveOptions = {}): Promise<Archive> {
    return await startArchive(this.connection, selection, options);
  }

  /**
   * Starts to pull a document's content, or that of one of its versions: resolves with the headers' facts, and the body
   * to be read. Goes on by itself where a lost connection has cut it, even when the document has got a new version since. What the
   * client's cache holds is not sent again.
   */
  async download(documentId: string, options?: DownloadOptions & { ifNoneMatch?: undefined }): Promise<Download>;
  async download(documentId: string, options?: DownloadOptions): Promise<Download | NotModified>;
  async download(documentId: string, options: DownloadOptions = {}): Promise<Download | NotModified> {
    return await downloadDocument(this.connection, documentId, options);
  }

  /**
   * Pulls a document's content to a file (Node only). The file appears whole and verified, or not at all.
   *
   * @throws FileExistsError when the file is there and `overwrite` is not set; IntegrityError; the file system's errors
   */
  async downloadToFile(documentId: string, options: DownloadToFileOptions = {}): Promise<DownloadedFile> {
    const { version, checksumSha256, signal, onProgress } = options;
    const start = () => this.download(documentId, { version, checksumSha256, signal, onProgress });
    return await platform.saveDownload(start, options);
  }

  /** Reads a document's metadata. With `version`, the facts of that version's content. */
  async get(documentId: string, options: VersionOptions = {}): Promise<Document> {
    return await readDocument(this.connection, documentId, options);
  }

  /** Changes a document's name, tags or description; the tags as a whole. */
  async update(documentId: string, change: DocumentChange, options: UpdateOptions = {}): Promise<Document> {
    return await changeDocument(this.connection, documentId, change, options);
  }

  /** Moves a document to the trash; with `purge`, removes it for good, whether it is in the trash or not. */
  async delete(documentId: string, options: DeleteOptions = {}): Promise<void> {
    await deleteDocument(this.connection, documentId, options);
  }

  /** Takes a document out of the trash, with all its versions. One that is not there is answered as it is. */
  async restore(documentId: string, options: CallOptions = {}): Promise<Document> {
    return await restoreDocument(this.connection, documentId, options);
  }

  /** Lists the deleted documents: one page, the last deleted first. */
  async trash(page: PageRequest = {}, options: CallOptions = {}): Promise<DeletedPage> {
    const { items: documents, ...rest } = await listTrash(this.connection, page, options);
    return { documents, ...rest };
  }

  /** Lists the deleted documents, page after page as they are asked for. `limit` is the size of a page. */
  trashAll({ limit }: Omit<PageRequest, 'cursor'> = {}, options: CallOptions = {}): AsyncIterable<DeletedDocument> {
    return itemsOf((cursor) => listTrash(this.connection, { limit, cursor }, options));
  }

  /**
   * Makes a file the document's newest version, in the place of the one that `ifMatch` names. Streams as `upload` does.
   *
   * @returns what became of it: a version was `created`, `merged` with what others had changed, or the document had that
   *   content already (`unchanged`)
   * @throws ProblemError `version_mismatch` or `merge_conflict` when somebody else was faster, with what the document is
   *   now; NetworkError also when the connection was lost and it cannot be told whether the version was made; TypeError
   *   for an `ifMatch` that is no ETag; as `upload` for the source
   */
  async createVersion(documentId: string, source: UploadSource, options: CreateVersionOptions): Promise<VersionChange> {
    options.signal?.throwIfAborted();
    return await pushVersion(this.connection, documentId, source, options);
  }

  /** Makes content that the server has already the document's newest version, as `createVersion` does with a file. */
  async createVersionByDigest(
    documentId: string,
    content: DigestVersion,
    options: DigestVersionOptions,
  ): Promise<VersionChange> {
    return await pushVersionDigest(this.connection, documentId, content, options);
  }

  /**
   * Edits a text document: all edits, one after the other, or none. They apply to the version that `ifMatch` names.
   *
   * @throws ProblemError `edit_failed` when an edit does not fit, with what was `found`; otherwise as `createVersion`
   */
  async edit(
    documentId: string,
    edits: readonly ContentEdit[],
    options: MergeableChangeOptions,
  ): Promise<VersionChange> {
    return await editDocument(this.connection, documentId, edits, options);
  }

  /**
   * Makes an old version's content the newest version, in the place of the one that `ifMatch` names.
   *
   * @throws ProblemError `version_not_found` or `version_removed`; otherwise as `createVersion`
   */
  async rollback(documentId: string, version: number, options: ContentChangeOptions): Promise<VersionChange> {
    return await rollBackDocument(this.connection, documentId, version, options);
  }

  /** Lists a document's versions: one page, the newest first. */
  async versions(documentId: string, page: PageRequest = {}, options: CallOptions = {}): Promise<VersionPage> {
    const { items: versions, ...rest } = await listVersions(this.connection, documentId, page, options);
    return { versions, ...rest };
  }

  /** Lists a document's versions, page after page as they are asked for. `limit` is the size of a page. */
  versionsAll(
    documentId: string,
    page: Omit<PageRequest, 'cursor'> = {},
    options: CallOptions = {},
  ): AsyncIterable<Version> {
    return everyVersion(this.connection, documentId, page, options);
  }

  /** Compares two versions of a text: a unified diff, empty when they are equal. */
  async diff(documentId: string, options: DiffOptions = {}): Promise<string> {
    return await unifiedDiff(this.connection, documentId, options);
  }

  /** Compares two versions of a text: the same as hunks. */
  async diffHunks(documentId: string, options: DiffOptions = {}): Promise<VersionDiff> {
    return await diffAsHunks(this.connection, documentId, options);
  }

  /** Reads a part of a text document. `truncated` and `statement` say whether there is more. */
  async readText(documentId: string, options: ReadTextOptions = {}): Promise<TextPart> {
    return await readTextPart(this.connection, documentId, options);
  }

  /** Lists the headings of a Markdown document, with the lines and the sizes of their sections. */
  async outline(documentId: string, options: VersionOptions = {}): Promise<Outline> {
    return await readOutline(this.connection, documentId, options);
  }

  /**
   * Asks who the client's key stands for, and what it may do.
   *
   * @throws ProblemError `unauthenticated` when the server asks for a key, and has got none or one that is not valid
   */
  async whoAmI(options: CallOptions = {}): Promise<WhoAmI> {
    return await this.connection.json(options, (fetch) => this.connection.api.GET('/whoami', { fetch }));
  }

  /** Asks whether the server can work. */
  async health(options: CallOptions = {}): Promise<Health> {
    return await this.connection.json(options, (fetch) => this.connection.api.GET('/health', { fetch }));
  }
}
