import { createHash } from 'node:crypto';

import { markdownDocument, plainParagraphs } from './prose.js';

/*
 * What the documents of a load hold. Everything but a stamp of 32 bytes at the start is the same for every content of a
 * kind, so that making one that nobody had before costs the load client next to nothing.
 */

/**
 * What a content is made of after its stamp: bytes that nothing can shorten; paragraphs of `PARAGRAPH_BYTES`, for up to
 * 1 MiB; or a Markdown document of `MARKDOWN_BYTES`.
 */
export type ContentKind = 'random' | 'paragraphs' | 'markdown';

/** All that is needed to make a content again. */
export interface ContentRecipe {
  readonly kind: ContentKind;
  /** ASCII. */
  readonly stamp: string;
}

/** A content without its stamp. */
export interface PreparedContent {
  readonly filename: string;
  readonly mimeType: string;
  /** Of the whole, with the stamp. */
  readonly sizeBytes: number;
  /** What follows the stamp, as slices of one shared block. */
  readonly rest: readonly Buffer[];
}

/** Length of the part of a content that makes it unique. */
export const STAMP_BYTES = 32;

/** Size of a content of the kind `markdown`. */
export const MARKDOWN_BYTES = 10 * 1024 * 1024;

const BLOCK_BYTES = 1024 * 1024;

const blocks = new Map<ContentKind, Buffer>();

/**
 * @param sizeBytes at least `STAMP_BYTES`; what is larger than the kind's block repeats it
 */
export function prepareContent(kind: ContentKind, sizeBytes: number): PreparedContent {
  const block = blockOf(kind);
  const rest: Buffer[] = [];
  for (let left = sizeBytes - STAMP_BYTES; left > 0; left -= block.length) {
    rest.push(left < block.length ? block.subarray(0, left) : block);
  }
  return kind === 'random'
    ? { filename: 'review.bin', mimeType: 'application/octet-stream', sizeBytes, rest }
    : { filename: 'review.md', mimeType: 'text/markdown', sizeBytes, rest };
}

/**
 * The stamp of one content.
 * @param run distinguishes the jobs of a bench, at most 24 ASCII characters
 * @param count distinguishes the contents of a job
 */
export function stamp(run: string, count: number): Buffer {
  return Buffer.from(`${run}-${count}`.padEnd(STAMP_BYTES, '.'), 'latin1');
}

/** The SHA-256, in hex, of the content with this stamp. */
export function contentDigest({ rest }: PreparedContent, stampBytes: Uint8Array): string {
  const hash = createHash('sha256').update(stampBytes);
  for (const piece of rest) hash.update(piece);
  return hash.digest('hex');
}

/** A copy of the content that was made by a recipe. */
export function contentBytes({ kind, stamp: stampText }: ContentRecipe, sizeBytes: number): Buffer {
  return Buffer.concat([Buffer.from(stampText, 'latin1'), ...prepareContent(kind, sizeBytes).rest]);
}

function blockOf(kind: ContentKind): Buffer {
  const block = blocks.get(kind) ?? makeBlock(kind);
  blocks.set(kind, block);
  return block;
}

function makeBlock(kind: ContentKind): Buffer {
  switch (kind) {
    case 'random':
      return incompressibleBlock();
    case 'paragraphs':
      return plainParagraphs(STAMP_BYTES, BLOCK_BYTES);
    case 'markdown':
      return Buffer.from(markdownDocument(STAMP_BYTES, MARKDOWN_BYTES).text);
  }
}

/** 1 MiB that neither a compressor nor a file system can shorten. */
function incompressibleBlock(): Buffer {
  const pieces: Buffer[] = [];
  for (let counter = 0; pieces.length * 64 < BLOCK_BYTES; counter += 1) {
    pieces.push(createHash('sha512').update(`bench block ${counter}`).digest());
  }
  return Buffer.concat(pieces);
}
