import { busyWith } from '../../kernel/turn.js';

/** Room for so much heavy work at once; more is not kept waiting. */
export class Slots {
  readonly #subject: string;
  #free: number;

  /** @param subject what the server is busy with when there is no room, as in "busy with other archives" */
  constructor(count: number, subject: string) {
    this.#free = count;
    this.#subject = subject;
  }

  /**
   * Takes a slot.
   *
   * @returns gives it back; may be called more than once
   * @throws Problem `unavailable`
   */
  take(): () => void {
    if (this.#free === 0) throw busyWith(this.#subject);
    this.#free -= 1;
    let taken = true;
    return () => {
      if (taken) this.#free += 1;
      taken = false;
    };
  }
}
