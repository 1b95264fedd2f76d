import type { Base } from './base.js';
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

/** A file with a key can be read by others than its user: it is not used. */
export class KeyFileOpen extends Error {
  override readonly name = 'KeyFileOpen';
  readonly path: string;

  constructor(path: string) {
    super(`${path} holds a key, and others can read it.`);
    this.path = path;
  }
}

/** Somebody asked the command to stop, by Ctrl-C for example. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('Interrupted.');
  }
}

/** A transfer has ended before its end, and the same command goes on where it stopped. `cause` is the error. */
export class UnfinishedTransfer extends Error {
  override readonly name = 'UnfinishedTransfer';

  constructor(cause: unknown) {
    super('The transfer has not come to its end.', { cause });
  }
}

/** A batch of changes failed after it was sent, all of it or none. `cause` is the error. */
export class BatchFailed extends Error {
  override readonly name = 'BatchFailed';

  constructor(cause: unknown) {
    super('The batch of changes failed.', { cause });
  }
}

/** The change that somebody tried to make; what to do about a refusal depends on it. */
export interface ChangeAttempt {
  documentId: string;
  /** The version that it was to replace. */
  base: Base;
  /** `merge` and `fail`: what was asked for in case of a conflict. `never`: this kind of change is not merged. */
  onConflict: 'fail' | 'merge' | 'never';
  /** The file that held the content, where there was one. */
  file?: string;
  /** How many edits it is made of, where it is. */
  editCount?: number;
}

/** A change of a document failed. `cause` is the error. */
export class ChangeFailed extends Error {
  override readonly name = 'ChangeFailed';
  readonly attempt: ChangeAttempt;
  /** Whether it was sent; then, without an answer, nobody knows whether it was made. */
  readonly sent: boolean;

  constructor(attempt: ChangeAttempt, sent: boolean, cause: unknown) {
    super(`The change of ${attempt.documentId} failed.`, { cause });
    this.attempt = attempt;
    this.sent = sent;
  }
}
