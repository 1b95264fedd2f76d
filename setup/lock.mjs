import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;
const heartbeatMs = 2_000;
/** A holder that beats no more for this time is gone, whoever has its process id now. */
const silenceMs = 30_000;
/** A lock that nobody touched for this time holds nobody up, whatever else speaks for it. */
const forgottenMs = 600_000;

/** Tells the lock that is held, if one is, of a program at work. @type {(pid: number | undefined) => void} */
let tellOfChild = () => {};

/**
 * Names a program, the leader of its own process group, that works for the holder of the lock: as long as it runs, the
 * lock stays, even if the holder is killed and cannot stop it.
 *
 * @param {number | undefined} pid undefined when the program has ended
 */
export function lockHasChild(pid) {
  tellOfChild(pid);
}

/**
 * Runs `work` while no other process does so under the same lock file; waits for the other one if there is.
 * A lock that a dead process left behind is taken over.
 *
 * @template T
 * @param {string} file the lock file; it exists while the work runs
 * @param {(line: string) => void} say told once when there is somebody to wait for
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what the work returned
 */
export async function onlyOneAtATime(file, say, work) {
  const holder = { host: hostname(), pid: process.pid, since: new Date().toISOString() };
  let content = JSON.stringify(holder);
  let told = false;
  while (!create(file, content)) {
    const found = look(file);
    if (found === undefined) continue;
    if (isLeftBehind(found)) {
      takeAway(file, found.content);
      continue;
    }
    if (!told) say(`Waiting for another set-up of this folder to end (${file})`);
    told = true;
    await sleep(pollMs);
  }
  const release = () => {
    if (look(file)?.content === content) rmSync(file, { force: true });
  };
  tellOfChild = (child) => {
    content = JSON.stringify({ ...holder, child });
    writeFileSync(file, content);
  };
  const heartbeat = setInterval(() => touch(file), heartbeatMs);
  process.on('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    tellOfChild = () => {};
    release();
  }
}

/** @param {string} file @param {string} content @returns {boolean} whether the lock is ours now */
function create(file, content) {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file @returns {{ content: string, silentMs: number } | undefined} undefined when there is no lock */
function look(file) {
  try {
    return { content: readFileSync(file, 'utf8'), silentMs: Date.now() - statSync(file).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {{ content: string, silentMs: number }} lock */
function isLeftBehind({ content, silentMs }) {
  if (silentMs > forgottenMs) return true;
  const { host, pid, child } = parse(content);
  const silent = silentMs > silenceMs;
  if (host !== hostname()) return silent;
  return (silent || !isRunning(pid)) && (child === undefined || !isRunning(-child));
}

/** @param {string} content @returns {{ host?: string, pid?: number, child?: number }} */
function parse(content) {
  try {
    return JSON.parse(content);
  } catch {
    return {}; // It is being written at this moment, or its writer was killed in doing so.
  }
}

/** @param {number} pid negative for a process group */
function isRunning(pid) {
  try {
    process.kill(process.platform === 'win32' ? Math.abs(pid) : pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH'; // EPERM: another user's
  }
}

/**
 * Removes a dead lock, and only that one: it is moved aside first, because two waiting processes may come to the same
 * conclusion and the second must not remove the lock that the first has meanwhile made its own.
 *
 * @param {string} file @param {string} deadContent
 */
function takeAway(file, deadContent) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') === deadContent) rmSync(aside);
  else renameSync(aside, file);
}

/** @param {string} file */
function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // The folder is being removed under us; the work itself will say so.
  }
}
