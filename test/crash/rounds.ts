/** Rounds of serving, killing, looking and starting again, all on one folder. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { idOf } from './asking.js';
import { eventually } from './eventually.js';
import { ageAll, blobFiles, inspectStorage, stagingFiles } from './inspect-storage.js';
import { Ledger, type CollectorRules, type Entry } from './ledger.js';
import { queryTrash } from './document-requests.js';
import type { SeededRandom } from './random.js';
import { ServerProcess } from './server-process.js';
import { headings } from './version-requests.js';
import { runUser, sharedContents } from './workload.js';

const USERS = 6;
/** The collector as busy as settings allow, so that it is killed at its work, too, and meets pushes of the same content. */
const SETTINGS = { DOCUMENT_COLLECT_INTERVAL_SECONDS: '1', DOCUMENT_COLLECT_GRACE_SECONDS: '60' };
/** What is left of every document when the folder rests. */
const RESTING = { keep_versions: 2, purges_trash: true } satisfies CollectorRules;

/** A storage folder with a history of crashes. */
export class CrashedStore {
  readonly storageDir: string;
  readonly ledger = new Ledger();
  /** How often what was asked for and acknowledged so far. */
  readonly tally = new Map<string, number>();
  /** Starts that were killed before they served. */
  killedStarts = 0;
  readonly #folder: string;
  readonly #random: SeededRandom;
  readonly #shared: Buffer[];
  readonly #servers = new Set<ServerProcess>();
  /** Documents that a user of this round has. */
  readonly #taken = new Set<Entry>();

  private constructor(folder: string, random: SeededRandom) {
    this.#folder = folder;
    this.storageDir = path.join(folder, 'store');
    this.#random = random;
    this.#shared = sharedContents(random);
  }

