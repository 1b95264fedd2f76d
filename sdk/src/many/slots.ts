/** Runs tasks side by side, a certain number at the most. */
export class Slots {
  readonly #count: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /**
   * Starts a task as soon as there is room for it.
   *
   * @throws what an earlier task has thrown; the task is not started then
   */
  async start(task: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#count) await Promise.race(this.#running);
    this.#throwFailure();
    const running: Promise<void> = task()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /**
   * Waits until every started task has ended.
   *
   * @throws what one of them has thrown
   */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
