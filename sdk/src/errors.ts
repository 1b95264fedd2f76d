import type { Problem, ProblemCode } from './contract.js';

/** The server refused a request and said why (`application/problem+json`, RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** The problem as the server sent it. */
  readonly problem: Problem;
  /** The answer's HTTP status. */
  readonly status: number;
  /** What went wrong, for programs. */
  readonly code: ProblemCode;
  /** Finds the request in the server's log. */
  readonly requestId?: string;
  /** How long the server asks to wait before the next attempt. */
  readonly retryAfterSeconds?: number;

  constructor(problem: Problem, status: number, retryAfterSeconds?: number) {
    super(problem.detail);
    this.problem = problem;
    this.status = status;
    this.code = problem.code;
    this.requestId = problem.request_id;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** An answer came, but not one that a Document Sync server gives: another program, a proxy, a redirect. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  /** The answer's HTTP status; 0 where the platform hides it (a redirect of an upload, any redirect in a browser). */
  readonly status: number;

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** No connection to the server, or the connection was lost. `cause` is the platform's error. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** Whether no connection came about, so that the server has seen nothing of the request. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean, cause: unknown) {
    super(message, { cause });
    this.refused = refused;
  }
}

/** The server was waited for, and not a byte moved for the client's `idleTimeoutMs`. */
export class IdleTimeoutError extends Error {
  override readonly name = 'IdleTimeoutError';
  readonly idleTimeoutMs: number;

  constructor(url: string, idleTimeoutMs: number) {
    super(
      `Nothing moved between here and ${new URL(url).origin} for ${idleTimeoutMs / 1000} s. ` +
        'Try again, or allow more time (idleTimeoutMs) when the server or the network is slow.',
    );
    this.idleTimeoutMs = idleTimeoutMs;
  }
}

/** What arrived is not what the server stores: the SHA-256 differs. Both digests are in lower-case hex. */
export class IntegrityError extends Error {
  override readonly name = 'IntegrityError';
  readonly expected: string;
  readonly actual: string;

  constructor(documentId: string, expected: string, actual: string) {
    super(
      `The content of ${documentId} is damaged: its SHA-256 should be ${expected} and is ${actual}. ` +
        'Download it again; if that does not help, the stored content itself may be damaged.',
    );
    this.expected = expected;
    this.actual = actual;
  }
}

/** The file to write is there already. */
export class FileExistsError extends Error {
  override readonly name = 'FileExistsError';
  readonly path: string;

  constructor(path: string) {
    super(`${path} exists already. Choose another path, or allow to overwrite it (overwrite: true).`);
    this.path = path;
  }
}

/** The content to upload changed while it was being read. The upload was broken off, so the server stored nothing. */
export class SourceChangedError extends Error {
  override readonly name = 'SourceChangedError';

  constructor(filename: string) {
    super(`${filename} changed while it was being uploaded; nothing was stored. Upload it again when it is complete.`);
  }
}
