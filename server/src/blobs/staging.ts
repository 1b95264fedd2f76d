import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Readable } from 'node:stream';
import {
  isErrno,
  makeDirectory,
  readDirectory,
  readFile,
  removeFile,
  statFile,
  unlinkFile,
} from './file-operations.js';
import { StagingFile } from './staging-file.js';

/** A staged file: complete, hashed and durable, waiting to be put under its address. */
export interface StagedFile {
  readonly path: string;
  readonly checksum_sha256: string;
  readonly size_bytes: number;
  /** The whole content, where it is small. */
  readonly kept?: Buffer;
}

/** The folder in which content lies while it arrives. It is on the same file system as the blobs, so that they can be linked. */
export class StagingArea {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<StagingArea> {
    await makeDirectory(directory, { recursive: true, mode: 0o700 });
    return new StagingArea(directory);
  }

  /**
   * Streams `source` into a staging file, hashing and counting. Resolves once every byte is on the disk; on any failure
   * (of the source too) it rejects with that failure and leaves no file. The pipe is attached before this returns.
   */
  async receive(source: Readable): Promise<StagedFile> {
    const filePath = path.join(this.#directory, randomUUID());
    const file = new StagingFile(filePath);
    try {
      await drain(source, file);
      const checksum_sha256 = await file.finish();
      const { size_bytes, kept } = file;
      return { path: filePath, checksum_sha256, size_bytes, ...(kept && { kept }) };
    } catch (error) {
      source.destroy();
      await file.abandon();
      throw error;
    }
  }

  /** The whole of a staged file. */
  async read(staged: StagedFile): Promise<Uint8Array> {
    if (staged.kept) return new Uint8Array(staged.kept);
    const content = await readFile(staged.path);
    // Small files are read into memory that is shared with others; here each has its own.
    return content.byteLength === content.buffer.byteLength ? content : new Uint8Array(content);
  }

  /** Gives a staged file's space back. Safe to repeat. */
  discard(staged: StagedFile): void {
    removeFile(staged.path);
  }

  /**
   * Removes files that nobody wrote to since `before_ms`: what a killed server left behind. Returns how many.
   */
  async clearStale(before_ms: number): Promise<number> {
    let cleared = 0;
    for (const name of await readDirectory(this.#directory)) {
      const filePath = path.join(this.#directory, name);
      try {
        if ((await statFile(filePath)).mtimeMs >= before_ms) continue;
        await unlinkFile(filePath);
        cleared += 1;
      } catch (error) {
        // Its own request may have finished with it meanwhile.
        if (!isErrno(error, 'ENOENT')) throw error;
      }
    }
    return cleared;
  }
}

/**
 * Resolves when the source has ended and the file has taken all of it. By `data` events and not `stream.pipeline`, which
 * makes an AbortController and an error with its stack for each use, or `for await`, which takes a turn for each piece.
 */
function drain(source: Readable, file: StagingFile): Promise<void> {
  return new Promise((resolve, reject) => {
    file.onDrain = () => source.resume();
    file.onFailure = reject;
    source.on('data', (piece: Buffer) => {
      if (!file.append(piece)) source.pause();
    });
    source.on('end', resolve);
    source.on('error', reject);
    source.on('close', () => {
      reject(new Error('the source ended early'));
    });
  });
}
