import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { removeFile, syncFile } from './file-operations.js';

/** Writes are collected up to this size: fewer, larger ones cost less. */
const WRITE_BYTES = 256 * 1024;
/** A file up to this size is written at its end, in one call without a turn of the thread pool. */
const SMALL_BYTES = 64 * 1024;
/** Content up to this size stays in memory: it is looked at again in a moment, and reading it back takes longer than that. */
const KEPT_BYTES = 16 * 1024;
/** Bytes that may wait in memory while the disk is busy; beyond, the sender has to wait. */
const WAITING_BYTES = 1024 * 1024;

/**
 * A file that is written from memory pieces, hashed and counted on the way. Writes and fsyncs are asynchronous; opening
 * and closing are not: a turn of the thread pool costs several times the call, and does not get shorter by waiting
 * behind the fsyncs of others.
 */
export class StagingFile {
  size_bytes = 0;
  /** The whole content, where it is small. */
  kept: Buffer | undefined;
  readonly #path: string;
  readonly #hash = createHash('sha256');
  #fd: number | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;
  /** Called when the file takes more bytes again. */
  onDrain: (() => void) | undefined;
  /** Called when the disk refuses; nothing more is taken from then on. */
  onFailure: ((error: Error) => void) | undefined;

  constructor(filePath: string) {
    this.#path = filePath;
  }

  /** Takes a piece; false asks the sender to wait for `onDrain`. */
  append(piece: Buffer): boolean {
    if (this.#failure) return true;
    this.#hash.update(piece);
    this.size_bytes += piece.length;
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
    if (this.#waitingBytes >= WRITE_BYTES) this.#startWriting();
    return this.#waitingBytes < WAITING_BYTES;
  }

  /** Writes what is left and makes the file durable. Resolves to its SHA-256 in hex; rejects with the disk's error. */
  async finish(): Promise<string> {
    if (this.#fd === undefined && this.size_bytes <= SMALL_BYTES) this.#writeSmall();
    while (this.#waiting.length > 0 || this.#writing) {
      this.#startWriting();
      await this.#writing;
      this.#throwFailure();
    }
    const fd = this.#fd as number;
    await syncFile(fd);
    this.#fd = undefined;
    fs.closeSync(fd);
    return this.#hash.digest('hex');
  }

  /** Gives the file up and removes it, once the kernel is done with it. */
  async abandon(): Promise<void> {
    this.#waiting = [];
    await this.#writing;
    if (this.#fd !== undefined) fs.closeSync(this.#fd);
    removeFile(this.#path);
  }

  #writeSmall(): void {
    const content = Buffer.concat(this.#waiting);
    this.#waiting = [];
    if (content.length <= KEPT_BYTES) this.kept = content;
    this.#fd = this.#open();
    for (let written = 0; written < content.length;) written += fs.writeSync(this.#fd, content, written);
  }

  #startWriting(): void {
    if (this.#writing || this.#failure) return;
    this.#writing = this.#writeWaiting().then(
      () => {
        this.#writing = undefined;
        if (this.#waitingBytes >= WRITE_BYTES) this.#startWriting();
        this.onDrain?.();
      },
      (error: unknown) => {
        this.#writing = undefined;
        this.#failure = error as Error;
        this.#waiting = [];
        this.onFailure?.(this.#failure);
      },
    );
  }

  async #writeWaiting(): Promise<void> {
    const pieces = this.#waiting;
    const bytes = this.#waitingBytes;
    this.#waiting = [];
    this.#fd ??= this.#open();
    await writeAll(this.#fd, pieces);
    this.#waitingBytes -= bytes;
  }

  #open(): number {
    return fs.openSync(this.#path, 'wx', 0o600);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure;
  }
}

/**
 * Writes all of `pieces`, at `position` or else where the descriptor stands. `writev` may take fewer bytes than it was
 * given (a disk that fills up does that first): it goes on with the rest.
 */
export function writeAll(fd: number, pieces: Buffer[], position?: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, written: number): void => {
      if (error) {
        reject(error);
        return;
      }
      const rest = dropBytes(pieces, written);
      if (rest.length === 0) resolve();
      else writeAll(fd, rest, position === undefined ? undefined : position + written).then(resolve, reject);
    };
    if (position === undefined) fs.writev(fd, pieces, done);
    else fs.writev(fd, pieces, position, done);
  });
}

function dropBytes(pieces: Buffer[], count: number): Buffer[] {
  let toDrop = count;
  return pieces.flatMap((piece) => {
    const dropped = Math.min(toDrop, piece.length);
    toDrop -= dropped;
    return dropped === piece.length ? [] : [piece.subarray(dropped)];
  });
}
