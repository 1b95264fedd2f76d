import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WORK_FOLDER } from './document-path.js';
import { LockEntries } from './lock-entries.js';
import type { LockEntry } from './lock-file.js';
import type { LocalFile, RemoteDocument } from './plan-types.js';

const FILE = 'progress';

/** What happens between two writings of the lock, in order. */
export type ProgressRow =
  /** A document is in step under a path. */
  | ({ do: 'record'; path: string } & LockEntry)
  | { do: 'forget'; path: string; document_id: string }
  /** A document's file is about to get another path. */
  | { do: 'move'; document_id: string; from: string; to: string }
  /** It has got it. */
  | { do: 'moved'; document_id: string; to: string }
  /** A file's content is about to become a document's next version. */
  | { do: 'push'; document_id: string; sha256: string }
  /** A document's version is about to take its place in the folder. */
  | ({ do: 'pull'; path: string } & LockEntry);

/** Paths to which a sync has moved the files of documents whose other steps are not done, by document. */
export type Whereabouts = ReadonlyMap<string, string>;

/**
 * Says what a sync has done since it last wrote the lock, and what it is about to do. Every row is with the system before
 * the step that follows from it is taken, so that a sync that is killed leaves nothing to guess: contents alone do not tell
 * whose file a file is, once somebody has edited it.
 */
export class ProgressLog {
  readonly #file: string;
  /** Rows since the log was last begun. */
  #rows: ProgressRow[] = [];
  /** How many of them are in the file. */
  #written = 0;
  readonly #moved: Map<string, string>;
  readonly #begun = new Map<string, ProgressRow>();
  #handle: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, whereabouts: Whereabouts) {
    this.#file = file;
    this.#moved = new Map(whereabouts);
  }

  /**
   * @param lockText The lock file that the log goes on from.
   * @param whereabouts What is known already and not in the lock.
   */
  static async begin(root: string, lockText: string | undefined, whereabouts: Whereabouts): Promise<ProgressLog> {
    const log = new ProgressLog(fileIn(root), whereabouts);
    await log.beginAnew(lockText, 0);
    return log;
  }

  /** How many rows there are: what they say has been applied to the lock's entries. */
  get length(): number {
    return this.#rows.length;
  }

  async add(row: ProgressRow): Promise<void> {
    this.#rows.push(row);
    if (row.do === 'moved') this.#moved.set(row.document_id, row.to);
    else if (row.do === 'push' || row.do === 'pull') this.#begun.set(row.document_id, row);
    else if (row.do !== 'move') {
      this.#moved.delete(row.document_id);
      this.#begun.delete(row.document_id);
    }
    await this.#inTurn(async () => {
      const lines = this.#rows.slice(this.#written).map(asLine);
      this.#written = this.#rows.length;
      if (lines.length > 0) await this.#handle?.appendFile(lines.join(''));
    });
  }

  /** What was about to come to a document will not come. */
  drop(documentId: string): void {
    this.#begun.delete(documentId);
  }

  /**
   * The lock has been written.
   * @param known How many of the rows it knows.
   */
  async beginAnew(lockText: string | undefined, known: number): Promise<void> {
    await this.#inTurn(async () => {
      this.#rows = [...this.#open(), ...this.#rows.slice(known)];
      this.#written = this.#rows.length;
      const staging = `${this.#file}.next`;
      await writeFile(staging, [asLine({ lock: digestOf(lockText) }), ...this.#rows.map(asLine)].join(''));
      await rename(staging, this.#file);
      await this.#handle?.close();
      this.#handle = await open(this.#file, 'a');
    });
  }

  /** What the lock does not say and the next sync has to know. */
  #open(): ProgressRow[] {
    const moved = [...this.#moved].map(([document_id, to]): ProgressRow => ({ do: 'moved', document_id, to }));
    return [...moved, ...this.#begun.values()];
  }

  /** To be called after the lock was written for the last time. */
  async end(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#handle?.close();
      this.#handle = undefined;
      if (this.#open().length === 0) await rm(this.#file, { force: true });
    });
  }

  async #inTurn(write: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(write);
    this.#writing = done.catch(() => undefined);
    await done;
  }
}

/** What an earlier sync has done since the lock was written. Nothing, if the lock was changed since, by git or by hand. */
export async function readProgress(root: string, lockText: string | undefined): Promise<ProgressRow[]> {
  const text = await readFile(fileIn(root), 'utf8').catch(() => '');
  const [head, ...rows] = text.split('\n');
  if (head !== asLine({ lock: digestOf(lockText) }).trimEnd()) return [];
  const read: ProgressRow[] = [];
  for (const line of rows) {
    try {
      read.push(JSON.parse(line) as ProgressRow);
    } catch {
      // The end of a line that a kill has cut, or what follows the last one.
      break;
    }
  }
  return read;
}

/** Both sides as they are now. */
export interface World {
  files: ReadonlyMap<string, LocalFile>;
  remote: readonly RemoteDocument[];
}

/** What the lock would say if it had been written at the end, and where the files of unfinished documents are. */
export interface Recovered {
  entries: Map<string, LockEntry>;
  whereabouts: Map<string, string>;
}

/** @param base The lock that the rows go on from. */
export function replayProgress(
  rows: readonly ProgressRow[],
  base: ReadonlyMap<string, LockEntry>,
  world: World,
): Recovered {
  const entries = new LockEntries(base);
  const whereabouts = new Map<string, string>();
  const begun = new Map<string, ProgressRow>();
  for (const [index, row] of rows.entries()) {
    if (row.do === 'moved') whereabouts.set(row.document_id, row.to);
    else if (row.do === 'move') {
      // Of the last step alone nobody knows whether it was taken.
      const isTaken = index === rows.length - 1 && world.files.has(row.to) && !world.files.has(row.from);
      if (isTaken) whereabouts.set(row.document_id, row.to);
    } else if (row.do === 'push' || row.do === 'pull') {
      begun.set(row.document_id, row);
    } else {
      whereabouts.delete(row.document_id);
      begun.delete(row.document_id);
      if (row.do === 'forget') entries.forget(row.path, row.document_id);
      else entries.record(row.path, entryOf(row));
    }
  }
  recordArrived(begun, entries, world);
  for (const [id, at] of whereabouts) if (!world.files.has(at)) whereabouts.delete(id);
  return { entries: entries.byPath, whereabouts };
}

/** Contents that have arrived, although nobody has written it down: both sides had them. */
function recordArrived(begun: ReadonlyMap<string, ProgressRow>, entries: LockEntries, { files, remote }: World): void {
  for (const { document_id, version, sha256 } of remote) {
    const row = begun.get(document_id);
    const at = row?.do === 'push' && row.sha256 === sha256 ? entries.pathOf(document_id) : undefined;
    if (at !== undefined) entries.record(at, { document_id, version, sha256 });
  }
  for (const row of begun.values()) {
    if (row.do === 'pull' && files.get(row.path)?.sha256 === row.sha256) entries.record(row.path, entryOf(row));
  }
}

function entryOf({ document_id, version, sha256 }: LockEntry): LockEntry {
  return { document_id, version, sha256 };
}

function asLine(row: ProgressRow | { lock: string }): string {
  return `${JSON.stringify(row)}\n`;
}

function digestOf(lockText: string | undefined): string {
  return createHash('sha256')
    .update(lockText ?? '')
    .digest('hex');
}

function fileIn(root: string): string {
  return path.join(root, WORK_FOLDER, FILE);
}
