import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../../db/index.js';
import { append } from '../../journal/index.js';
import { serverPrincipal } from '../../kernel/principal.js';
import type { Clock } from '../../kernel/clock.js';
import { findContent } from './documents.store.js';
import { deleteVersion, listTenants, walkVersions, type WalkedVersion } from './versions.store.js';

/** Which old versions are kept. The current one always is; a version that either rule keeps stays. */
export interface RetentionRules {
  /** How many of the newest versions of each document are kept; 0 sets no such rule. */
  readonly keepLast: number;
  /** For how many days a version is kept; 0 sets no such rule. */
  readonly keepDays: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Versions that one step looks at: a few milliseconds of work. */
const STEP = 1000;
/** Who a removal by the collector is noted for. */
const COLLECTOR = 'collector';

/** Thins the history of documents. Without a rule it keeps all of it. */
export class Retention {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #rules: RetentionRules;

  constructor(db: Database, clock: Clock, rules: RetentionRules) {
    this.#db = db;
    this.#clock = clock;
    this.#rules = rules;
  }

  /** Walks over all versions, in steps. Returns how many it removed; stops early when `signal` is aborted. */
  async thin(signal?: AbortSignal): Promise<number> {
    const { keepLast, keepDays } = this.#rules;
    if (keepLast === 0 && keepDays === 0) return 0;
    let removed = 0;
    for (const tenant_id of await listTenants(this.#db.read)) {
      let last: Pick<WalkedVersion, 'document_id' | 'version'> = { document_id: '', version: 0 };
      for (let step = STEP; step === STEP && signal?.aborted !== true;) {
        const versions = await walkVersions(this.#db.read, tenant_id, last, STEP);
        removed += await this.#remove(
          tenant_id,
          versions.filter((version) => this.#isSuperfluous(version)),
        );
        step = versions.length;
        last = versions.at(-1) ?? last;
        await nextTurn();
      }
    }
    return removed;
  }

  #isSuperfluous({ version, current_version, created_at }: WalkedVersion): boolean {
    if (version === current_version) return false;
    const { keepLast, keepDays } = this.#rules;
    const isAmongLast = keepLast > 0 && version > current_version - keepLast;
    const isYoung = keepDays > 0 && Date.parse(created_at) > this.#clock.now().getTime() - keepDays * DAY_MS;
    return !isAmongLast && !isYoung;
  }

  /** What is superfluous stays so, since the current version only ever rises; but others may have removed it meanwhile. */
  async #remove(tenant_id: string, versions: readonly WalkedVersion[]): Promise<number> {
    if (versions.length === 0) return 0;
    return await this.#db.write(async (tx) => {
      const removed: WalkedVersion[] = [];
      for (const version of versions) {
        // In the trash nothing is thinned: a document comes back as it went.
        if (!(await findContent(tx, tenant_id, version.document_id))) continue;
        if (await deleteVersion(tx, tenant_id, version.document_id, version.version)) removed.push(version);
      }
      for (const [document_id, { current_version, numbers }] of byDocument(removed)) {
        const data = { versions: numbers };
        const event = { type: 'document.versions_removed', document_id, version: current_version, data } as const;
        await append(tx, serverPrincipal(tenant_id, COLLECTOR), event, this.#clock.now());
      }
      return removed.length;
    });
  }
}

function byDocument(
  versions: readonly WalkedVersion[],
): Map<string, { readonly current_version: number; readonly numbers: number[] }> {
  const documents = new Map<string, { current_version: number; numbers: number[] }>();
  for (const { document_id, version, current_version } of versions) {
    const known = documents.get(document_id) ?? { current_version, numbers: [] };
    known.numbers.push(version);
    documents.set(document_id, known);
  }
  return documents;
}
