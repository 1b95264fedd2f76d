import { Problem } from '../kernel/problem.js';

/** Codes of the operating system and of SQLite that are the machine's state and not our mistake. */
const MACHINE_FAILURES: readonly [pattern: RegExp, make: (cause: unknown) => Problem][] = [
  [
    /^(ENOSPC|EDQUOT|SQLITE_FULL)$/,
    (cause) =>
      new Problem('insufficient_storage', "There is no room left on the server's disk. Nothing was stored.", { cause }),
  ],
  [
    /^(EMFILE|ENFILE|EROFS|EIO|EACCES|EPERM|ENOENT|ENOTDIR|ESTALE|ENXIO|SQLITE_BUSY.*|SQLITE_IOERR.*|SQLITE_READONLY.*|SQLITE_CANTOPEN.*)$/,
    (cause) =>
      new Problem('unavailable', 'The server cannot use its storage at the moment. Try again.', {
        cause,
        headers: { 'Retry-After': '1' },
      }),
  ],
];

/** The Problem that an error is, or that the machine's failure behind it is; undefined for anything else. */
export function knownProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  const { code = '' } = error as { code?: string };
  return MACHINE_FAILURES.find(([pattern]) => pattern.test(code))?.[1](error);
}
