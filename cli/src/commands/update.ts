import { checkedId, commandForm, type CommandParser, type CommonArguments, documentIdArgument } from '../arguments.js';
import { baseOption, requiredBase } from '../base.js';
import { mergeOption, messageOption } from '../change-options.js';
import { changeContent } from '../content-change.js';
import type { CommandContext } from '../context.js';
import { fileSource } from '../file-source.js';
import { withHelp } from '../help.js';
import { transferProgress } from '../progress.js';

interface UpdateArguments extends CommonArguments {
  document_id: string;
  file: string;
  base: string | undefined;
  merge: boolean;
  message: string | undefined;
}

/** `doc update <document_id> <file>`. */
export function addUpdate(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('update', alone);
  return parser.command(
    `${name} <document_id> <file>`,
    "Make a file a document's next version",
    (options) =>
      withHelp(
        messageOption(
          mergeOption(
            baseOption(
              documentIdArgument(options)
                .positional('file', {
                  type: 'string',
                  demandOption: true,
                  describe: 'The file to push; - reads stdin, and the file name stays',
                })
                // Without this yargs takes a lone dash for an option.
                .nargs('file', 1),
            ),
          ),
        ),
        ['Replace version 1, which you have read, and nothing else', `${call} doc_0123456789ab report.md --base 1`],
        [
          'Keep also what others have changed since then',
          `${call} doc_0123456789ab report.md --base 1 --merge --message "All is well"`,
        ],
        ['Replace whatever is there', `date | ${call} doc_0123456789ab - --base any`],
      ),
    (args) => update(context, args),
  );
}

async function update(context: CommandContext, args: UpdateArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const { file, message, merge } = args;
  const onConflict = merge ? 'merge' : 'fail';
  const base = requiredBase(args.base);
  const { source, named } = await fileSource(context, file);
  const { signal } = context;
  const progress = transferProgress(context.output, args.format === 'table' && !args.quiet);
  try {
    await changeContent(context, args, { documentId, base, onConflict, file }, async (client, ifMatch) => {
      const change = await client.createVersion(documentId, source, {
        ifMatch,
        onConflict,
        message,
        filename: named ? undefined : (await client.get(documentId, { signal })).original_filename,
        onProgress: progress.onProgress,
        signal,
      });
      progress.stop();
      return change;
    });
  } finally {
    progress.stop();
  }
}
