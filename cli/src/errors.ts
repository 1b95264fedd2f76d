import type { ExitCode } from './exit-code.js';

/** The command cannot be carried out as it was given. `hint` says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The command has reported its errors itself; what is left to do is to exit with `exitCode`. */
export class ReportedFailure extends Error {
  override readonly name = 'ReportedFailure';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super('The command has failed and said why.');
    this.exitCode = exitCode;
  }
}

/** Somebody asked the command to stop, by Ctrl-C for example. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('Interrupted.');
  }
}
