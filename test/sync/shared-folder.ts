import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SeededRandom } from '../crash/random.js';
import { linesOf, type LineLedger } from './line-ledger.js';

const STEMS = ['a', 'b', 'c', 'd', 'e'];
const FOLDERS = ['', '', 'docs/', 'docs/deep/', 'notes/'];
const FILES_AT_MOST = 8;

/** A folder in which somebody works, at random, and writes into the ledger what he does. */
export class SharedFolder {
  readonly root: string;
  readonly #ledger: LineLedger;
  readonly #random: SeededRandom;

  constructor(root: string, ledger: LineLedger, random: SeededRandom) {
    this.root = root;
    this.#ledger = ledger;
    this.#random = random;
  }

  /** Every file but those of the sync, by path. */
  async contents(): Promise<Map<string, string>> {
    const files = new Map<string, string>();
    const entries = await readdir(this.root, { withFileTypes: true, recursive: true });
    for (const entry of entries) {
      const absolute = path.join(entry.parentPath, entry.name);
      const name = path.relative(this.root, absolute);
      if (!entry.isFile() || name === 'docs.lock' || name.startsWith('.doc-sync')) continue;
      files.set(name, await readFile(absolute, 'utf8'));
    }
    return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Does one thing that people do to files. */
  async work(): Promise<void> {
    const files = await this.contents();
    const random = this.#random;
    if (files.size === 0 || (files.size < FILES_AT_MOST && random.chance(0.3))) {
      await this.#create(files);
      return;
    }
    const name = random.pick([...files.keys()]);
    const text = files.get(name) ?? '';
    const edit = (): Promise<void> => this.#write(name, this.#edited(text));
    await random.pick([
      ...[edit, edit, edit, edit, edit, edit, edit, edit],
      () => this.#rewrite(name, text),
      () => this.#move(name, files),
      () => this.#swap(name, files),
      () => this.#delete(name, text),
      () => this.#copy(text, files),
    ])();
  }

  async #create(files: ReadonlyMap<string, string>): Promise<void> {
    const name = this.#freePath(files);
    if (name === undefined) return;
    const lines = Array.from({ length: this.#random.pick([0, 3, 30, 40]) }, () => this.#ledger.write());
    await this.#write(name, asText(lines));
  }

  /** Inserts, replaces or takes out a line or two, anywhere. */
  #edited(text: string): string {
    const lines = linesOf(text);
    for (let count = this.#random.integer(1, 2); count > 0; count -= 1) {
      const at = this.#random.integer(0, lines.length);
      const takes = this.#random.chance(0.4) && at < lines.length ? 1 : 0;
      const gives = takes === 0 || this.#random.chance(0.5) ? [this.#ledger.write()] : [];
      this.#ledger.remove(lines.splice(at, takes, ...gives));
    }
    return asText(lines);
  }

  async #rewrite(name: string, text: string): Promise<void> {
    this.#ledger.remove(linesOf(text));
    await this.#write(name, asText([this.#ledger.write(), this.#ledger.write()]));
  }

  async #move(name: string, files: ReadonlyMap<string, string>): Promise<void> {
    const to = this.#freePath(files);
    if (to === undefined) return;
    await mkdir(path.dirname(path.join(this.root, to)), { recursive: true });
    await rename(path.join(this.root, name), path.join(this.root, to));
  }

  async #swap(name: string, files: ReadonlyMap<string, string>): Promise<void> {
    const other = this.#random.pick([...files.keys()]);
    const aside = path.join(this.root, 'aside');
    await rename(path.join(this.root, name), aside);
    if (other !== name) await rename(path.join(this.root, other), path.join(this.root, name));
    await rename(aside, path.join(this.root, other));
  }

  async #delete(name: string, text: string): Promise<void> {
    this.#ledger.remove(linesOf(text));
    await rm(path.join(this.root, name));
  }

  async #copy(text: string, files: ReadonlyMap<string, string>): Promise<void> {
    const to = this.#freePath(files);
    if (to !== undefined && files.size < FILES_AT_MOST) await this.#write(to, text);
  }

  #freePath(files: ReadonlyMap<string, string>): string | undefined {
    const name = `${this.#random.pick(FOLDERS)}${this.#random.pick(STEMS)}.md`;
    return files.has(name) ? undefined : name;
  }

  async #write(name: string, text: string): Promise<void> {
    const absolute = path.join(this.root, name);
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFile(absolute, text);
  }
}

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
