import type { components } from './generated/openapi.js';

/** A document and its current content's facts, as the server sends it. */
export type Document = components['schemas']['Document'];
/** The fields of a document to change; those left out stay. */
export type DocumentChange = components['schemas']['DocumentChange'];
/** A working server's answer about itself. */
export type Health = components['schemas']['Health'];
/** RFC 9457 problem details: the server's error answer. */
export type Problem = components['schemas']['Problem'];
/** Every kind of problem that the contract knows. */
export type ProblemCode = components['schemas']['ProblemCode'];

/** Which documents to find: those that fulfil every filter, newest first. */
export interface DocumentFilter {
  /** A part of the name, in any case. */
  name?: string | undefined;
  /** Tags that a document must all have. */
  tags?: readonly string[] | undefined;
  /** How many documents a page holds at the most: 1 to 1000, 50 when left out. */
  limit?: number | undefined;
  /** Where the page starts: the `cursor` of the page before. */
  cursor?: string | undefined;
}

/** One page of found documents. */
export interface DocumentPage {
  documents: Document[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** How far an upload or a download has come. */
export interface TransferProgress {
  /** Bytes of the content (without the form around it) handed to or received from the network. */
  transferredBytes: number;
  /** Bytes of the whole transfer; absent when an uploaded stream does not tell its length. */
  totalBytes?: number;
}
