/** What a process asks of the operating system, in order, as strace (https://strace.io) tells it. */
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import { promisify } from 'node:util';

/** One system call. Whether one came after another is only certain when it began after the other's end. */
export interface SystemCall {
  /** Which thread made it. */
  readonly thread: string;
  readonly name: string;
  /** Its arguments as strace prints them, descriptors with their file: `5</store/documents.db>, "…", 12`. */
  readonly args: string;
  readonly result: number;
  /** Places in the order of everything that was told. */
  readonly begin: number;
  readonly end: number;
}

/** The calls that bring something to the disk or to a client. */
const CALLS = [
  ...['fsync', 'fdatasync', 'link', 'linkat', 'rename', 'renameat', 'unlink', 'unlinkat', 'mkdir', 'mkdirat'],
  ...['write', 'writev', 'pwrite64', 'pwritev', 'sendto', 'sendmsg'],
];

/** A command that runs another, as itself, and tells its system calls into `file`. */
export function tracing(file: string): string[] {
  return ['strace', '-D', '-f', '--seccomp-bpf', '-y', '-s', '4000', '-o', file, '-e', `trace=${CALLS.join(',')}`];
}

/** A command that runs another, as itself, on a disk that takes long to bring `folder` down. */
export function slowlySyncing(folder: string, delayMs: number): string[] {
  const delay = `inject=fsync,fdatasync:delay_enter=${delayMs * 1000}`;
  return ['strace', '-D', '-f', '-P', folder, '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', delay];
}

/** Resolves to why programs cannot be traced on this machine; undefined when they can. */
export async function whyNotTraceable(): Promise<string | undefined> {
  try {
    await promisify(execFile)('strace', ['-o', '/dev/null', 'true']);
    return undefined;
  } catch (error) {
    return `strace does not work here: ${(error as Error).message}`;
  }
}

/** Reads what {@link tracing} has told. */
export async function readCalls(file: string): Promise<SystemCall[]> {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, { name: string; args: string; begin: number }>();
  for (const [place, line] of (await fs.readFile(file, 'utf8')).split('\n').entries()) {
    const [, pid = '', told = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const begun = /^(\w+)\((.*) <unfinished \.\.\.>$/.exec(told);
    const resumed = /^<\.\.\. (\w+) resumed>(.*)\)\s+= (-?\d+)/.exec(told);
    const whole = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(told);
    if (begun) {
      unfinished.set(pid, { name: begun[1] ?? '', args: begun[2] ?? '', begin: place });
    } else if (resumed) {
      const { name, args, begin } = unfinished.get(pid) ?? { name: resumed[1] ?? '', args: '', begin: place };
      unfinished.delete(pid);
      calls.push({ thread: pid, name, args: args + (resumed[2] ?? ''), result: Number(resumed[3]), begin, end: place });
    } else if (whole) {
      calls.push({
        thread: pid,
        name: whole[1] ?? '',
        args: whole[2] ?? '',
        result: Number(whole[3]),
        begin: place,
        end: place,
      });
    }
  }
  return calls;
}
