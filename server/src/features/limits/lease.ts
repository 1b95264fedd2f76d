import type { SharedCount } from './shared-count.js';

/** A lease is at most this share of a quota, so that what lies unused with one server is little to the others. */
const SHARE = 1 / 8;
/** And at most so many requests: a trip to the shared count costs as much as a small part of each. */
const LARGEST = 64;

/** A share of a shared quota that this server may spend by itself, of one holder. */
export class Lease {
  readonly #count: SharedCount;
  readonly #holder: string;
  /** How many requests are drawn and not spent. */
  #unspent = 0;
  /** How many were left in the shared count when something was drawn. */
  #shared: number;
  /** Until when both figures hold. */
  #endsAt = 0;
  #drawing: Promise<void> | undefined;

  constructor(count: SharedCount, holder: string) {
    this.#count = count;
    this.#holder = holder;
    this.#shared = count.quota.points;
  }

  /** Takes one request of what was drawn; whether there was one. */
  spend(now: number): boolean {
    if (this.#unspent === 0 || now >= this.#endsAt) return false;
    this.#unspent -= 1;
    return true;
  }

  /** Whether the shared count may have more. */
  canDraw(now: number): boolean {
    return this.#count.quota.points > 0 && (now >= this.#endsAt || this.#shared > 0);
  }

  /** Takes a share out of the shared count. Whoever comes meanwhile waits for the same. */
  draw(): Promise<void> {
    return (this.#drawing ??= this.#draw().finally(() => (this.#drawing = undefined)));
  }

  /** How many requests there would be at most. */
  left(now: number): number {
    return now >= this.#endsAt ? this.#count.quota.points : this.#unspent + this.#shared;
  }

  /** For how many milliseconds what there is has to last; 0 when nothing was drawn yet. */
  endsInMs(now: number): number {
    return Math.max(0, this.#endsAt - now);
  }

  async #draw(): Promise<void> {
    const share = Math.min(LARGEST, Math.max(1, Math.floor(this.#count.quota.points * SHARE)));
    const { granted, left, endsAt } = await this.#count.draw(this.#holder, share);
    this.#unspent = Date.now() >= this.#endsAt ? granted : this.#unspent + granted;
    this.#shared = left;
    this.#endsAt = endsAt;
  }
}
