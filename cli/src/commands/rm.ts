import { checkedIds, commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import { changeDocuments } from '../batch-changes.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';

interface RmArguments extends CommonArguments {
  document_ids: string[];
  purge: boolean;
}

/** `doc rm <document_ids..>`. */
export function addRm(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('rm', alone);
  return parser.command(
    `${name} <document_ids..>`,
    'Move documents to the trash, or purge them; all of them or none',
    (options) =>
      withHelp(
        options
          .positional('document_ids', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'The ids that pushes or a query gave',
          })
          .option('purge', {
            type: 'boolean',
            default: false,
            describe: 'Remove them for good, with all their versions, also from the trash',
          }),
        ['Move a document to the trash; `doc restore` brings it back', `${call} doc_0123456789ab`],
        ['Move all documents with a tag to the trash', `doc query --tags draft --all --quiet | xargs ${call}`],
        ['Remove a document for good', `${call} doc_0123456789ab --purge`],
      ),
    (args) => rm(context, args),
  );
}

async function rm(context: CommandContext, args: RmArguments): Promise<void> {
  const { purge } = args;
  const ids = checkedIds(args.document_ids);
  const [id = '', ...others] = ids;
  if (others.length === 0) {
    const client = await context.client();
    await client.delete(id, { signal: context.signal, purge: purge || undefined });
    report(context, args, [id]);
    return;
  }
  await changeDocuments(
    context,
    args,
    ids.map((document_id) => ({ op: 'delete', document_id, ...(purge && { purge }) })),
    (results) => {
      report(
        context,
        args,
        results.map(({ document_id }) => document_id),
      );
    },
  );
}

function report(context: CommandContext, args: RmArguments, ids: readonly string[]): void {
  const { purge } = args;
  context.output.result(args, {
    ids: [...ids],
    json: ids.map((id) => (purge ? { document_id: id, purged: true } : { document_id: id, deleted: true })),
    lines: ids.map((id) => (purge ? `Purged: ${id}` : `Deleted: ${id}`)),
  });
  if (!purge && args.format === 'table' && !args.quiet) {
    context.output.note(args.format, 'Moved to the trash; `doc restore` brings back what is in it.');
  }
}
