/** Two servers on one storage folder and processes that write to them, for as many trials as one likes. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expectGone, push, queryTrash } from '../crash/document-requests.js';
import { inspectStorage } from '../crash/inspect-storage.js';
import { ServerProcess } from '../crash/server-process.js';
import { checkHistory } from './check-history.js';
import { initialText } from './race-text.js';
import { purges, rollsBack, scenarios, type Scenario } from './scenario.js';
import { WriterProcesses } from './writer-processes.js';
import type { Report } from './writer.js';

const SERVERS = 2;
const WRITER_PROCESSES = 3;
/** Trials that run at the same time, on documents of their own: while one waits for the disk, others go on. */
const LANES = 8;
/** The collector has nothing to do here and would only look at every file again and again. */
const SETTINGS = { DOCUMENT_COLLECT_INTERVAL_SECONDS: '0' };

export class RaceTrack {
  /** What came out of the trials so far. */
  readonly outcomes = { trials: 0, created: 0, merged: 0, refused: 0 };
  readonly #folder: string;
  readonly #servers: readonly ServerProcess[];
  readonly #writers = new WriterProcesses(WRITER_PROCESSES);
  #failed = false;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#servers = Array.from(
      { length: SERVERS },
      () => new ServerProcess(path.join(folder, 'store'), { environment: SETTINGS }),
    );
  }

  static async open(): Promise<RaceTrack> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'document-sync-races-'));
    await fs.mkdir(path.join(folder, 'scratch'));
    return new RaceTrack(folder);
  }

  /**
   * Runs `trials` random trials, or fails with the first that shows a fault, its seed and its history. Not made smaller:
   * the next race would be another one.
   */
  async run(seed: number, trials: number): Promise<void> {
    const urls = await Promise.all(this.#servers.map((server) => server.url()));
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      fc.assert(
        fc.asyncProperty(scenarios, async (scenario) => {
          // One failure is enough: the other lanes come to their end, too.
          if (this.#failed) return;
          await this.#race(urls, scenario).catch((error: unknown) => {
            this.#failed = true;
            throw error;
          });
        }),
        { seed: seed + lane, numRuns: Math.ceil(trials / LANES), endOnFailure: true },
      ),
    );
    const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return;
    const logs = this.#servers.map(({ printed }) => printed).join('');
    throw new Error(`${String(failed.reason)}\nthe servers printed:\n${logs}`, { cause: failed.reason });
  }

  /** What came out of the trials, in one line. */
  describe(): string {
    const { trials, created, merged, refused } = this.outcomes;
    return `${trials} trials: ${created} versions created, ${merged} merged, ${refused} changes made again`;
  }

  /** Stops the servers and looks whether the folder is in order. */
  async inspect(): Promise<void> {
    for (const server of this.#servers) {
      assert.equal(await server.stop(), 0, server.printed);
      assert.doesNotMatch(server.printed, /"level":(50|60)/, 'the server logged an error');
    }
    await inspectStorage(path.join(this.#folder, 'store'), path.join(this.#folder, 'scratch'));
  }

  /** Ends what still runs and removes the folder. */
  async dispose(): Promise<void> {
    await this.#writers.close();
    await Promise.all(this.#servers.map((server) => server.kill()));
    await fs.rm(this.#folder, { recursive: true, force: true });
  }

  async #race(urls: readonly string[], scenario: Scenario): Promise<void> {
    const [url = '', other = ''] = urls;
    const content = Buffer.from(initialText(scenario.shape, scenario.writers.length));
    const { document_id } = await push(url, content, { name: 'raced for', tags: [], description: '' }, true);
    const may_vanish = purges(scenario);
    const { seed } = scenario;
    const reports = await this.#writers.write(
      scenario.writers.map((steps, writer) => ({ urls, document_id, writer, steps, seed, may_vanish })),
    );
    try {
      if (may_vanish) await checkVanished(other, document_id);
      else await checkHistory(other, document_id, reports, rollsBack(scenario));
    } catch (error) {
      const history = reports.flatMap(({ story }) => story).join('\n');
      throw new Error(`${document_id}: ${String(error)}\n${history}`, { cause: error });
    }
    this.#count(reports);
  }

  #count(reports: readonly Report[]): void {
    const outcomes = reports.flatMap(({ acknowledged }) => acknowledged).map(({ outcome }) => outcome);
    this.outcomes.trials += 1;
    this.outcomes.created += outcomes.filter((outcome) => outcome === 'created').length;
    this.outcomes.merged += outcomes.filter((outcome) => outcome === 'merged').length;
    this.outcomes.refused += reports.reduce((sum, { refusals }) => sum + refusals, 0);
  }
}

async function checkVanished(url: string, document_id: string): Promise<void> {
  await expectGone(url, document_id);
  const trashed = (await queryTrash(url)).map((document) => document.document_id);
  assert.ok(!trashed.includes(document_id), 'a purged document is in the trash');
}
