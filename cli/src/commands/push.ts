import type { UploadOptions, UploadSource } from '@document-sync/sdk';
import { commandForm, type CommandParser, type CommonArguments, splitTags } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { fileSource } from '../file-source.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import { contentUrl, summaryLines } from '../output/documents.js';
import { transferProgress } from '../progress.js';

interface PushArguments extends CommonArguments {
  file: string;
  name: string | undefined;
  tags: string[] | undefined;
  description: string | undefined;
}

/** `doc push <file>`, alone also `doc-push <file>`. */
export function addPush(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('push', alone);
  return parser.command(
    `${name} <file>`,
    'Push a file to the server as a document',
    (options) =>
      withHelp(
        options
          .positional('file', { type: 'string', demandOption: true, describe: 'The file to push; - reads stdin' })
          // Without this yargs takes a lone dash for an option.
          .nargs('file', 1)
          .option('name', {
            type: 'string',
            requiresArg: true,
            describe: 'What to call the document [default: the file name]',
          })
          .option('tags', {
            string: true,
            array: true,
            requiresArg: true,
            describe: 'Comma-separated tags, like design,v2',
          })
          .option('description', { type: 'string', requiresArg: true, describe: 'What the document is about' }),
        ['Push a file under its own name', `${call} report.md`],
        ['Name and tag it', `${call} architecture.md --name "System Architecture" --tags design,docs`],
        ['Push what another command prints', `git diff | ${call} - --name changes.diff`],
        ['Keep the id of the new document', `id=$(${call} report.md --quiet)`],
      ),
    (args) => push(context, args),
  );
}

async function push(context: CommandContext, args: PushArguments): Promise<void> {
  const { source, filename } = await sourceOf(context, args);
  const client = await context.client();
  const progress = transferProgress(context.output, args.format === 'table' && !args.quiet);
  const options: UploadOptions = { signal: context.signal, tags: splitTags(args.tags ?? []) };
  if (filename !== undefined) options.filename = filename;
  if (args.name !== undefined) options.name = args.name;
  if (args.description !== undefined) options.description = args.description;
  if (progress.onProgress !== undefined) options.onProgress = progress.onProgress;
  try {
    const document = await client.upload(source, options);
    progress.stop();
    context.output.result(args, {
      ids: [document.document_id],
      json: document,
      lines: [
        'Document pushed successfully!',
        ...summaryLines(document, contentUrl(client.baseUrl, document.document_id)),
      ],
    });
  } finally {
    progress.stop();
  }
}

/** What to read, and the file name to send where the source itself has none. */
async function sourceOf(
  context: CommandContext,
  { file, name }: PushArguments,
): Promise<{ source: UploadSource; filename?: string }> {
  if (file === '-' && name === undefined) {
    throw new UsageError(
      'What comes from stdin has no name.',
      'Add --name, with an ending that tells the type: --name notes.md',
    );
  }
  const { source, named } = await fileSource(context, file);
  if (named) {
    return { source };
  }
  const { safeFilename } = await import('@document-sync/sdk');
  return { source, filename: safeFilename(name ?? 'stdin') };
}
