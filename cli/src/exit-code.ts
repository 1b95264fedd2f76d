/** The exit codes are frozen: scripts and sessions rely on them. `failure.ts` alone decides which error has which. */
export const ExitCode = {
  ok: 0,
  /** A mistake in this program or in the server. */
  internal: 1,
  /** The command line, the environment, a local path or what is sent is wrong. */
  usage: 2,
  /** Authentication or permission, of the server or of the file system. */
  permission: 3,
  /** There is no such document. */
  notFound: 4,
  /** Something is there already, or changed meanwhile. */
  conflict: 5,
  /** Rate-limited, or the server cannot serve now: the same command may succeed later. */
  unavailable: 6,
  /** No connection, a broken one, or one on which nothing moves. */
  network: 7,
  /** The content that arrived is not what was stored. */
  integrity: 8,
  /** Some of several documents failed. */
  partial: 9,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
