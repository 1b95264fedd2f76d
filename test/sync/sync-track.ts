import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DocumentClient } from '@document-sync/sdk';
import { SeededRandom } from '../crash/random.js';
import { ServerProcess } from '../crash/server-process.js';
import { LineLedger, linesOf } from './line-ledger.js';
import { SharedFolder } from './shared-folder.js';
import { loadSync } from './sync-module.js';

export const TAG = 'shared';
/** Syncs in turn after which two folders that nobody touches have to be equal; more than ever needed. */
const TURNS_TO_AGREE = 8;

/** One server, two folders, and what happened. */
export class SyncTrack {
  readonly ledger = new LineLedger();
  readonly random: SeededRandom;
  readonly folders: SharedFolder[] = [];
  readonly counts = new Map<string, number>();
  readonly url: string;
  readonly #home: string;
  readonly #server: ServerProcess;
  readonly #client: DocumentClient;

  private constructor(home: string, server: ServerProcess, url: string, seed: number) {
    this.#home = home;
    this.#server = server;
    this.url = url;
    this.#client = new DocumentClient({ baseUrl: url });
    this.random = new SeededRandom(seed);
  }

  static async open(seed: number): Promise<SyncTrack> {
    const home = await mkdtemp(path.join(tmpdir(), 'document-sync-track-'));
    const server = new ServerProcess(path.join(home, 'store'));
    const track = new SyncTrack(home, server, await server.url(), seed);
    for (const name of ['one', 'two']) {
      const root = path.join(home, name);
      await mkdir(root);
      track.folders.push(new SharedFolder(root, track.ledger, track.random.fork()));
    }
    return track;
  }

  /** Where the folder's caches are: each folder is on a machine of its own. */
  cacheOf(folder: SharedFolder): string {
    return path.join(this.#home, `cache-${path.basename(folder.root)}`);
  }

  /** Syncs a folder; what a person would do after a failure that says "run again" is left to the caller. */
  async sync(folder: SharedFolder, signal = new AbortController().signal): Promise<{ steps: number; failed: number }> {
    const { syncFolder } = await loadSync();
    const before = await folder.contents();
    const result = await syncFolder({
      client: this.#client,
      root: folder.root,
      documents: { tag: TAG },
      cacheFolder: this.cacheOf(folder),
      options: { delete: true, direction: 'both' },
      maxDelete: 1000,
      jobs: 4,
      signal,
      onDone: ({ action, merged, conflict_path: copy }) => {
        this.count(copy !== undefined ? 'kept both' : merged === true ? 'merged' : action.do);
      },
    });
    for (const { error } of result.failed) {
      if (!(error instanceof Error && error.name === 'ChangedMeanwhileError')) throw error;
      this.count('outrun');
    }
    if (result.failed.length === 0) {
      for (const text of before.values()) this.ledger.commit(linesOf(text));
    }
    for (const { path: name, reason } of result.plan.left) this.count(`left alone: ${name} (${reason})`);
    return { steps: result.plan.actions.length, failed: result.failed.length };
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Syncs in turn until nothing is left to do, and looks whether both sides have the same and nothing is lost. */
  async inspect(): Promise<void> {
    await this.#agree();
    const [one, two] = await Promise.all(this.folders.map((folder) => folder.contents()));
    assert.ok(one !== undefined && two !== undefined);
    assert.deepEqual([...one], [...two], 'both folders have the same files');
    const [lockOne, lockTwo] = await Promise.all(
      this.folders.map(({ root }) => readFile(path.join(root, 'docs.lock'), 'utf8')),
    );
    assert.equal(lockOne, lockTwo, 'both locks say the same');
    assert.deepEqual(await this.#documents(), [...one], 'the server has the same documents');
    const left = new Set([...one.values()].flatMap(linesOf));
    assert.deepEqual(this.ledger.lost(left), [], 'no line is missing that nobody took out');
    for (const [name, text] of one) {
      const lines = linesOf(text);
      assert.equal(new Set(lines).size, lines.length, `no line is twice in ${name}:\n${text}`);
    }
    assert.deepEqual(
      this.ledger.unrecorded(await this.#everyLine()),
      [],
      'some version has every line that was synced',
    );
  }

  /** What is left alone for good would be seen as files or documents that the other side has not. */
  async #agree(): Promise<void> {
    for (let turn = 0; turn < TURNS_TO_AGREE; turn += 1) {
      let steps = 0;
      for (const folder of this.folders) steps += (await this.sync(folder)).steps;
      if (steps === 0) return;
    }
    assert.fail(`the folders do not come to rest within ${TURNS_TO_AGREE} turns`);
  }

  async #documents(): Promise<[string, string][]> {
    const documents: [string, string][] = [];
    for await (const { document_id: id, name } of this.#client.queryAll({ tags: [TAG], limit: 1000 })) {
      documents.push([name, await (await this.#client.download(id)).blob().then((blob) => blob.text())]);
    }
    return documents.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Every line of every version, also of the documents in the trash, which are taken out of it. */
  async #everyLine(): Promise<Set<string>> {
    const deleted: string[] = [];
    for await (const { document_id: id } of this.#client.trashAll({ limit: 1000 })) deleted.push(id);
    for (const id of deleted) await this.#client.restore(id);
    const lines = new Set<string>();
    const seen = new Set<string>();
    for await (const { document_id: id } of this.#client.queryAll({ tags: [TAG], limit: 1000 })) {
      for await (const { version, checksum_sha256: digest } of this.#client.versionsAll(id, { limit: 1000 })) {
        if (seen.has(digest)) continue;
        seen.add(digest);
        const text = await (await this.#client.download(id, { version })).blob().then((blob) => blob.text());
        for (const line of linesOf(text)) lines.add(line);
      }
    }
    return lines;
  }

  async close(): Promise<void> {
    await this.#server.stop();
    await rm(this.#home, { recursive: true, force: true });
  }
}
