/** How much whoever calls may ask for, counted for all servers on one folder together. */
import type { Allowance, LimitName } from '../../kernel/allowance.js';
import { openCountsFile } from '../../db/index.js';
import { Limit } from './limit.js';
import { splitQuota } from './quota.js';
import type { SharedCount } from './shared-count.js';

/** How often counts that have ended are removed. */
const FORGET_EVERY_MS = 5 * 60_000;

/** Requests a minute of each limit; 0 for no limit. */
export type Rates = Readonly<Record<LimitName, number>>;

export interface RateLimitsOptions {
  /** A file for the counts; made when there is something to count. */
  readonly filename: string;
  readonly rates: Rates;
  /** Told what goes wrong with the file. */
  readonly report: (error: unknown) => void;
}

export class RateLimits {
  readonly #limits: ReadonlyMap<LimitName, Limit>;
  readonly #close: () => void;

  private constructor(limits: ReadonlyMap<LimitName, Limit>, close: () => void) {
    this.#limits = limits;
    this.#close = close;
  }

  static async open({ filename, rates, report }: RateLimitsOptions): Promise<RateLimits> {
    const limited = Object.entries(rates).filter(([, perMinute]) => perMinute > 0) as [LimitName, number][];
    if (limited.length === 0) return new RateLimits(new Map(), () => undefined);
    // The library takes as long to load as a tenth of a start, which a server without limits need not wait for.
    const shared = await import('./shared-count.js');
    const file = openCountsFile(filename);
    const limits = new Map<LimitName, Limit>();
    const all: SharedCount[] = [];
    for (const [name, perMinute] of limited) {
      const { steady, burst } = splitQuota(perMinute);
      const counts = [
        await shared.SharedCount.open(file, `${name}:steady`, steady, report),
        await shared.SharedCount.open(file, `${name}:burst`, burst, report),
      ];
      limits.set(name, new Limit(name, perMinute, counts));
      all.push(...counts);
    }
    const forgetting = setInterval(() => void all[0]?.forgetEnded(), FORGET_EVERY_MS);
    forgetting.unref();
    return new RateLimits(limits, () => {
      clearInterval(forgetting);
      file.close();
    });
  }

  /**
   * Counts a request of a holder.
   *
   * @param holder a key, or an address
   * @returns undefined where there is no such limit
   */
  take(name: LimitName, holder: string): Allowance | Promise<Allowance> | undefined {
    return this.#limits.get(name)?.take(holder);
  }

  /** The refusal that one more request is known to meet: nothing is counted, and nothing is looked up. */
  refusal(name: LimitName, holder: string): Allowance | undefined {
    return this.#limits.get(name)?.refusal(holder);
  }

  close(): void {
    this.#close();
  }
}
