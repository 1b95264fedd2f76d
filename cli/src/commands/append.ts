import { checkedId, commandForm, type CommandParser, type CommonArguments, documentIdArgument } from '../arguments.js';
import { messageOption } from '../change-options.js';
import { changeContent } from '../content-change.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import { readStdinText, withLineEnd } from '../text-input.js';

interface AppendArguments extends CommonArguments {
  document_id: string;
  text: string | undefined;
  message: string | undefined;
}

/** `doc append <document_id> [text]`. */
export function addAppend(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('append', alone);
  return parser.command(
    `${name} <document_id> [text]`,
    'Add lines at the end of a text document',
    (options) =>
      withHelp(
        messageOption(
          documentIdArgument(options)
            .positional('text', { type: 'string', describe: 'What to add; - or nothing reads stdin' })
            // Without this yargs takes a lone dash for an option.
            .nargs('text', 1),
        ),
        ['Add a line; whatever others add at the same time stays', `${call} doc_0123456789ab "- Retries are capped."`],
        ['Add what another command prints', `date | ${call} doc_0123456789ab --message "When it was checked"`],
      ),
    (args) => append(context, args),
  );
}

async function append(context: CommandContext, args: AppendArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const { message } = args;
  const { signal } = context;
  const text = args.text === undefined || args.text === '-' ? await textOfStdin(context, args) : withLineEnd(args.text);
  if (text === '') {
    throw new UsageError('There is nothing to append.', 'Give the text after the id, or on stdin.');
  }
  // Adding loses nothing, whatever is there.
  await changeContent(
    context,
    args,
    { documentId, base: 'any', onConflict: 'never', editCount: 1 },
    (client, ifMatch) => client.edit(documentId, [{ op: 'append', text }], { ifMatch, message, signal }),
  );
}

function textOfStdin(context: CommandContext, args: CommonArguments): Promise<string> {
  if (context.stdin.isTTY) {
    context.output.note(args.format, 'Type what to append, and end it with Ctrl-D.');
  }
  return readStdinText(context);
}
