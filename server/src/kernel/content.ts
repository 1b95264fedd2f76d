import type { Readable } from 'node:stream';
import type { Problem } from './problem.js';

/** Content that was received and hashed and lies in the staging area, not yet stored under its address. */
export interface StagedContent {
  readonly checksum_sha256: string;
  readonly size_bytes: number;
  /**
   * Makes the content durable under its address in the tenant's store. Safe to repeat; equal content is stored once.
   */
  publish(tenant_id: string): Promise<void>;
  /** Whether the tenant's store holds the content at this moment. */
  isPublished(tenant_id: string): Promise<boolean>;
  /** The whole content, in memory of its own. For content that is known to be small. */
  read(): Promise<Uint8Array>;
  /** Gives the staging space back. Safe to repeat; published content stays. */
  discard(): void;
}

/** A request's body while it arrives. */
export interface ArrivingContent {
  /** Gives what arrives, and ends where that ends, however it came about. */
  readonly stream: Readable;
  /** Why the stream has ended before the body's end; undefined while it arrives, and when it is whole. */
  readonly cut: Problem | undefined;
  /** How many bytes the client says there are; undefined when it does not. */
  readonly length: number | undefined;
}

/** A range of bytes: first and last, both inclusive, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Stored bytes on their way out. A chunk is only valid until the next one is asked for: its memory is used again.
 * Leaving the loop early frees what the transfer holds.
 */
export type ByteStream = AsyncIterable<Uint8Array>;
