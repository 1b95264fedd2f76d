import type { TransferProgress } from '../contract.js';

/** The progress of many transfers as that of one. */
export class Tally {
  readonly #onProgress: ((progress: TransferProgress) => void) | undefined;
  #transferredBytes = 0;
  #totalBytes: number | undefined = 0;
  #isComplete = false;

  constructor(onProgress: ((progress: TransferProgress) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  /**
   * Adds a transfer.
   *
   * @param sizeBytes of its contents; undefined when they do not tell
   */
  add(sizeBytes: number | undefined): {
    onProgress: (progress: TransferProgress) => void;
    /** It is over, whether it succeeded or not: nothing more will come of it. */
    end: () => void;
  } {
    this.#totalBytes =
      this.#totalBytes === undefined || sizeBytes === undefined ? undefined : this.#totalBytes + sizeBytes;
    let transferred = 0;
    const advance = (transferredBytes: number): void => {
      if (transferredBytes === transferred) return;
      this.#transferredBytes += transferredBytes - transferred;
      transferred = transferredBytes;
      this.#report();
    };
    return {
      onProgress: ({ transferredBytes }) => {
        advance(transferredBytes);
      },
      end: () => {
        advance(sizeBytes ?? transferred);
      },
    };
  }

  /** There will be no more transfers: from now on the total is known. */
  complete(): void {
    this.#isComplete = true;
    this.#report();
  }

  #report(): void {
    const isKnown = this.#isComplete && this.#totalBytes !== undefined;
    this.#onProgress?.({
      transferredBytes: this.#transferredBytes,
      ...(isKnown && { totalBytes: this.#totalBytes }),
    } as TransferProgress);
  }
}
