import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { forEachDocument } from '../several-documents.js';

/** `doc restore <document_ids..>`. */
export function addRestore(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('restore', alone);
  return parser.command(
    `${name} <document_ids..>`,
    'Take documents out of the trash',
    (options) =>
      withHelp(
        options.positional('document_ids', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'The ids that `doc trash` lists',
        }),
        ['Bring a document back, with all its versions', `${call} doc_0123456789ab`],
        ['Bring back all that is in the trash', `doc trash --all --quiet | xargs -r ${call}`],
      ),
    (args) => restore(context, args),
  );
}

async function restore(context: CommandContext, args: CommonArguments & { document_ids: string[] }): Promise<void> {
  await forEachDocument(context, args, {
    one: (client, id) => client.restore(id, { signal: context.signal }),
    report: (done) => {
      context.output.result(args, {
        ids: done.map(({ documentId }) => documentId),
        json: done.map(({ result }) => result),
        lines: done.map(({ documentId }) => `Restored: ${documentId}`),
      });
    },
  });
}
