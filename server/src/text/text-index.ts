import type { TextEncoding } from './encoding.js';

/**
 * What is known of a text after it was read once: small beside it, and enough to read any part of it without the rest.
 * Plain data, so that it can cross threads.
 */
export interface TextIndex {
  readonly encoding: TextEncoding;
  /** How many bytes of the content are its byte order mark. */
  readonly bom_bytes: number;
  readonly total_lines: number;
  readonly total_bytes: number;
  readonly total_tokens: number;
  /** Undefined when the text has too many lines to be read as Markdown. */
  readonly headings: HeadingTable | undefined;
  readonly checkpoints: Checkpoints;
  /** About how many bytes of memory the index takes. */
  readonly weight: number;
}

/**
 * Beginnings of lines, one for about every 16 KiB, with what lies before each; the last entry is the text's end. All
 * counted from 0.
 */
export interface Checkpoints {
  readonly lines: Uint32Array;
  /** Bytes of the content, its byte order mark included. */
  readonly bytes: Float64Array;
  /** Bytes that the text has in UTF-8. */
  readonly text_bytes: Float64Array;
  readonly tokens: Float64Array;
}

/** A text's headings in columns: as objects, thousands of them would keep the event loop busy when they arrive. */
export interface HeadingTable {
  /** How many headings the text has; the columns have the first ones of very many. */
  readonly total: number;
  /** One in each line. */
  readonly titles: string;
  readonly anchors: string;
  readonly levels: Uint8Array;
  /** Counted from 1. */
  readonly start_lines: Uint32Array;
  readonly end_lines: Uint32Array;
  readonly size_bytes: Float64Array;
  readonly tokens: Float64Array;
}

/** About how far apart checkpoints are; a line is never divided. */
export const CHECKPOINT_BYTES = 16_384;
