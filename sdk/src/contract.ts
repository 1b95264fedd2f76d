import type { components } from './generated/openapi.js';

/** A document and its current content's facts, as the server sends it. */
export type Document = components['schemas']['Document'];
/** The fields of a document to change; those left out stay. */
export type DocumentChange = components['schemas']['DocumentChange'];
/** A document in the trash, and when it will be gone for good. */
export type DeletedDocument = components['schemas']['DeletedDocument'];
/** An immutable state of a document's content, as the server records it. */
export type Version = components['schemas']['Version'];
/** What became of a change of content (`outcome`), and the version that the document has now. */
export type VersionChange = components['schemas']['VersionChange'];
/** What is different between two versions, as hunks. */
export type VersionDiff = components['schemas']['VersionDiff'];
/** A run of changed lines with the unchanged ones around it. */
export type DiffHunk = components['schemas']['DiffHunk'];
/** One change of a text: `op` is `replace`, `append`, `prepend` or `replace_section`. */
export type ContentEdit = components['schemas']['ContentEdit'];
/** A part of a text document, and how much there is. */
export type TextPart = components['schemas']['TextPart'];
/** The headings of a Markdown document. */
export type Outline = components['schemas']['Outline'];
/** A heading, and the size of its section. */
export type Heading = components['schemas']['Heading'];
/** Lines that both sides have changed in different ways, in a problem's `conflicts`. */
export type MergeConflict = components['schemas']['MergeConflict'];
/** What was found in the place of what an edit or a section names, in a problem's `found`. */
export type EditFinding = components['schemas']['EditFinding'];
/** One change of a batch: `op` is `update`, `delete` or `restore`. */
export type BatchChange = components['schemas']['BatchChange'];
/** What a change of a batch did, and what the document is now. */
export type BatchChangeResult = components['schemas']['BatchChangeResult'];
/** A change that stands in the way of a batch, in a problem's `failures`. */
export type BatchFailure = components['schemas']['BatchFailure'];
/** Content that the server has, by its SHA-256, as a new document. */
export type DigestUpload = components['schemas']['DocumentByDigest'];
/** The same as a document's next version. */
export type DigestVersion = components['schemas']['VersionByDigest'];
/** One page of what a search found, and how it was understood. */
export type SearchResults = components['schemas']['SearchResults'];
/** A document that a search found, with the passages that match. */
export type SearchResult = components['schemas']['SearchResult'];
/** A passage with a match; the places of its matches count Unicode characters (code points). */
export type Snippet = components['schemas']['Snippet'];
/** What the documents say about a question, within a budget of tokens. */
export type Context = components['schemas']['Context'];
/** A tag, and how many documents have it. */
export type TagCount = components['schemas']['TagCount'];
/** What a key may do in its tenant. */
export type Scope = components['schemas']['Scope'];
/** An API key, without its secret. */
export type ApiKey = components['schemas']['ApiKey'];
/** An API key with its secret (`key`), which is shown this once. */
export type NewApiKey = components['schemas']['NewApiKey'];
/** The documents that a key has to do with: those in one of the collections or with one of the tags. */
export type ApiKeyLimits = components['schemas']['ApiKeyLimits'];
/** Whose documents they are, and how many of them there may be. */
export type Tenant = components['schemas']['Tenant'];
/** What a tenant is to be. */
export type NewTenant = components['schemas']['TenantRequest'];
/** What to change of a tenant; what is left out stays, and null is no limit. */
export type TenantChange = components['schemas']['TenantChange'];
/** What a tenant's documents take, and what they may take. */
export type Usage = components['schemas']['Usage'];
/** A named set of documents, and what this client may do with them. */
export type Collection = components['schemas']['Collection'];
/** What a collection is to be. */
export type NewCollection = components['schemas']['NewCollection'];
/** The fields of a collection to change; those left out stay. */
export type CollectionChange = components['schemas']['CollectionChange'];
/** What a grant allows with the documents of a collection: `viewer`, `editor` or `manager`. */
export type Role = components['schemas']['Role'];
/** What somebody may do with the documents of a collection. */
export type Grant = components['schemas']['Grant'];
/** A link that opens one version to whoever has it, without its token. */
export type ShareLink = components['schemas']['ShareLink'];
/** A link with its token and its whole address (`url`), which are told this once. */
export type CreatedLink = components['schemas']['CreatedLink'];
/** How far a resumable upload is, and what it has become. */
export type UploadState = components['schemas']['Upload'];
/** A working server's answer about itself. */
export type Health = components['schemas']['Health'];
/** Who a client is to the server, and what it may do. */
export type WhoAmI = components['schemas']['WhoAmI'];
/** RFC 9457 problem details: the server's error answer. */
export type Problem = components['schemas']['Problem'];
/** Every kind of problem that the contract knows. */
export type ProblemCode = components['schemas']['ProblemCode'];

/** Which page of a listing. */
export interface PageRequest {
  /** How many items a page holds at the most: 1 to 1000, 50 when left out. */
  limit?: number | undefined;
  /** Where the page starts: the `cursor` of the page before. */
  cursor?: string | undefined;
}

/**
 * Which documents are meant: those that fulfil every filter. Moments are a `Date`, a day (`2026-11-23`, from midnight UTC)
 * or an ISO 8601 time with its zone; "after" includes the moment itself.
 */
export interface DocumentSelection {
  /** A part of the name, in any case. */
  name?: string | undefined;
  /** Tags that a document must all have. */
  tags?: readonly string[] | undefined;
  /** Tags of which a document must have one. */
  anyTags?: readonly string[] | undefined;
  /** Tags of which a document must have none. */
  notTags?: readonly string[] | undefined;
  /** The id of a collection that a document must be in. */
  collection?: string | undefined;
  /** The media type, or all of a kind: `text/markdown`, `text/*`. */
  mimeType?: string | undefined;
  /** In bytes. */
  minSize?: number | undefined;
  /** In bytes. */
  maxSize?: number | undefined;
  uploadedAfter?: Date | string | undefined;
  uploadedBefore?: Date | string | undefined;
  updatedAfter?: Date | string | undefined;
  updatedBefore?: Date | string | undefined;
}

/** Which documents to find, and how to order them; left out, the newest first. */
export interface DocumentFilter extends DocumentSelection, PageRequest {
  sort?: 'uploaded_at' | 'updated_at' | 'name' | 'size' | undefined;
  /** Left out, names go up, and times and sizes down. */
  order?: 'asc' | 'desc' | undefined;
}

/** One page of found documents. */
export interface DocumentPage {
  documents: Document[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** One page of what a search found. */
export interface SearchPage extends SearchResults {
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** One page of tags. */
export interface TagPage {
  tags: TagCount[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** One page of the trash, the last deleted first. */
export interface DeletedPage {
  documents: DeletedDocument[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** One page of keys, the newest first. */
export interface ApiKeyPage {
  keys: ApiKey[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** One page of collections, in the order of their names. */
export interface CollectionPage {
  collections: Collection[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** One page of tenants, in the order of their ids. */
export interface TenantPage {
  tenants: Tenant[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** One page of the links to a document, the newest first. */
export interface LinkPage {
  links: ShareLink[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** One page of a document's versions, the newest first. */
export interface VersionPage {
  versions: Version[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** How far an upload or a download has come. */
export interface TransferProgress {
  /**
   * Bytes of the content (without the form around it) handed to or received from the network; of a resumed upload also
   * those that the server had already.
   */
  transferredBytes: number;
  /** Bytes of the whole transfer; absent when an uploaded stream does not tell its length. */
  totalBytes?: number;
}
