import {
  checkedId,
  checkedVersion,
  commandForm,
  type CommandParser,
  type CommonArguments,
  documentIdArgument,
} from '../arguments.js';
import { baseOption, requiredBase } from '../base.js';
import { messageOption } from '../change-options.js';
import { changeContent } from '../content-change.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';

interface RollbackArguments extends CommonArguments {
  document_id: string;
  to: string | undefined;
  base: string | undefined;
  message: string | undefined;
}

/** `doc rollback <document_id>`. */
export function addRollback(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('rollback', alone);
  return parser.command(
    `${name} <document_id>`,
    "Go back to an old version's content",
    (options) =>
      withHelp(
        messageOption(
          baseOption(
            documentIdArgument(options).option('to', {
              type: 'string',
              requiresArg: true,
              describe: 'The version whose content comes back; those in between stay',
            }),
          ),
        ),
        ['Go back from version 3 to the content of version 1', `${call} doc_0123456789ab --to 1 --base 3`],
        ['Go back whatever is there now', `${call} doc_0123456789ab --to 1 --base any --message "Wrong file"`],
      ),
    (args) => rollback(context, args),
  );
}

async function rollback(context: CommandContext, args: RollbackArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const to = checkedVersion('--to', args.to);
  if (to === undefined) {
    throw new UsageError(
      'It is not said which version is to come back.',
      'Name it with --to 2 for example; `doc versions` lists the versions of a document.',
    );
  }
  const base = requiredBase(args.base);
  const { message } = args;
  await changeContent(context, args, { documentId, base, onConflict: 'never' }, (client, ifMatch) =>
    client.rollback(documentId, to, { ifMatch, message, signal: context.signal }),
  );
}
