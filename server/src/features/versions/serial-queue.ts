/** Runs what concerns the same thing one after the other, and what concerns others at the same time. */
export class SerialQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` when all that was given before it under the same key has ended, however it did. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
