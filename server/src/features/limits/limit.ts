import { LRUCache } from 'lru-cache';
import type { Allowance, LimitName } from '../../kernel/allowance.js';
import { Lease } from './lease.js';
import type { SharedCount } from './shared-count.js';

/** Holders whose leases are kept; one that is pushed out loses what it had not spent. */
const HOLDERS = 10_000;

/** One limit: of each holder, what flows steadily is spent first, then what may be used at once. */
export class Limit {
  readonly #name: LimitName;
  readonly #perMinute: number;
  readonly #counts: readonly SharedCount[];
  readonly #leases = new LRUCache<string, readonly Lease[]>({ max: HOLDERS });

  /** @param counts of the steady quota and of the burst, whose sum is `perMinute` */
  constructor(name: LimitName, perMinute: number, counts: readonly SharedCount[]) {
    this.#name = name;
    this.#perMinute = perMinute;
    this.#counts = counts;
  }

  /** Counts a request. An answer that is not waited for comes from what this server has drawn, or knows to be used up. */
  take(holder: string): Allowance | Promise<Allowance> {
    const leases = this.#leasesOf(holder);
    const now = Date.now();
    for (const lease of leases) {
      if (lease.spend(now)) return this.#allowance(leases, true, now);
      if (lease.canDraw(now)) return this.#draw(leases);
    }
    return this.#allowance(leases, false, now);
  }

  /** The refusal that one more request is known to meet, without counting it. */
  refusal(holder: string): Allowance | undefined {
    const leases = this.#leases.get(holder);
    if (!leases) return undefined;
    const now = Date.now();
    return leases.every((lease) => lease.left(now) === 0) ? this.#allowance(leases, false, now) : undefined;
  }

  async #draw(leases: readonly Lease[]): Promise<Allowance> {
    for (const lease of leases) {
      for (;;) {
        const now = Date.now();
        if (lease.spend(now)) return this.#allowance(leases, true, now);
        if (!lease.canDraw(now)) break;
        await lease.draw();
      }
    }
    return this.#allowance(leases, false, Date.now());
  }

  #leasesOf(holder: string): readonly Lease[] {
    const known = this.#leases.get(holder);
    if (known) return known;
    const leases = this.#counts.map((count) => new Lease(count, holder));
    this.#leases.set(holder, leases);
    return leases;
  }

  #allowance(leases: readonly Lease[], allowed: boolean, now: number): Allowance {
    let left = 0;
    let renewedInMs = 0;
    let retryInMs = Infinity;
    for (const lease of leases) {
      const endsInMs = lease.endsInMs(now);
      left += lease.left(now);
      renewedInMs = Math.max(renewedInMs, endsInMs);
      if (endsInMs > 0) retryInMs = Math.min(retryInMs, endsInMs);
    }
    return { name: this.#name, perMinute: this.#perMinute, allowed, left, renewedInMs, retryInMs };
  }
}
