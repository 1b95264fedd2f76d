import type { DocumentClient } from '@document-sync/sdk';
import { checkedIds, commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { ReportedFailure } from '../errors.js';
import { ExitCode } from '../exit-code.js';
import { type Failure, failureOf } from '../failure.js';

/** `doc rm <document_ids..>`. */
export function addRm(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('rm', alone);
  return parser.command(
    `${name} <document_ids..>`,
    'Delete documents',
    (options) =>
      withHelp(
        options.positional('document_ids', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'The ids that pushes or a query gave',
        }),
        ['Delete a document', `${call} doc_0123456789ab`],
        ['Delete all documents with a tag', `doc query --tags draft --all --quiet | xargs ${call}`],
      ),
    (args) => rm(context, args),
  );
}

/**
 * Deletes one after the other and goes on after an error, unless it is one that the next document would meet too.
 * @throws ReportedFailure with the error's exit code when all failed, with `partial` when some did.
 */
async function rm(context: CommandContext, args: CommonArguments & { document_ids: string[] }): Promise<void> {
  const ids = checkedIds(args.document_ids);
  const client = await context.client();
  const deleted: string[] = [];
  const failures: Failure[] = [];
  try {
    for (const id of ids) {
      const failure = await deletionFailure(client, id, context.signal);
      if (failure === undefined) {
        deleted.push(id);
        continue;
      }
      failures.push(failure);
      context.output.failure(args.format, about(id, failure), { document_id: id });
      if (concernsAll(failure)) {
        noteRest(context, args, ids.slice(deleted.length + failures.length));
        break;
      }
    }
  } finally {
    // Also after Ctrl-C: what is gone is gone, and has to be told.
    reportDeleted(context, args, deleted);
  }
  const [first] = failures;
  if (first !== undefined) {
    throw new ReportedFailure(deleted.length > 0 ? ExitCode.partial : first.exitCode);
  }
}

function reportDeleted(context: CommandContext, args: CommonArguments, deleted: string[]): void {
  context.output.result(args, {
    ids: deleted,
    json: deleted.map((id) => ({ document_id: id, deleted: true })),
    lines: deleted.map((id) => `Deleted: ${id}`),
  });
}

function noteRest(context: CommandContext, args: CommonArguments, rest: string[]): void {
  if (rest.length > 0) {
    context.output.note(args.format, `Left alone: ${rest.join(', ')}`, { left_alone: rest });
  }
}

async function deletionFailure(client: DocumentClient, id: string, signal: AbortSignal): Promise<Failure | undefined> {
  try {
    await client.delete(id, { signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return failureOf(error);
  }
}

/** Whether the next deletion would fail in the same way: the server is gone or cannot serve. */
function concernsAll({ exitCode }: Failure): boolean {
  return exitCode === ExitCode.network || exitCode === ExitCode.unavailable;
}

/** The message names the document that it is about. */
function about(id: string, failure: Failure): Failure {
  return failure.message.includes(id) ? failure : { ...failure, message: `${id}: ${failure.message}` };
}
