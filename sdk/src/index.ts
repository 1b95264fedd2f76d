/**
 * The client of a Document Sync server: push, find, read, pull, change and delete documents, and their versions.
 *
 * @packageDocumentation
 */
export type { ApiKeyDescription, RotateOptions } from './api-keys.js';
export type { Archive, ArchiveOptions, ArchiveSelection } from './archive.js';
export { DocumentClient } from './client.js';
export type { CallOptions, DocumentClientOptions } from './connection.js';
export type { ContentChangeOptions, MergeableChangeOptions } from './content-change.js';
export type { CachedContent, ContentCache } from './content-cache.js';
export type {
  ApiKey,
  ApiKeyLimits,
  ApiKeyPage,
  BatchChange,
  BatchChangeResult,
  BatchFailure,
  Collection,
  CollectionChange,
  CollectionPage,
  ContentEdit,
  Context,
  CreatedLink,
  DeletedDocument,
  DeletedPage,
  DiffHunk,
  DigestUpload,
  DigestVersion,
  Document,
  DocumentChange,
  DocumentFilter,
  DocumentPage,
  DocumentSelection,
  EditFinding,
  Grant,
  Heading,
  Health,
  LinkPage,
  MergeConflict,
  NewApiKey,
  NewCollection,
  NewTenant,
  Outline,
  PageRequest,
  Problem,
  ProblemCode,
  Role,
  Scope,
  SearchPage,
  SearchResult,
  SearchResults,
  ShareLink,
  Snippet,
  TagCount,
  TagPage,
  Tenant,
  TenantChange,
  TenantPage,
  TextPart,
  TransferProgress,
  Usage,
  Version,
  VersionChange,
  VersionDiff,
  VersionPage,
  WhoAmI,
} from './contract.js';
export type { DiffOptions } from './diff.js';
export type { UpdateOptions, VersionOptions } from './documents.js';
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
export { contentEtag } from './etag.js';
export { safeFilename } from './filename.js';
export type { components, operations, paths } from './generated/openapi.js';
export type { PushItem, PushManyOptions, PushResult } from './many/push-item.js';
export { uploadMemoryIn } from './resumable/upload-memory.js';
export type { UnfinishedUpload, UploadMemory } from './resumable/upload-memory.js';
export type { ContextOptions, SearchOptions, TagOptions } from './search.js';
export type { LinkOptions } from './share-links.js';
export type { ReadTextOptions } from './text.js';
export type { DeleteOptions } from './trash.js';
export type { UploadOptions } from './upload.js';
export type { UploadSource } from './upload-source.js';
export type { CreateVersionOptions, DigestVersionOptions } from './versions.js';