  static async create(random: SeededRandom): Promise<CrashedStore> {
    const store = new CrashedStore(await fs.mkdtemp(path.join(os.tmpdir(), 'document-sync-crash-')), random);
    await fs.mkdir(path.join(store.#folder, 'scratch'));
    return store;
  }

  /** Requests that were acknowledged so far. */
  get acknowledged(): number {
    return [...this.tally.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What the users have come to, in one line. */
  describe(): string {
    const counts = [...this.tally].sort(([one], [other]) => one.localeCompare(other));
    const requests = counts.map(([what, count]) => `${what} ${count}`).join(', ');
    const { entries } = this.ledger;
    return `${requests}; ${this.killedStarts} killed starts, ${entries.length} documents left`;
  }

  /** Kills what still runs and removes the folder. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.kill()));
    await fs.rm(this.#folder, { recursive: true, force: true });
  }

  /**
   * Starts `servers` servers, lets users work on them, kills all at random moments, and checks all that was promised:
   * first in the folder as the kill has left it, then through a server that was started again.
   */
  async round(servers = 1): Promise<void> {
    const rules = this.#drawRules();
    this.ledger.expect(rules);
    await this.#killSomeStarts(rules);
    const running = Array.from({ length: servers }, () => this.#start(rules));
    const urls = await Promise.all(running.map((server) => server.url()));
    await this.ledger.settle(this.#random.pick(urls), rules);
    await this.#readSomeText(urls);
    this.#taken.clear();
    let begun = (): void => undefined;
    const atWork = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const working = Array.from({ length: USERS }, () => this.#work(urls, begun));
    // What is asked of one that is dead is asked of those that are left.
    const dying = running.map(async (server) => {
      await atWork;
      await sleep(this.#random.integer(0, 700));
      await server.kill();
      this.#servers.delete(server);
    });
    await Promise.all([...working, ...dying]).catch((error: unknown) => {
      const logs = running.map(({ printed }) => printed).join('');
      throw new Error(`${String(error)}\nthe servers printed:\n${logs}`, { cause: error });
    });
    for (const server of running) assert.doesNotMatch(server.printed, /"level":(50|60)/, 'the server logged an error');
    await inspectStorage(this.storageDir, path.join(this.#folder, 'scratch'));
    await ageAll(this.storageDir);
  }

  /**
   * Starts one more server, which finds everything old: it empties the trash, thins the history, clears the staging folder
   * and removes what no version needs, and only that. Stops it, and looks once more.
   */
  async rest(): Promise<void> {
    await ageAll(this.storageDir);
    const server = this.#start(RESTING);
    const url = await server.url();
    await this.ledger.settle(url, RESTING);
    await eventually(async () => {
      assert.deepEqual(await queryTrash(url), [], 'documents that should not be in the trash any more');
      assert.deepEqual(await stagingFiles(this.storageDir), [], 'staging files that killed servers left');
      const names = (await blobFiles(this.storageDir)).map((file) => path.basename(file));
      assert.deepEqual(names.sort(), this.#needed(RESTING.keep_versions), 'content that no version needs');
    });
    await this.ledger.settle(url, RESTING);
    assert.equal(await server.stop(), 0);
    this.#servers.delete(server);
    await inspectStorage(this.storageDir, path.join(this.#folder, 'scratch'));
  }

  /** The digests of what must be left when every document has only its newest versions. */
  #needed(versions: number): string[] {
    const live = this.ledger.entries.filter(({ state }) => state.place === 'live');
    return [
      ...new Set(live.flatMap(({ state }) => state.versions.slice(-versions).map(({ digest }) => digest))),
    ].sort();
  }

  #start({ keep_versions, purges_trash }: CollectorRules): ServerProcess {
    const environment = {
      ...SETTINGS,
      ...(keep_versions === undefined ? {} : { DOCUMENT_KEEP_VERSIONS: String(keep_versions) }),
      ...(purges_trash ? { DOCUMENT_TRASH_DAYS: '0' } : {}),
    };
    const server = new ServerProcess(this.storageDir, { environment });
    this.#servers.add(server);
    return server;
  }

  /** Work on text begins with the start of a thread; the kill is to meet the work, and not only that start. */
  async #readSomeText(urls: readonly string[]): Promise<void> {
    const entry = this.ledger.entries.find(({ is_text, state }) => is_text && state.place === 'live');
    if (entry === undefined) return;
    for (const url of urls) assert.deepEqual(await headings(url, idOf(entry)), [entry.key]);
  }

  /** In half of the rounds all versions are kept, and in most of them what is in the trash. */
  #drawRules(): CollectorRules {
    const keep_versions = this.#random.chance(0.5) ? undefined : this.#random.integer(2, 4);
    return { keep_versions, purges_trash: this.#random.chance(0.3) };
  }

  /** Now and then a server dies before it serves: in its recovery, its migrations, its first collection. */
  async #killSomeStarts(rules: CollectorRules): Promise<void> {
    while (this.#random.chance(0.25)) {
      const server = this.#start(rules);
      await sleep(this.#random.integer(0, 500));
      await server.kill();
      this.#servers.delete(server);
      this.killedStarts += 1;
    }
  }

  /** A user who goes on with a part of the documents until every server is gone. */
  async #work(urls: readonly string[], begun: () => void): Promise<void> {
    const random = this.#random.fork();
    const own = this.#share(random);
    const onAcknowledged = (what: string): void => {
      this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
      begun();
    };
    for (const left = [...urls]; left.length > 0;) {
      const url = random.pick(left);
      left.splice(left.indexOf(url), 1);
      await runUser({ ledger: this.ledger, shared: this.#shared, url, onAcknowledged }, random, own);
      // What was under way on the dead server is nobody's until the next round settles it.
      own.splice(0, own.length, ...own.filter(({ asked }) => asked === undefined));
    }
  }

  /** Some of the documents of earlier rounds that no other user has. */
  #share(random: SeededRandom): Entry[] {
    const known = this.ledger.entries.filter((entry) => entry.asked === undefined && !this.#taken.has(entry));
    const share = known.filter(() => random.chance(0.3));
    for (const entry of share) this.#taken.add(entry);
    return share;
  }
}
