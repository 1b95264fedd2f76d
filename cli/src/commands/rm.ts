import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { forEachDocument } from '../several-documents.js';

interface RmArguments extends CommonArguments {
  document_ids: string[];
  purge: boolean;
}

/** `doc rm <document_ids..>`. */
export function addRm(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('rm', alone);
  return parser.command(
    `${name} <document_ids..>`,
    'Move documents to the trash, or purge them',
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
  await forEachDocument(context, args, {
    one: (client, id) => client.delete(id, { signal: context.signal, purge: purge || undefined }),
    report: (done) => {
      const ids = done.map(({ documentId }) => documentId);
      context.output.result(args, {
        ids,
        json: ids.map((id) => (purge ? { document_id: id, purged: true } : { document_id: id, deleted: true })),
        lines: ids.map((id) => (purge ? `Purged: ${id}` : `Deleted: ${id}`)),
      });
      if (!purge && ids.length > 0 && args.format === 'table' && !args.quiet) {
        context.output.note(args.format, 'Moved to the trash; `doc restore` brings back what is in it.');
      }
    },
  });
}
