import type { CommonArguments } from './arguments.js';
import type { CommandContext } from './context.js';
import { ReportedFailure } from './errors.js';
import { ExitCode } from './exit-code.js';
import { namedIn } from './explanation.js';
import { type Failure, failureOf } from './failure.js';

/** One of several files or documents with which something went wrong. */
export interface FailedItem {
  /** What people call it: a path or an id. */
  subject: string;
  /** What it is, for programs; `path` is absolute. */
  facts: { path?: string; file?: string; document_id?: string };
  error: unknown;
}

/** What became of several files or documents. */
export interface Outcome {
  /** What it was all about: `10 files were pushed` is told as `{ kind: 'file', action: 'pushed' }`. */
  kind: 'file' | 'document';
  action: 'pushed' | 'pulled';
  done: number;
  failed: readonly FailedItem[];
}

/**
 * Tells which of several failed, each with its reason, as one message or one line of JSON. Does nothing where none did.
 * @throws ReportedFailure with `partial` when others succeeded, else with the exit code of the first error
 */
export async function reportFailed(context: CommandContext, args: CommonArguments, outcome: Outcome): Promise<void> {
  const { kind, action, done, failed } = outcome;
  const failures = await Promise.all(failed.map(async (item) => ({ ...item, failure: await failureOf(item.error) })));
  const [first] = failures;
  if (first === undefined) return;

  const exitCode = done > 0 ? ExitCode.partial : first.failure.exitCode;
  const total = done + failures.length;
  const sameCode = failures.every(({ failure }) => failure.code === first.failure.code);
  context.output.failure(
    args.format,
    {
      exitCode,
      code: done > 0 ? 'partial_failure' : first.failure.code,
      message: `${failures.length} of ${total} ${total === 1 ? kind : `${kind}s`} could not be ${action}.`,
      details: failures.map(
        ({ subject, facts, failure }) => `  ${namedIn(forPeople(failure, subject, facts.path), subject)}`,
      ),
      hints: sameCode ? first.failure.hints : [],
    },
    { done, failed: failures.map(({ facts, failure }) => ({ ...facts, ...factsOf(failure) })) },
  );
  throw new ReportedFailure(exitCode);
}

/** The message in one line, with the path as the person would type it. */
function forPeople({ message }: Failure, subject: string, absolute = subject): string {
  return message.replaceAll('\n', ' ').replaceAll(absolute, subject);
}

function factsOf({ code, message, exitCode, requestId, facts }: Failure): Record<string, unknown> {
  return { code, message, ...(requestId && { request_id: requestId }), ...facts, exit_code: exitCode };
}
