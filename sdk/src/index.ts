/**
 * The client of a Document Sync server: push, find, pull, change and delete documents.
 *
 * @packageDocumentation
 */
export { type CallOptions, DocumentClient, type DocumentClientOptions } from './client.js';
export type { UploadSource } from './upload-source.js';
export type {
  Document,
  DocumentChange,
  DocumentFilter,
  DocumentPage,
  Health,
  Problem,
  ProblemCode,
  TransferProgress,
} from './contract.js';
export type { Download, DownloadOptions, NotModified } from './download.js';
export type { DownloadedFile, DownloadToFileOptions } from './download-to-file.js';
export {
  FileExistsError,
  IdleTimeoutError,
  IntegrityError,
  NetworkError,
  ProblemError,
  ResponseError,
  SourceChangedError,
} from './errors.js';
export { safeFilename } from './filename.js';
export type { components, operations, paths } from './generated/openapi.js';
export type { UploadOptions } from './upload.js';
