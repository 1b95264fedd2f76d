import fs from 'node:fs';
import type { Readable } from 'node:stream';
import { syncFile } from './file-operations.js';
import { writeAll } from './staging-file.js';

/** Bytes that may wait in memory while the disk is busy; beyond, the sender has to wait. */
const WAITING_BYTES = 1024 * 1024;

/**
 * Writes what `source` gives into the file from `offset` on, and makes it durable. However the source ends, what it gave
 * is written first. What the disk took before it refused stays.
 *
 * @throws the disk's error, else the source's
 */
export async function appendToFile(filePath: string, offset: number, source: Readable): Promise<void> {
  const fd = fs.openSync(filePath, 'r+');
  try {
    await new Promise<void>((resolve, reject) => {
      write(fd, offset, source, resolve, reject);
    });
  } finally {
    await syncFile(fd).finally(() => {
      fs.closeSync(fd);
    });
  }
}

function write(
  fd: number,
  offset: number,
  source: Readable,
  resolve: () => void,
  reject: (error: Error) => void,
): void {
  let position = offset;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let isWriting = false;
  let ending: (() => void) | undefined;
  const writeWaiting = (): void => {
    const [pieces, bytes] = [waiting, waitingBytes];
    [waiting, waitingBytes, isWriting] = [[], 0, true];
    writeAll(fd, pieces, position).then(
      () => {
        position += bytes;
        isWriting = false;
        source.resume();
        advance();
      },
      (error: unknown) => {
        // Nothing is taken any more, so nothing more is written; whoever is still sending is told by the rejection.
        source.off('data', take);
        reject(error as Error);
      },
    );
  };
  const advance = (): void => {
    if (isWriting) return;
    if (waitingBytes > 0) writeWaiting();
    else ending?.();
  };
  const take = (piece: Buffer): void => {
    waiting.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes >= WAITING_BYTES) source.pause();
    advance();
  };
  const end = (how: () => void): void => {
    ending ??= how;
    advance();
  };
  source.on('data', take);
  source.on('end', () => {
    end(resolve);
  });
  source.on('error', (error) => {
    end(() => {
      reject(error);
    });
  });
  const onClose = (): void => {
    end(() => {
      reject(source.errored ?? new Error('the source ended early'));
    });
  };
  source.on('close', onClose);
  // Of a source that broke before anybody listened no event comes any more.
  if (source.destroyed) onClose();
}
