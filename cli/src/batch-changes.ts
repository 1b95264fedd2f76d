import type { BatchChange, BatchChangeResult, DocumentClient } from '@document-sync/sdk';
import type { CommonArguments } from './arguments.js';
import type { CommandContext } from './context.js';
import { BatchFailed, ReportedFailure } from './errors.js';
import { ExitCode } from './exit-code.js';
import { failureOf } from './failure.js';

/** The most changes that the contract takes as one. */
const MOST_TOGETHER = 1000;

/**
 * Changes several documents: all of them or none, as long as they are no more than one batch holds.
 * @param report Tells what was done; called where something was.
 * @throws BatchFailed with what stood in the way, when nothing was changed; ReportedFailure when an earlier batch was
 *   carried out
 */
export async function changeDocuments(
  context: CommandContext,
  args: CommonArguments,
  changes: readonly BatchChange[],
  report: (results: readonly BatchChangeResult[], client: DocumentClient) => void,
): Promise<void> {
  const client = await context.client();
  const done: BatchChangeResult[] = [];
  try {
    while (done.length < changes.length) {
      const batch = changes.slice(done.length, done.length + MOST_TOGETHER);
      done.push(...(await client.applyBatch(batch, { signal: context.signal })));
    }
  } catch (error) {
    if (done.length === 0) throw new BatchFailed(error);
    report(done, client);
    const failure = await failureOf(new BatchFailed(error));
    const exitCode = context.signal.aborted ? ExitCode.interrupted : ExitCode.partial;
    context.output.failure(args.format, { ...failure, exitCode });
    const rest = changes.slice(done.length).map(({ document_id }) => document_id);
    context.output.note(args.format, `Left alone: ${rest.join(', ')}`, { left_alone: rest });
    throw new ReportedFailure(exitCode);
  }
  report(done, client);
}
