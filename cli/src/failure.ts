import type { NetworkError, ProblemCode, ProblemError, ResponseError } from '@document-sync/sdk';
import {
  BatchFailed,
  type ChangeAttempt,
  ChangeFailed,
  Interrupted,
  KeyFileOpen,
  ReportedFailure,
  UnfinishedTransfer,
  UsageError,
} from './errors.js';
import { ExitCode } from './exit-code.js';
import { CHECK_URL, explanationOf, quoted } from './explanation.js';

/** What is told about an error. */
export interface Failure {
  exitCode: ExitCode;
  /** What went wrong, for programs. */
  code: string;
  /** What happened, for people. */
  message: string;
  /** What it looks like, for people only: programs have the facts. */
  details?: string[];
  /** What to do next, a line each. */
  hints: string[];
  requestId?: string;
  /** What a program would want to know of it. */
  facts?: Record<string, unknown>;
}

const EXIT_CODE_OF_PROBLEM: Record<ProblemCode, ExitCode> = {
  validation_failed: ExitCode.usage,
  malformed_request: ExitCode.usage,
  host_not_allowed: ExitCode.permission,
  origin_not_allowed: ExitCode.permission,
  unauthenticated: ExitCode.permission,
  insufficient_scope: ExitCode.permission,
  forbidden: ExitCode.permission,
  tenant_suspended: ExitCode.permission,
  rate_limited: ExitCode.unavailable,
  quota_exceeded: ExitCode.unavailable,
  api_key_not_found: ExitCode.notFound,
  collection_not_found: ExitCode.notFound,
  collection_exists: ExitCode.conflict,
  link_not_found: ExitCode.notFound,
  link_expired: ExitCode.notFound,
  tenant_not_found: ExitCode.notFound,
  tenant_exists: ExitCode.conflict,
  document_not_found: ExitCode.notFound,
  version_not_found: ExitCode.notFound,
  version_removed: ExitCode.notFound,
  section_not_found: ExitCode.notFound,
  section_ambiguous: ExitCode.usage,
  content_not_found: ExitCode.notFound,
  checksum_mismatch: ExitCode.integrity,
  batch_failed: ExitCode.conflict,
  archive_too_large: ExitCode.usage,
  upload_not_found: ExitCode.notFound,
  upload_expired: ExitCode.notFound,
  offset_mismatch: ExitCode.conflict,
  upload_locked: ExitCode.unavailable,
  tus_version_unsupported: ExitCode.usage,
  precondition_required: ExitCode.usage,
  version_mismatch: ExitCode.conflict,
  merge_conflict: ExitCode.conflict,
  edit_failed: ExitCode.usage,
  not_text: ExitCode.usage,
  text_too_large: ExitCode.usage,
  route_not_found: ExitCode.usage,
  method_not_allowed: ExitCode.usage,
  request_timeout: ExitCode.network,
  file_too_large: ExitCode.usage,
  body_too_large: ExitCode.usage,
  headers_too_large: ExitCode.usage,
  unsupported_media_type: ExitCode.usage,
  range_not_satisfiable: ExitCode.usage,
  unavailable: ExitCode.unavailable,
  insufficient_storage: ExitCode.unavailable,
  internal_error: ExitCode.internal,
};

const EXIT_CODE_OF_ERRNO: Record<string, ExitCode> = {
  ENOENT: ExitCode.usage,
  EISDIR: ExitCode.usage,
  ENOTDIR: ExitCode.usage,
  EINVAL: ExitCode.usage,
  ENAMETOOLONG: ExitCode.usage,
  ELOOP: ExitCode.usage,
  EACCES: ExitCode.permission,
  EPERM: ExitCode.permission,
  EROFS: ExitCode.permission,
  EEXIST: ExitCode.conflict,
  ENOSPC: ExitCode.unavailable,
  EDQUOT: ExitCode.unavailable,
};

const START_SERVER =
  'Start one with `npm start` in the document-sync repository, or set DOCUMENT_SERVER_URL to one that runs.';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);

const LOOK_BEFORE_REPEATING =
  'Whether the changes were made is not known, all of them or none: look with `doc info` before you repeat them.';

/** Failures after which nobody knows what the server did. */
const WITHOUT_ANSWER = new Set(['network_error', 'timeout', 'unexpected_answer', 'interrupted']);

/** Turns whatever a command threw into what is told about it and the exit code. Throws nothing. */
export async function failureOf(error: unknown): Promise<Failure> {
  if (error instanceof ReportedFailure) {
    return { exitCode: error.exitCode, code: 'reported', message: error.message, hints: [] };
  }
  if (error instanceof Interrupted) {
    return { exitCode: ExitCode.interrupted, code: 'interrupted', message: error.message, hints: [] };
  }
  if (error instanceof UsageError) {
    return { exitCode: ExitCode.usage, code: 'usage', message: error.message, hints: error.hint ? [error.hint] : [] };
  }
  if (error instanceof KeyFileOpen) {
    const hint = `Make it yours alone: \`chmod 600 ${quoted(error.path)}\`. If somebody may have read it, log in with another key.`;
    return { exitCode: ExitCode.permission, code: 'key_file_open', message: error.message, hints: [hint] };
  }
  if (error instanceof ChangeFailed) {
    return failureOfChange(error);
  }
  if (error instanceof BatchFailed) {
    const failure = await failureOf(error.cause);
    return isAnswered(failure) ? failure : { ...failure, hints: [LOOK_BEFORE_REPEATING] };
  }
  if (error instanceof UnfinishedTransfer) {
    const failure = await failureOf(error.cause);
    return { ...failure, hints: [...failure.hints, 'The same command goes on where this one has stopped.'] };
  }
  return failureOfOther(error);
}

