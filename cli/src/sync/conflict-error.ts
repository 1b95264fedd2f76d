/** Something is not what the sync relied on. Nothing was lost; the next run sees what is there by then. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  /** What to do, a line each. */
  readonly hints: readonly string[];
  /** The particulars, a line each. */
  readonly details: readonly string[];

  constructor(message: string, hints: readonly string[] = [], details: readonly string[] = []) {
    super(message);
    this.hints = hints;
    this.details = details;
  }
}

/** A file or a document is not what the plan saw any more: it is left for the next run. */
export class ChangedMeanwhileError extends Error {
  override readonly name = 'ChangedMeanwhileError';

  constructor(what: string) {
    super(`${what} changed meanwhile; the next sync takes care of it.`);
  }
}
