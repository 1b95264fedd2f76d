import { ExitCode } from '../exit-code.js';
import { type Failure, failureOf } from '../failure.js';
import { ChangedMeanwhileError, ConflictError } from './conflict-error.js';
import { FolderBusyError } from './folder-lock.js';

/** A list for people ends here; programs ask for the plan. */
const SHOWN = 20;

/** Where nobody knows what has arrived. */
const RUN_AGAIN = 'Run the sync again: it finds out by itself what has arrived, and sends nothing twice.';
const NO_ROOM = new Set(['enospc', 'edquot']);

/** What is told about an error of a sync. Throws nothing. */
export async function failureOfSync(error: unknown): Promise<Failure> {
  if (error instanceof ConflictError) {
    return {
      exitCode: ExitCode.conflict,
      code: 'sync_conflict',
      message: error.message,
      details: shortened(error.details),
      hints: [...error.hints],
    };
  }
  if (error instanceof ChangedMeanwhileError) {
    return { exitCode: ExitCode.conflict, code: 'changed_meanwhile', message: error.message, hints: [] };
  }
  if (error instanceof FolderBusyError) {
    return {
      exitCode: ExitCode.unavailable,
      code: 'folder_busy',
      message: error.message,
      hints: ['Wait until it has ended, and run this again.'],
      facts: { holder: error.holder },
    };
  }
  const failure = await failureOf(error);
  // The path of a staged file says nothing to anybody, and would make a failure of its own of each file.
  if (NO_ROOM.has(failure.code)) return { ...failure, message: 'There is no room: the disk is full.' };
  return (await isLostConnection(error)) ? { ...failure, hints: [RUN_AGAIN] } : failure;
}

/** Whether an error would meet every other step, too: the server or the disk cannot serve. */
export async function concernsAll(error: unknown): Promise<boolean> {
  const { exitCode } = await failureOfSync(error);
  return exitCode === ExitCode.network || exitCode === ExitCode.unavailable;
}

async function isLostConnection(error: unknown): Promise<boolean> {
  const { NetworkError } = await import('@document-sync/sdk');
  return error instanceof NetworkError && !error.refused;
}

/** Whether the server may have stored what a failed request has sent, though nobody has heard of it. */
export async function mayHaveBeenStored(error: unknown): Promise<boolean> {
  const { IdleTimeoutError, NetworkError, ResponseError } = await import('@document-sync/sdk');
  return error instanceof NetworkError
    ? !error.refused
    : error instanceof IdleTimeoutError || error instanceof ResponseError;
}

/** Failures that are the same but for the file. */
export interface FailureGroup {
  failure: Failure;
  /** The files, in the order in which they failed. */
  paths: string[];
}

/** What is told about the steps that failed: once for each reason, however many files it is about. Throws nothing. */
export async function groupedFailures(failed: readonly { path: string; error: unknown }[]): Promise<FailureGroup[]> {
  const groups = new Map<string, FailureGroup>();
  for (const { path, error } of failed) {
    const failure = await failureOfSync(error);
    const key = `${failure.code} ${failure.message}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { failure, paths: [path] });
    else group.paths.push(path);
  }
  return [...groups.values()].map(({ failure, paths }) => ({ failure: about(paths, failure), paths }));
}

/** The failure with the files that it is about. */
function about(paths: readonly string[], failure: Failure): Failure {
  const [only = ''] = paths;
  const facts = { ...failure.facts, paths };
  if (paths.length > 1) return { ...failure, facts, details: shortened(paths.map((path) => `  ${path}`)) };
  const message = failure.message.includes(only) ? failure.message : `${only}: ${failure.message}`;
  return { ...failure, facts, message };
}

function shortened(lines: readonly string[]): string[] {
  const rest = lines.length - SHOWN;
  return rest > 0 ? [...lines.slice(0, SHOWN), `  and ${rest} more`] : [...lines];
}
