import cacache from 'cacache';

/**
 * A stream into the cache: cacache writes it to a staging file, and gives it its place when its digest is right.
 *
 * @param on `onComplete` is called, and waited for, when it has its place
 */
export function incomingContent(
  root: string,
  { key, integrity, sizeBytes }: { key: string; integrity: string; sizeBytes: number },
  on: { onError(error: unknown): void; onComplete(): Promise<void> },
): WritableStream<Uint8Array> {
  const target = cacache.put.stream(root, key, { integrity, size: sizeBytes, algorithms: ['sha256'] });
  const written = new Promise<void>((resolve, reject) => {
    target.on('error', reject);
    target.on('end', resolve);
  });
  // Nothing comes out of it, but a stream that nobody reads does not end.
  target.resume();
  let broken = false;
  written.catch(() => {
    broken = true;
  });
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (broken || target.write(buffer)) return;
      await Promise.race([new Promise<void>((resolve) => target.once('drain', resolve)), written]).catch(report);
    },
    async close() {
      target.end();
      try {
        await written;
        await on.onComplete();
      } catch (error) {
        report(error);
      }
    },
    async abort() {
      // Too short, so cacache removes what it has written.
      target.end();
      await written.catch(() => undefined);
    },
  });

  /** @throws the error, so that the stream breaks, too */
  function report(error: unknown): never {
    on.onError(error);
    throw error;
  }
}
