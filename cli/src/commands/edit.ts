import type { Document, DocumentChange } from '@document-sync/sdk';
import {
  checkedId,
  commandForm,
  type CommandParser,
  type CommonArguments,
  documentIdArgument,
  splitTags,
} from '../arguments.js';
import { type Base, baseOption, optionalBase, requiredBase, resolveBase } from '../base.js';
import { mergeOption, messageOption } from '../change-options.js';
import { changeContent } from '../content-change.js';
import { type EditArguments as ContentArguments, describesEdits, editOptions, editsOf } from '../content-edits.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { ChangeFailed, UsageError } from '../errors.js';
import { contentUrl, summaryLines } from '../output/documents.js';

interface EditArguments extends CommonArguments, ContentArguments {
  document_id: string;
  name: string | undefined;
  tags: string[] | undefined;
  description: string | undefined;
  base: string | undefined;
  merge: boolean;
  message: string | undefined;
}

/** `doc edit <document_id>`. */
export function addEdit(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('edit', alone);
  return parser.command(
    `${name} <document_id>`,
    'Change the text, name, tags or description',
    (options) =>
      withHelp(
        messageOption(
          mergeOption(
            baseOption(
              editOptions(
                documentIdArgument(options)
                  .option('name', { type: 'string', requiresArg: true, describe: 'What to call the document' })
                  .option('tags', {
                    string: true,
                    array: true,
                    requiresArg: true,
                    describe: 'Comma-separated tags, in the place of those it has; "" removes them',
                  })
                  .option('description', {
                    type: 'string',
                    requiresArg: true,
                    describe: 'What it is about; "" removes it',
                  }),
              ),
            ),
          ),
        ),
        ['Rename it; tags and description stay', `${call} doc_0123456789ab --name "System Architecture"`],
        ['Give it these tags and no others', `${call} doc_0123456789ab --tags design,approved`],
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
  const documentId = checkedId(args.document_id);
  const change = metadataChangeOf(args);
  const changesText = describesEdits(args);
  if (change !== undefined && changesText) {
    throw new UsageError(
      'The text and what is said about it (--name, --tags, --description) are changed one after the other.',
      'Make two commands of it.',
    );
  }
  if (changesText) {
    await changeText(context, args, documentId);
  } else if (change !== undefined) {
    await changeMetadata(context, args, documentId, change);
  } else {
    throw new UsageError(
      'Nothing to change.',
      'Give at least one of --name, --tags and --description, or one of --replace, --append, --prepend, --section and ' +
        '--edits.',
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

async function changeMetadata(
  context: CommandContext,
  args: EditArguments,
  documentId: string,
  change: DocumentChange,
): Promise<void> {
  if (args.merge || args.message !== undefined) {
    throw new UsageError(`${args.merge ? '--merge' : '--message'} is for changes of the text only.`);
  }
  const base = optionalBase(args.base);
  const document = await update(context, documentId, change, base);
  const { baseUrl } = await context.client();
  context.output.result(args, {
    ids: [document.document_id],
    json: document,
    lines: ['Document updated successfully!', ...summaryLines(document, contentUrl(baseUrl, documentId))],
  });
}

async function update(
  context: CommandContext,
  documentId: string,
  change: DocumentChange,
  base: Base | undefined,
): Promise<Document> {
  const { signal } = context;
  const client = await context.client();
  if (base === undefined) {
    return client.update(documentId, change, { signal });
  }
  try {
    const { ifMatch } = await resolveBase(client, documentId, base, signal);
    return await client.update(documentId, change, { ifMatch, signal });
  } catch (error) {
    signal.throwIfAborted();
    // Repeated, it changes nothing more.
    throw new ChangeFailed({ documentId, base, onConflict: 'never' }, false, error);
  }
}

function metadataChangeOf({ name, tags, description }: EditArguments): DocumentChange | undefined {
  const change: DocumentChange = {};
  if (name !== undefined) change.name = name;
  if (tags !== undefined) change.tags = splitTags(tags);
  if (description !== undefined) change.description = description;
  return Object.keys(change).length === 0 ? undefined : change;
}
