import { randomUUID } from 'node:crypto';
import { link, lstat, readFile, readlink, rename, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { WorkFolder } from './work-folder.js';

/** Who syncs a folder. */
export interface Holder {
  token: string;
  pid: number;
  /** When the process started, in the words of its system; tells a process from a later one with its number. */
  process_started: string;
  host: string;
  /** The system's name for the numbering of processes that the number is from: containers have one each. */
  process_space: string;
  /** UTC, ISO 8601. */
  since: string;
}

/** Somebody else is syncing the folder. */
export class FolderBusyError extends Error {
  override readonly name = 'FolderBusyError';
  readonly holder: Holder;

  constructor(root: string, holder: Holder) {
    const { pid, host, since } = holder;
    const where = host === hostname() ? '' : ` on ${host}`;
    super(`${root} is being synced already, by process ${pid}${where}, since ${since}.`);
    this.holder = holder;
  }
}

const LOCK = 'running';
const BEAT_MS = 5_000;
/** A holder that another machine, or another container, cannot look at counts as gone after this time without a beat. */
const SILENCE_MS = 60_000;

/**
 * Works in a folder as the only one who does. What a crashed process has left behind is not in the way.
 * @throws FolderBusyError when somebody else does already; what the work throws
 */
export async function withFolder<Result>(root: string, use: (work: WorkFolder) => Promise<Result>): Promise<Result> {
  const work = new WorkFolder(root);
  const release = await lockFolder(work);
  try {
    await work.clearStaged();
    return await use(work);
  } finally {
    await work.clear();
    await release();
    await work.remove();
  }
}

/** @returns what gives the lock back */
async function lockFolder(work: WorkFolder): Promise<() => Promise<void>> {
  const lockPath = path.join(work.path, LOCK);
  const own: Holder = {
    token: randomUUID(),
    pid: process.pid,
    process_started: await startOf(process.pid),
    host: hostname(),
    process_space: await processSpace(),
    since: new Date().toISOString(),
  };
  const mine = path.join(work.path, `${LOCK}-${own.token}`);
  await writeInFolder(work, mine, `${JSON.stringify(own)}\n`);
  try {
    await takePlace(work, mine, lockPath);
  } finally {
    await unlink(mine).catch(() => undefined);
  }
  const beat = setInterval(() => {
    utimes(lockPath, new Date(), new Date()).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return async () => {
    clearInterval(beat);
    if ((await holderIn(lockPath))?.token === own.token) await unlink(lockPath);
  };
}

/** Makes the folder first, and again when another process that ends has just removed it. */
async function writeInFolder(work: WorkFolder, file: string, text: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work.create();
      await writeFile(file, text);
      return;
    } catch (error) {
      if (!isCode(error, 'ENOENT') || attempt === 5) throw error;
    }
  }
}

/** A link is made whole or not at all, and by one alone. */
async function takePlace(work: WorkFolder, mine: string, lockPath: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await link(mine, lockPath);
      return;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const holder = await holderIn(lockPath);
    if (holder !== undefined && (attempt > 10 || (await isAlive(work, holder, lockPath)))) {
      throw new FolderBusyError(work.root, holder);
    }
    await removeLeftover(lockPath, `${mine}-leftover`, holder);
  }
}

/** Removes the lock of a holder that is gone, unless somebody else was faster and holds a lock of his own by now. */
async function removeLeftover(lockPath: string, aside: string, gone: Holder | undefined): Promise<void> {
  try {
    await rename(lockPath, aside);
    if ((await holderIn(aside))?.token !== gone?.token) await link(aside, lockPath);
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(aside).catch(() => undefined);
  }
}

async function isAlive(work: WorkFolder, holder: Holder, lockPath: string): Promise<boolean> {
  const isNear = holder.host === hostname() && holder.process_space === (await processSpace());
  if (isNear && !(isRunning(holder.pid) && (await startOf(holder.pid)) === holder.process_started)) return false;
  const last = await lstat(lockPath).catch(() => undefined);
  return last !== undefined && (isNear || (await work.now()) - last.ctimeMs < SILENCE_MS);
}

async function processSpace(): Promise<string> {
  return await readlink('/proc/self/ns/pid').catch(() => '');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
}

/** Empty where the system does not tell it. */
async function startOf(pid: number): Promise<string> {
  // The 22nd field of proc_pid_stat(5); the second is a name in brackets, which may hold blanks.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return (
    stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .at(19) ?? ''
  );
}

/** Undefined for a lock that is gone, or that nobody has written to the end. */
async function holderIn(lockPath: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(lockPath, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
