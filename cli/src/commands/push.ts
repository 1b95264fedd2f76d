import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  checkedJobs,
  commandForm,
  type CommandParser,
  type CommonArguments,
  jobsOption,
  optionalCollection,
  splitTags,
} from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import { STDIN_ARGUMENT } from '../words.js';
import type { CommonMetadata } from '../push/many-files.js';

interface PushArguments extends CommonArguments {
  files: string[];
  name: string | undefined;
  tags: string[] | undefined;
  description: string | undefined;
  collection: string | undefined;
  recursive: boolean;
  include: string[] | undefined;
  exclude: string[] | undefined;
  jobs: number;
  'dry-run': boolean;
}

/** `doc push <files..>`, alone also `doc-push <files..>`. */
export function addPush(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('push', alone);
  return parser.command(
    `${name} <files..>`,
    'Push files to the server as documents',
    (options) =>
      withHelp(
        jobsOption(
          options
            .positional('files', {
              type: 'string',
              array: true,
              demandOption: true,
              describe: 'Files, globs in quotes, and with --recursive folders; - alone reads stdin',
            })
            .option('name', {
              type: 'string',
              requiresArg: true,
              describe: 'What to call the document [default: the file name; in a folder the path there]',
            })
            .option('tags', {
              string: true,
              array: true,
              requiresArg: true,
              describe: 'Comma-separated tags, like design,v2',
            })
            .option('description', { type: 'string', requiresArg: true, describe: 'What the document is about' })
            .option('collection', {
              type: 'string',
              requiresArg: true,
              describe: 'The id of a collection to put it into',
            })
            .option('recursive', {
              type: 'boolean',
              default: false,
              describe: 'Push all files in folders, but for what .gitignore and .docignore name',
            })
            .option('include', {
              string: true,
              array: true,
              requiresArg: true,
              describe: "Only files that fit a pattern, like '*.md' or 'docs/**'",
            })
            .option('exclude', {
              string: true,
              array: true,
              requiresArg: true,
              describe: "No files and folders that fit a pattern, like '*.tmp' or drafts",
            }),
        ).option('dry-run', {
          type: 'boolean',
          default: false,
          describe: 'Show what would be pushed, and push nothing',
        }),
        ['Push a file under its own name', `${call} report.md`],
        ['Name and tag it', `${call} architecture.md --name "System Architecture" --tags design,docs`],
        ['Push several files', `${call} report.md architecture.md --tags design`],
        ['See what of a folder would be pushed', `${call} . --recursive --dry-run`],
        [
          'Push the Markdown files of a folder; their paths become the names',
          `${call} . --recursive --include '*.md' --tags docs`,
        ],
        ['Push what another command prints', `git diff | ${call} - --name changes.diff`],
        ['Keep the id of the new document', `id=$(${call} report.md --quiet)`],
      ),
    (args) => push(context, args),
  );
}

async function push(context: CommandContext, args: PushArguments): Promise<void> {
  const { name } = args;
  const words = args.files.map((word) => (word === STDIN_ARGUMENT ? '-' : word));
  const jobs = checkedJobs(args.jobs);
  const metadata: CommonMetadata = {
    tags: splitTags(args.tags ?? []),
    description: args.description,
    collectionId: optionalCollection(args.collection),
  };
  const [file = ''] = words;
  if (words.length === 1 && !args['dry-run'] && (await isAlone(file))) {
    const { pushFile } = await import('../push/one-file.js');
    await pushFile(context, args, { file, name }, metadata);
    return;
  }
  if (words.includes('-')) {
    throw new UsageError(
      args['dry-run'] ? '--dry-run does not read stdin.' : 'stdin (-) is pushed alone.',
      'Make a command of its own for it.',
    );
  }
  if (name !== undefined && !(words.length === 1 && (await isAlone(file)))) {
    throw new UsageError(
      '--name is for one document, and this may be several.',
      'Leave it out: files keep their names, and files in folders are named like their paths there.',
    );
  }
  await pushSeveral(context, { ...args, jobs }, metadata);
}

async function pushSeveral(context: CommandContext, args: PushArguments, metadata: CommonMetadata): Promise<void> {
  const { files: words, recursive, include, exclude, name } = args;
  const { findFiles } = await import('../push/files.js');
  const { checkFound, pushFiles } = await import('../push/many-files.js');
  const found = await findFiles(words, { recursive, include, exclude, signal: context.signal });
  checkFound(context, args, found);
  if (args['dry-run']) {
    const { showFiles } = await import('../push/dry-run.js');
    const named = found.files.map((file) => ({ ...file, name: file.name ?? name ?? basename(file.path) }));
    await showFiles(context, args, { files: named, skipped: found.skipped });
    return;
  }
  await pushFiles(context, args, found, metadata);
}

/** Whether a word means one file, or what is no regular file and may be read once only; not a folder, not a glob. */
async function isAlone(word: string): Promise<boolean> {
  if (word === '-') return true;
  const stats = await stat(word).catch(() => undefined);
  if (stats !== undefined) return !stats.isDirectory();
  return !/[*?[{(]/.test(word);
}
