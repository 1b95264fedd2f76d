import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { DownloadedFile, DownloadToFileOptions } from '@document-sync/sdk';
import {
  checkedId,
  checkedVersion,
  commandForm,
  type CommandParser,
  type CommonArguments,
  documentIdArgument,
  documentVersionOption,
} from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import { field } from '../output/documents.js';
import { formatSize } from '../output/size.js';
import { transferProgress } from '../progress.js';

interface PullArguments extends CommonArguments {
  document_id: string;
  output: string | undefined;
  overwrite: boolean;
  version: string | undefined;
}

/** What to pull. */
interface Wanted {
  documentId: string;
  /** With the version, if it is not to be the current one; in the words of the SDK. */
  options: { version: number | undefined; signal: AbortSignal };
}

/** `doc pull <document_id>`, alone also `doc-pull <document_id>`. */
export function addPull(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('pull', alone);
  return parser.command(
    `${name} <document_id>`,
    'Pull a document into a file',
    (options) =>
      withHelp(
        documentVersionOption(
          documentIdArgument(options)
            .option('output', {
              type: 'string',
              requiresArg: true,
              describe: 'The file or folder to write to; - writes to stdout [default: the original file name, here]',
            })
            .option('overwrite', { type: 'boolean', default: false, describe: 'Replace the file if there is one' }),
        ),
        ['Write it to its original file name in the current folder', `${call} doc_0123456789ab`],
        ['Write it to copy.md, whatever was there', `${call} doc_0123456789ab --output copy.md --overwrite`],
        ['Pull an old version', `${call} doc_0123456789ab --version 1 --output version-1.md`],
        ['Hand it on to another command', `${call} doc_0123456789ab --output - | wc -l`],
      ),
    (args) => pull(context, args),
  );
}

async function pull(context: CommandContext, args: PullArguments): Promise<void> {
  const wanted: Wanted = {
    documentId: checkedId(args.document_id),
    options: { version: checkedVersion('--version', args.version), signal: context.signal },
  };
  if (args.output === '-') {
    await pullToStdout(context, wanted);
  } else {
    await pullToFile(context, wanted, args);
  }
}

async function pullToStdout(context: CommandContext, { documentId, options }: Wanted): Promise<void> {
  const client = await context.client();
  const { body } = await client.download(documentId, options);
  for await (const chunk of body) {
    await context.output.bytes(chunk);
  }
}

async function pullToFile(context: CommandContext, wanted: Wanted, args: PullArguments): Promise<void> {
  const target = await targetOf(args.output);
  const client = await context.client();
  const progress = transferProgress(context.output, args.format === 'table' && !args.quiet);
  const { overwrite } = args;
  const options: DownloadToFileOptions = { ...wanted.options, ...target, overwrite, onProgress: progress.onProgress };
  try {
    const file = await client.downloadToFile(wanted.documentId, options);
    progress.stop();
    report(context, args, file, target);
  } finally {
    progress.stop();
  }
}

function report(context: CommandContext, args: PullArguments, file: DownloadedFile, target: Target): void {
  context.output.result(args, {
    ids: [file.documentId],
    json: {
      document_id: file.documentId,
      name: file.name,
      original_filename: file.filename,
      path: resolve(file.path),
      size_bytes: file.sizeBytes,
      checksum_sha256: file.checksumSha256,
      version: file.version,
    },
    lines: [
      field('Downloaded', file.name),
      field('Saved to', 'path' in target ? target.path : inFolder(target.directory, basename(file.path))),
      field('Size', formatSize(file.sizeBytes)),
      ...(file.version > 1 ? [field('Version', String(file.version))] : []),
    ],
  });
}

/** Where to write: a file, or a folder that gets a file of the original name. */
type Target = { path: string } | { directory: string };

/** @throws UsageError where the folder to write to is missing */
async function targetOf(output: string | undefined): Promise<Target> {
  if (output === undefined) {
    return { directory: '.' };
  }
  const target =
    output.endsWith('/') || output.endsWith(sep) || (await isFolder(output)) ? { directory: output } : { path: output };
  const folder = 'path' in target ? dirname(target.path) : target.directory;
  if (!(await isFolder(folder))) {
    throw new UsageError(`There is no folder ${folder}.`, 'Create it first, or choose another place with --output.');
  }
  return target;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** The path as a person would type it: also a file name that begins with a dash can be used as it is. */
function inFolder(folder: string, file: string): string {
  const path = join(folder, file);
  return isAbsolute(path) || path.startsWith('..') ? path : `./${path}`;
}
