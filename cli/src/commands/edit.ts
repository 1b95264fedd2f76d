import { checkedIds, commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import { baseOption, optionalBase, requiredBase } from '../base.js';
import { mergeOption, messageOption } from '../change-options.js';
import { changeContent } from '../content-change.js';
import { type EditArguments as ContentArguments, describesEdits, editOptions, editsOf } from '../content-edits.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import { changeMetadata, changeMetadataOfSeveral } from '../metadata-change.js';
import { type MetadataArguments, metadataChangeOf, metadataOptions } from '../metadata-options.js';

interface EditArguments extends CommonArguments, ContentArguments, MetadataArguments {
  document_ids: string[];
  base: string | undefined;
  merge: boolean;
  message: string | undefined;
}

/** `doc edit <document_ids..>`. */
export function addEdit(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('edit', alone);
  return parser.command(
    `${name} <document_ids..>`,
    'Change the text, name, tags or description',
    (options) =>
      withHelp(
        messageOption(
          mergeOption(
            baseOption(
              editOptions(
                metadataOptions(
                  options.positional('document_ids', {
                    type: 'string',
                    array: true,
                    demandOption: true,
                    describe: 'The ids that pushes or a query gave; several get the same tags or description',
                  }),
                ),
              ),
            ),
          ),
        ),
        ['Rename it; tags and description stay', `${call} doc_0123456789ab --name "System Architecture"`],
        ['Give it these tags and no others', `${call} doc_0123456789ab --tags design,approved`],
        [
          'Add a tag and take one away; of several documents, all or none is changed',
          `${call} doc_0123456789ab --add-tags reviewed --remove-tags draft`,
        ],
        ['Remove its tags', `${call} doc_0123456789ab --tags ""`],
        [
          'Replace a text that stands there once, in version 1, which you read',
          `${call} doc_0123456789ab --replace "is open" --with "is left" --base 1`,
        ],
        [
          'Write a section anew; what others have changed elsewhere stays',
          `${call} doc_0123456789ab --section Hand-off --text "Done." --base 1 --merge`,
        ],
      ),
    (args) => edit(context, args),
  );
}

async function edit(context: CommandContext, args: EditArguments): Promise<void> {
  const ids = checkedIds(args.document_ids);
  const [documentId = '', ...others] = ids;
  const change = metadataChangeOf(args);
  const changesText = describesEdits(args);
  if (change !== undefined && changesText) {
    throw new UsageError(
      'The text and what is said about it (--name, --tags, --description) are changed one after the other.',
      'Make two commands of it.',
    );
  }
  if (changesText && others.length > 0) {
    throw new UsageError('The text of one document is changed at a time.', 'Edit the documents one by one.');
  }
  if (changesText) {
    await changeText(context, args, documentId);
  } else if (change !== undefined) {
    refuseTextOptions(args);
    await (others.length > 0
      ? changeMetadataOfSeveral(context, args, ids, change)
      : changeMetadata(context, args, documentId, change, optionalBase(args.base)));
  } else {
    throw new UsageError(
      'Nothing to change.',
      'Give at least one of --name, --tags, --add-tags, --remove-tags and --description, or one of --replace, --append, ' +
        '--prepend, --section and --edits.',
    );
  }
}

async function changeText(context: CommandContext, args: EditArguments, documentId: string): Promise<void> {
  const { message, merge } = args;
  const onConflict = merge ? 'merge' : 'fail';
  // Before stdin is read: who types there should not do it in vain.
  const base = requiredBase(args.base);
  const edits = await editsOf(context, args);
  const { signal } = context;
  await changeContent(context, args, { documentId, base, onConflict, editCount: edits.length }, (client, ifMatch) =>
    client.edit(documentId, edits, { ifMatch, onConflict, message, signal }),
  );
}

function refuseTextOptions({ merge, message }: EditArguments): void {
  if (merge || message !== undefined) {
    throw new UsageError(`${merge ? '--merge' : '--message'} is for changes of the text only.`);
  }
}
