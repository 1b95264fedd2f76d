import type { Argv } from 'yargs';
import {
  checkedId,
  checkedJobs,
  checkedVersion,
  commandForm,
  type CommandParser,
  type CommonArguments,
  documentVersionOption,
  jobsOption,
  noCacheOption,
} from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import type { SelectionArguments } from '../pull/selection.js';

interface PullArguments extends CommonArguments, SelectionArguments {
  archive: string | undefined;
  output: string | undefined;
  locked: boolean;
  overwrite: boolean;
  version: string | undefined;
  jobs: number;
  'no-cache': boolean;
}

/** `doc pull <document_ids..>`, alone also `doc-pull <document_ids..>`. */
export function addPull(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('pull', alone);
  return parser.command(
    `${name} [document_ids..]`,
    'Pull documents into files',
    (options) =>
      withHelp(
        noCacheOption(jobsOption(pullOptions(options))),
        ['Write it to its original file name in the current folder', `${call} doc_0123456789ab`],
        ['Write it to copy.md, whatever was there', `${call} doc_0123456789ab --output copy.md --overwrite`],
        ['Pull an old version', `${call} doc_0123456789ab --version 1 --output version-1.md`],
        ['Hand it on to another command', `${call} doc_0123456789ab --output - | wc -l`],
        [
          'Pull all documents with a tag into a folder; what is there already stays',
          `${call} --tags design --output designs/`,
        ],
        ['Pull them as one file', `${call} --tags design --archive designs.zip`],
        ['Fetch what docs.lock names into the folder that it is in', `${call} --locked .`],
        ['Hand them on to another command', `${call} --tags design --archive - | tar -t`],
      ),
    (args) => pull(context, args),
  );
}

function pullOptions<Arguments>(options: Argv<Arguments>) {
  return documentVersionOption(
    options
      .positional('document_ids', { type: 'string', array: true, describe: 'The ids that pushes or a query gave' })
      .option('tags', {
        string: true,
        array: true,
        requiresArg: true,
        describe: 'In the place of ids: all documents with all of these tags',
      })
      .option('name', {
        type: 'string',
        requiresArg: true,
        describe: 'In the place of ids: all documents with this in their name',
      })
      .option('collection', {
        type: 'string',
        requiresArg: true,
        describe: 'In the place of ids: all documents in the collection with this id',
      })
      .option('output', {
        type: 'string',
        requiresArg: true,
        describe: 'The file or folder to write to; - writes to stdout [default: the original file name, here]',
      })
      .option('archive', {
        type: 'string',
        requiresArg: true,
        describe: 'Write one .zip or .tar file in the place of many; - writes a tar to stdout',
      })
      .option('locked', {
        type: 'boolean',
        default: false,
        describe: 'Fetch the versions that docs.lock names into its folder; takes the folder in the place of ids',
      })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Replace files that are there' }),
  );
}

async function pull(context: CommandContext, args: PullArguments): Promise<void> {
  const { archive, output, overwrite } = args;
  const jobs = checkedJobs(args.jobs);
  const version = checkedVersion('--version', args.version);
  const cached = !args['no-cache'];
  if (args.locked) {
    const { pullLockedFolder } = await import('../pull/locked.js');
    const folders = foldersInThePlaceOfIds(args);
    await pullLockedFolder(context, args, { folders, overwrite, jobs, cached });
    return;
  }
  const [id, ...others] = args.document_ids ?? [];
  const isFiltered = [args.name, args.tags, args.collection].some((filter) => filter !== undefined);
  if (id !== undefined && others.length === 0 && !isFiltered && archive === undefined) {
    const { pullDocument } = await import('../pull/one-document.js');
    await pullDocument(context, args, { documentId: checkedId(id), version, output, overwrite, cached });
    return;
  }

  const { selectionOf } = await import('../pull/selection.js');
  const selection = selectionOf(args);
  if (version !== undefined) {
    throw new UsageError('--version is for one document.', 'Pull old versions one by one.');
  }
  if (archive !== undefined) {
    if (output !== undefined) {
      throw new UsageError('--archive and --output cannot go together.', 'Name the file with --archive.');
    }
    const { pullArchive } = await import('../pull/archive.js');
    await pullArchive(context, args, archive, selection);
    return;
  }
  const { pullDocuments } = await import('../pull/many-documents.js');
  await pullDocuments(context, selection, { ...args, output: checkedFolder(output, 'ids' in selection), jobs, cached });
}

/** @throws UsageError for what --locked leaves open, as the lock says which documents, which versions and where */
function foldersInThePlaceOfIds(args: PullArguments): string[] {
  const others = ['archive', 'collection', 'name', 'output', 'tags', 'version'] as const;
  const given = others.find((name) => args[name] !== undefined);
  if (given !== undefined) {
    throw new UsageError(`--locked and --${given} cannot go together.`, 'docs.lock says what is fetched, and where.');
  }
  return args.document_ids ?? [];
}

/** Where several documents go. Ids were chosen one by one; what a query finds may be more than somebody wants here. */
function checkedFolder(output: string | undefined, byId: boolean): string {
  if (output === '-') {
    throw new UsageError('Several documents cannot be told apart on stdout.', 'Write a tar of them with --archive -.');
  }
  if (output === undefined && !byId) {
    throw new UsageError(
      'It is not said where the documents are to go.',
      'Name a folder with --output designs/ for example, or --output . for this one.',
    );
  }
  return output ?? '.';
}
