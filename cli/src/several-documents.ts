import type { DocumentClient } from '@document-sync/sdk';
import { checkedIds, type CommonArguments } from './arguments.js';
import type { CommandContext } from './context.js';
import { ReportedFailure } from './errors.js';
import { ExitCode } from './exit-code.js';
import { type Failure, failureOf } from './failure.js';

/** What a command does to each of several documents. */
export interface Work<Result> {
  one(client: DocumentClient, documentId: string): Promise<Result>;
  /** Tells what was done; called once, also when the command is stopped. */
  report(done: readonly Done<Result>[]): void;
}

/** A document with which the work succeeded. */
export interface Done<Result> {
  documentId: string;
  result: Result;
}

/**
 * Works on one document after the other and goes on after an error, unless it is one that the next document would meet
 * too. Errors are reported as they come.
 * @throws UsageError when one of the ids is none, before anything is done; ReportedFailure with the error's exit code when
 *   all failed, with `partial` when some did
 */
export async function forEachDocument<Result>(
  context: CommandContext,
  args: CommonArguments & { document_ids: string[] },
  work: Work<Result>,
): Promise<void> {
  const ids = checkedIds(args.document_ids);
  const client = await context.client();
  const done: Done<Result>[] = [];
  const failures: Failure[] = [];
  try {
    for (const id of ids) {
      const outcome = await attempt(() => work.one(client, id), context.signal);
      if ('result' in outcome) {
        done.push({ documentId: id, result: outcome.result });
        continue;
      }
      failures.push(outcome.failure);
      context.output.failure(args.format, about(id, outcome.failure), { document_id: id });
      if (concernsAll(outcome.failure)) {
        noteRest(context, args, ids.slice(done.length + failures.length));
        break;
      }
    }
  } finally {
    // Also after Ctrl-C: what is done is done, and has to be told.
    work.report(done);
  }
  const [first] = failures;
  if (first !== undefined) {
    throw new ReportedFailure(done.length > 0 ? ExitCode.partial : first.exitCode);
  }
}

async function attempt<Result>(
  run: () => Promise<Result>,
  signal: AbortSignal,
): Promise<{ result: Result } | { failure: Failure }> {
  try {
    return { result: await run() };
  } catch (error) {
    signal.throwIfAborted();
    return { failure: await failureOf(error) };
  }
}

function noteRest(context: CommandContext, args: CommonArguments, rest: string[]): void {
  if (rest.length > 0) {
    context.output.note(args.format, `Left alone: ${rest.join(', ')}`, { left_alone: rest });
  }
}

/** Whether the next document would fail in the same way: the server is gone or cannot serve. */
function concernsAll({ exitCode }: Failure): boolean {
  return exitCode === ExitCode.network || exitCode === ExitCode.unavailable;
}

/** The message names the document that it is about. */
function about(id: string, failure: Failure): Failure {
  return failure.message.includes(id) ? failure : { ...failure, message: `${id}: ${failure.message}` };
}
