import type { Document } from '@document-sync/sdk';
import { changeDocuments } from '../batch-changes.js';
import { checkedIds, commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';

/** `doc restore <document_ids..>`. */
export function addRestore(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('restore', alone);
  return parser.command(
    `${name} <document_ids..>`,
    'Take documents out of the trash, all of them or none',
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
  const ids = checkedIds(args.document_ids);
  const report = (documents: readonly Document[]): void => {
    context.output.result(args, {
      ids: documents.map(({ document_id }) => document_id),
      json: documents,
      lines: documents.map(({ document_id }) => `Restored: ${document_id}`),
    });
  };
  const [id = '', ...others] = ids;
  if (others.length === 0) {
    const client = await context.client();
    report([await client.restore(id, { signal: context.signal })]);
    return;
  }
  await changeDocuments(
    context,
    args,
    ids.map((document_id) => ({ op: 'restore', document_id })),
    (results) => {
      report(results.flatMap(({ document }) => document ?? []));
    },
  );
}
