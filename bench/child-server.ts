import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { KeepAliveConnection } from './keep-alive-connection.js';

/** How to start a server. */
export interface ServerCommand {
  /** Script and arguments for this Node. */
  readonly command: readonly string[];
  /** Put over the environment of the bench, from which all settings of a server are taken out first. */
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  /** Gets whatever the server prints. */
  readonly logFile: string;
}

/** From when to when, in microseconds of the machine's monotonic clock, which all its processes share. */
export interface Interval {
  readonly begin: number;
  readonly end: number;
}

/** A server in a process of its own. */
export interface ChildServer {
  readonly port: number;
  readonly pid: number;
  /** What it printed, standard output and error. */
  readonly logFile: string;
  /** Whether it has ended. */
  hasEnded(): boolean;
  /** When it was under load; whoever loads it adds to this. */
  readonly loads: Interval[];
  /** Asks it to stop (SIGTERM) and waits until it has; one that does not stop within 15 s is killed and is an error. */
  stop(): Promise<void>;
}

const CLOCK_TICKS_PER_SECOND = 100;
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 15_000;
const LOG_SHOWN_CHARACTERS = 2000;

const running = new Set<ChildProcess>();

/**
 * Starts a server and returns at once, before it listens.
 */
export function spawnServer({ command, environment, port, logFile }: ServerCommand): ChildServer {
  const settings = Object.entries(process.env).filter(([name]) => !name.startsWith('DOCUMENT_'));
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, command, {
    env: { ...Object.fromEntries(settings), ...environment },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  running.add(child);
  child.once('exit', () => running.delete(child));
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${command.join(' ')}`);
  return {
    port,
    pid,
    logFile,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    loads: [],
    stop: () => stop(child, command),
  };
}

/**
 * Asks a server for a path until it answers 200.
 * @param everyMs how long to wait after a refused connection; it bounds how exact the time is
 * @throws Error when there is another answer, the server ends, or there is none within 30 s; with what it printed last
 */
export async function firstAnswer(server: ChildServer, path: string, everyMs: number): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline && !server.hasEnded()) {
    const connection = await KeepAliveConnection.open(server.port).catch(() => undefined);
    if (connection === undefined) {
      await sleep(everyMs);
      continue;
    }
    try {
      const { status } = await connection.send([
        Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`),
      ]);
      if (status !== 200) throw new Error(`${path} answered ${status} at the start`);
      return;
    } finally {
      connection.close();
    }
  }
  const why = server.hasEnded() ? 'the server ended' : `no answer within ${START_LIMIT_MS / 1000} s`;
  throw new Error(`${why}; it printed:\n${readFileSync(server.logFile, 'utf8').slice(-LOG_SHOWN_CHARACTERS)}`);
}

/** The time now, for an `Interval`. */
export function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/**
 * The CPU time that a process has used so far, all threads, user and system, in seconds (`proc_pid_stat(5)`). Exact to
 * 10 ms.
 */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

/**
 * The largest resident set that a process has had so far, in MiB (`VmHWM` of `proc_pid_status(5)`).
 */
export function peakMemoryMib(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status names no VmHWM`);
  return Number(kib) / 1024;
}

/**
 * How much a process has handed to the kernel so far, to sockets as to files, in bytes (`wchar` of `proc_pid_io(5)`).
 */
export function writtenBytes(pid: number): number {
  const bytes = /^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1];
  if (bytes === undefined) throw new Error(`/proc/${pid}/io names no wchar`);
  return Number(bytes);
}

/**
 * A port that nobody listens on at the moment.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Ends every server that still runs: for an interrupted bench. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

async function stop(child: ChildProcess, command: readonly string[]): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null)
    throw new Error(`${command.join(' ')} ended before it was asked to (${child.exitCode ?? child.signalCode})`);
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill('SIGTERM');
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearTimeout(killer);
  if (signal === 'SIGKILL')
    throw new Error(`${command.join(' ')} did not stop within ${STOP_LIMIT_MS / 1000} s of SIGTERM`);
}
