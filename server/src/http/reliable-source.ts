import { Readable } from 'node:stream';

/**
 * One part of a form, whose reader may give up without holding up the rest: busboy goes on only when a part has been read
 * to its end, so what nobody wants any more is read and thrown away.
 */
export class ReliableSource extends Readable {
  /** Whether the part itself broke off, and not its reader. */
  sourceFailed = false;
  readonly #source: Readable;

  /** @param source is read at once; what is not asked for waits in the buffers of both */
  constructor(source: Readable) {
    super();
    this.#source = source;
    source.on('data', (piece: Buffer) => {
      if (!this.destroyed && !this.push(piece)) source.pause();
    });
    source.on('end', () => {
      if (!this.destroyed) this.push(null);
    });
    const fail = (error?: Error): void => {
      if (this.destroyed || source.readableEnded) return;
      this.sourceFailed = true;
      this.destroy(error ?? new Error('the part ended early'));
    };
    source.on('error', fail);
    source.on('close', fail);
    // It may break before anybody reads it.
    this.on('error', () => undefined);
  }

  override _read(): void {
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#source.resume();
    callback(error);
  }
}
