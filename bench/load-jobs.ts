import type { ContentKind, ContentRecipe } from './contents.js';

/** What the bench asks of its load client, over the channel between parent and child process. */
export type LoadJob =
  | PushJob
  | PullJob
  | QueryJob
  | SearchJob
  | ArticleJob
  | VersionJob
  | EditJob
  | MergeJob
  | PartJob
  | BatchJob
  | ArchiveJob
  | UploadJob;

interface CommonJob {
  readonly port: number;
  readonly connections: number;
  /** When to stop starting requests; those under way are finished and counted. */
  readonly until: { readonly milliseconds: number } | { readonly requests: number };
  /** One answer in so many is checked to the last byte, 0 for none: checking all would make the client the bottleneck. */
  readonly verifyEvery: number;
  /** Sent with each request that has no body. */
  readonly key?: string;
}

interface UniqueContents {
  /** Makes the contents of this job differ from those of any other: at most 24 ASCII characters. */
  readonly run: string;
}

/** Every push has a content of its own. */
export interface PushJob extends CommonJob, UniqueContents {
  readonly kind: 'push';
  readonly sizeBytes: number;
  readonly content: ContentKind;
}

export interface PullJob extends CommonJob {
  readonly kind: 'pull';
  readonly documents: readonly StoredContent[];
}

export interface QueryJob extends CommonJob {
  readonly kind: 'query';
  /** Path and query of the request. */
  readonly path: string;
  readonly rows: number;
}

/** One request after the other asks for the same page of documents, results, passages or tags. */
export interface SearchJob extends CommonJob {
  readonly kind: 'search';
  /** Path and query of the request. */
  readonly path: string;
  readonly expected: ExpectedPage;
}

/** What a page must have. Words are in lower case; any form of them does. */
export type ExpectedPage =
  /** `name` is part of each name, in lower case; each document has all the tags. */
  | { readonly answer: 'documents'; readonly rows: number; readonly name: string; readonly tags: readonly string[] }
  /** In each result one of the words is marked, or stands in a tag. */
  | {
      readonly answer: 'results';
      readonly rows: number;
      readonly match: 'exact' | 'fuzzy';
      readonly words: readonly string[];
    }
  /** In each passage is one of the words. */
  | { readonly answer: 'context'; readonly maxTokens: number; readonly words: readonly string[] }
  | { readonly answer: 'tags'; readonly rows: number; readonly prefix: string };

/** Every push is another text of 4 KB, as Markdown or as something that is not indexed. */
export interface ArticleJob extends CommonJob, UniqueContents {
  readonly kind: 'article';
  readonly as: 'indexed' | 'not indexed';
}

/** Each document in turn gets a version with a content of its own, whatever it held (`If-Match: *`). */
export interface VersionJob extends CommonJob, UniqueContents {
  readonly kind: 'version';
  readonly sizeBytes: number;
  readonly content: ContentKind;
  readonly documents: readonly StoredContent[];
}

/** A paragraph is appended to each document in turn. More documents than connections, none changed since its push. */
export interface EditJob extends CommonJob, UniqueContents {
  readonly kind: 'edit';
  readonly documents: readonly StoredContent[];
}

/** A document with two versions, of paragraphs that are the same but for the first. */
export interface TwoVersions {
  readonly base: StoredContent;
  readonly current: StoredContent;
}

/**
 * Each document in turn gets a version that was made from the one before its current one. The two have changed one
 * paragraph each, so that the server must merge. More documents than connections.
 */
export interface MergeJob extends CommonJob, UniqueContents {
  readonly kind: 'merge';
  readonly documents: readonly TwoVersions[];
}

/** A part of each document in turn is read. */
export interface PartJob extends CommonJob {
  readonly kind: 'part';
  readonly documents: readonly StoredContent[];
  /** What stands behind the document's path, with the query. */
  readonly part: string;
  /** What the answer must have, to any depth; it may have more. */
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Every request pushes so many files, each with a content of its own. One file in `verifyEvery` is checked. */
export interface BatchJob extends CommonJob, UniqueContents {
  readonly kind: 'batch';
  readonly sizeBytes: number;
  readonly content: ContentKind;
  readonly files: number;
}

/** Every request pulls all the documents as one archive; no two of them have the same content. */
export interface ArchiveJob extends CommonJob {
  readonly kind: 'archive';
  readonly format: 'tar' | 'zip';
  /** The query that selects the documents, with nothing before it. */
  readonly selection: string;
  readonly documents: readonly StoredContent[];
}

/** Each request is an upload over tus, begun and then sent in one piece, with a content of its own. */
export interface UploadJob extends CommonJob, UniqueContents {
  readonly kind: 'upload';
  readonly sizeBytes: number;
  readonly content: ContentKind;
}

/** A document, or one of its versions, that was stored with 201. */
export interface StoredContent {
  readonly documentId: string;
  /** Of a version that may not be the current one. */
  readonly version?: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Of what was sent as it is stored. */
  readonly recipe?: ContentRecipe;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** CPU time of the load client itself, user and system. */
  readonly clientCpuSeconds: number;
  /** One per request, in the order of their ends. */
  readonly latenciesMs: Float64Array;
  /** How many answers were checked to the last byte, not by status and length alone. */
  readonly verified: number;
  /** Of a job that stores: some of what was stored, to be pulled later. */
  readonly stored: readonly StoredContent[];
}