async function failureOfChange({ attempt, sent, cause }: ChangeFailed): Promise<Failure> {
  const failure = await failureOfOther(cause, attempt);
  const answered = isAnswered(failure);
  if (!sent || answered) {
    return failure;
  }
  const look = `\`doc versions ${attempt.documentId}\``;
  return { ...failure, hints: [`Whether the change was made is not known: look with ${look} before you repeat it.`] };
}

/** Whether it is known what the server did: it has said so, or was never reached. */
function isAnswered({ code, hints }: Failure): boolean {
  return !WITHOUT_ANSWER.has(code) || hints.includes(START_SERVER);
}

async function failureOfOther(error: unknown, attempt?: ChangeAttempt): Promise<Failure> {
  return (await failureOfSdkError(error, attempt)) ?? failureOfSystemError(error) ?? internalFailure(error);
}

async function failureOfSdkError(error: unknown, attempt?: ChangeAttempt): Promise<Failure | undefined> {
  const sdk = await import('@document-sync/sdk');
  if (error instanceof sdk.ProblemError) {
    return failureOfProblem(error, attempt);
  }
  if (error instanceof sdk.ResponseError) {
    return failureOfResponse(error);
  }
  if (error instanceof sdk.NetworkError) {
    return { exitCode: ExitCode.network, code: 'network_error', message: error.message, hints: [networkHint(error)] };
  }
  if (error instanceof sdk.IdleTimeoutError) {
    return {
      exitCode: ExitCode.network,
      code: 'timeout',
      message: `The server was waited for, and nothing moved for ${error.idleTimeoutMs / 1000} s.`,
      hints: ['Try again, or allow more time by DOCUMENT_SERVER_TIMEOUT (seconds).'],
    };
  }
  if (error instanceof sdk.IntegrityError) {
    return { exitCode: ExitCode.integrity, code: 'integrity_mismatch', message: error.message, hints: [] };
  }
  if (error instanceof sdk.FileExistsError) {
    return {
      exitCode: ExitCode.conflict,
      code: 'file_exists',
      message: `${error.path} exists already.`,
      hints: ['Replace it with --overwrite, or choose another path.'],
    };
  }
  if (error instanceof sdk.SourceChangedError) {
    return { exitCode: ExitCode.conflict, code: 'file_changed', message: error.message, hints: [] };
  }
  return undefined;
}

function networkHint(error: NetworkError): string {
  if (error.refused) {
    return START_SERVER;
  }
  return /certificate/i.test(error.message)
    ? 'If you trust the server, put the path of its certificate into NODE_EXTRA_CA_CERTS.'
    : 'Try again; `doc status` tells whether the server can be reached.';
}

function failureOfProblem(error: ProblemError, attempt?: ChangeAttempt): Failure {
  // A newer server may know problems that this program does not.
  const isKnown = Object.hasOwn(EXIT_CODE_OF_PROBLEM, error.code);
  return {
    exitCode: isKnown ? exitCodeOfProblem(error) : exitCodeOfStatus(error.status),
    code: error.code,
    ...explanationOf(error, attempt),
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  };
}

/** Of a batch in which all that stood in the way is of one kind, the code of that kind. */
function exitCodeOfProblem({ code, problem }: ProblemError): ExitCode {
  const kinds = new Set((problem.failures ?? []).map((failure) => EXIT_CODE_OF_PROBLEM[failure.code]));
  const [only] = kinds;
  return code === 'batch_failed' && only !== undefined && kinds.size === 1 ? only : EXIT_CODE_OF_PROBLEM[code];
}

function failureOfResponse(error: ResponseError): Failure {
  const { status, message } = error;
  const exitCode = status >= 400 && status !== 404 ? exitCodeOfStatus(status) : ExitCode.usage;
  return { exitCode, code: 'unexpected_answer', message, hints: [CHECK_URL] };
}

function exitCodeOfStatus(status: number): ExitCode {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return ExitCode.permission;
    case 404:
    case 410:
      return ExitCode.notFound;
    case 409:
    case 412:
      return ExitCode.conflict;
    case 408:
      return ExitCode.network;
    case 429:
    case 502:
    case 503:
    case 504:
    case 507:
      return ExitCode.unavailable;
    default:
      return status < 500 ? ExitCode.usage : ExitCode.internal;
  }
}

function failureOfSystemError(error: unknown): Failure | undefined {
  if (
    !(error instanceof Error) ||
    !('code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code))
  ) {
    return undefined;
  }
  // Node writes "EACCES: permission denied, open '/some/file'".
  const [, description, path] = /^E[A-Z0-9]+: (.*?), \w+ '(.*?)(?:\/\.)?'/s.exec(error.message) ?? [];
  return {
    exitCode: EXIT_CODE_OF_ERRNO[error.code] ?? ExitCode.internal,
    code: error.code.toLowerCase(),
    message: description === undefined ? error.message : `${path ?? ''}: ${description}`,
    hints: NO_ROOM.has(error.code) ? ['Make room, then run the same command again.'] : [],
  };
}

function internalFailure(error: unknown): Failure {
  return {
    exitCode: ExitCode.internal,
    code: 'internal_error',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    hints: ['This is a mistake in doc itself. Please report it with the command that you ran.'],
  };
}
