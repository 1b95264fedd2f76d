import { RateLimiterMemory, RateLimiterRes, RateLimiterSQLite } from 'rate-limiter-flexible';
import type { openCountsFile } from '../../db/index.js';
import type { Quota } from './quota.js';

/** What came of taking from a quota that servers share. */
export interface Drawn {
  /** How many requests it is good for. */
  readonly granted: number;
  /** How many are left for everybody. */
  readonly left: number;
  /** When the quota is whole again, in milliseconds of `Date.now()`. */
  readonly endsAt: number;
}

const TABLE = 'limits';

/** How often whoever has a name has used a quota, counted in one place for all servers on one folder. */
export class SharedCount {
  readonly quota: Quota;
  readonly #shared: RateLimiterSQLite;
  /** Counts for this server alone, where the common place cannot be had. */
  readonly #alone: RateLimiterMemory;
  readonly #report: (error: unknown) => void;

  private constructor(quota: Quota, shared: RateLimiterSQLite, alone: RateLimiterMemory, report: (e: unknown) => void) {
    this.quota = quota;
    this.#shared = shared;
    this.#alone = alone;
    this.#report = report;
  }

  /**
   * @param name of the quota
   * @param report told what goes wrong with the file; requests are then counted in memory
   */
  static async open(
    file: ReturnType<typeof openCountsFile>,
    name: string,
    quota: Quota,
    report: (error: unknown) => void,
  ): Promise<SharedCount> {
    const options = { keyPrefix: name, points: quota.points, duration: quota.seconds };
    const shared = await new Promise<RateLimiterSQLite>((resolve, reject) => {
      // Expired rows are removed by whoever opened the file: the library's timer would outlive it.
      const sqlite = { ...options, storeClient: file as unknown, storeType: 'better-sqlite3', tableName: TABLE };
      const limiter = new RateLimiterSQLite({ ...sqlite, clearExpiredByTimeout: false }, (error?: Error) => {
        if (error) reject(error);
        else resolve(limiter);
      });
    });
    return new SharedCount(quota, shared, new RateLimiterMemory(options), report);
  }

  /** Takes up to `points` of what is left. */
  async draw(holder: string, points: number): Promise<Drawn> {
    const { consumedPoints, msBeforeNext } = await this.#consume(holder, points);
    // The count goes up also where not all could be had; what lay below the quota before is ours.
    const granted = Math.min(points, Math.max(0, this.quota.points - (consumedPoints - points)));
    return {
      granted,
      left: Math.max(0, this.quota.points - consumedPoints),
      endsAt: Date.now() + msBeforeNext,
    };
  }

  /** Forgets the counts of all quotas in the file that have ended. */
  async forgetEnded(): Promise<void> {
    // The library has it, its types do not.
    const store = this.#shared as unknown as { clearExpired(before: number): Promise<void> };
    await store.clearExpired(Date.now()).catch(this.#report);
  }

  async #consume(holder: string, points: number): Promise<RateLimiterRes> {
    try {
      return await this.#shared.consume(holder, points);
    } catch (error) {
      if (error instanceof RateLimiterRes) return error;
      this.#report(error);
    }
    try {
      return await this.#alone.consume(holder, points);
    } catch (error) {
      if (error instanceof RateLimiterRes) return error;
      throw error;
    }
  }
}
