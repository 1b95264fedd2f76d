import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import {
  checkedJobs,
  commandForm,
  type CommandParser,
  type CommonArguments,
  jobsOption,
  noCacheOption,
} from '../arguments.js';
import type { Argv } from 'yargs';
import type { CommandContext } from '../context.js';
import { type DocumentSetArguments, documentSetOptions, wantedDocuments } from '../document-set-option.js';
import { ReportedFailure, UsageError } from '../errors.js';
import { ExitCode } from '../exit-code.js';
import { withHelp } from '../help.js';
import type { DocumentSet, Done, PlanOptions, SyncedFolder, SyncResult } from '../sync/index.js';

interface SyncArguments extends CommonArguments, DocumentSetArguments {
  dir: string;
  'dry-run': boolean;
  plan: string | undefined;
  apply: string | undefined;
  'pull-only': boolean;
  'push-only': boolean;
  delete: boolean;
  'max-delete': number | undefined;
  jobs: number;
  'no-cache': boolean;
}

/** What the one line above it leaves out. */
const WHAT_IT_DOES = `A document's name is its path in the folder. docs.lock keeps what both sides
had in common; commit it. Contents and paths are synced; modes, times and
empty folders are not, nor what .gitignore and .docignore leave out.`;

/** `doc sync [dir]`. */
export function addSync(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('sync', alone);
  return parser.command(
    `${name} [dir]`,
    'Keep a folder and documents in step',
    (options) =>
      withHelp(
        noCacheOption(jobsOption(syncOptions(options.usage(`\n${WHAT_IT_DOES}`)))),
        ['See what would be done', `${call} . --tag design --dry-run`],
        ['Bring the folder and the documents in step', `${call} . --tag design`],
        ['The documents of a collection in place of a tag', `${call} . --collection col_0123456789ab`],
        ['Carry deletions over, too', `${call} . --tag design --delete`],
        [
          'Look at a plan before it is carried out',
          `${call} . --tag design --plan ../plan.json && ${call} . --apply ../plan.json`,
        ],
      ),
    (args) => sync(context, args),
  );
}

function syncOptions<Arguments>(options: Argv<Arguments>) {
  return documentSetOptions(options)
    .positional('dir', { type: 'string', default: '.', describe: 'The folder' })
    .option('dry-run', { type: 'boolean', default: false, describe: 'Print what would be done, and do nothing' })
    .option('plan', { type: 'string', requiresArg: true, describe: 'Write what would be done to a file' })
    .option('apply', { type: 'string', requiresArg: true, describe: 'Do what such a file says, if it still fits' })
    .option('pull-only', { type: 'boolean', default: false, describe: 'Change nothing on the server' })
    .option('push-only', { type: 'boolean', default: false, describe: 'Change nothing in the folder' })
    .option('delete', { type: 'boolean', default: false, describe: 'Carry deletions to the other side, too' })
    .option('max-delete', {
      type: 'number',
      requiresArg: true,
      describe: 'Refuse to delete more than this [default: half of the documents, 10 to 100]',
    });
}

async function sync(context: CommandContext, args: SyncArguments): Promise<void> {
  const request = checked(args);
  const { failureOfSync } = await import('../sync/index.js');
  try {
    if (args['dry-run'] || args.plan !== undefined) await plan(context, args, request);
    else await run(context, args, request);
  } catch (error) {
    if (error instanceof ReportedFailure) throw error;
    const failure = await failureOfSync(error);
    context.output.failure(args.format, failure);
    throw new ReportedFailure(failure.exitCode);
  }
}

/** The options of a sync, as far as they say what it is to do. */
interface Request {
  documents: DocumentSet | undefined;
  options: PlanOptions;
  maxDelete: number | undefined;
  jobs: number;
}

/** @throws UsageError for what contradicts itself */
function checked(args: SyncArguments): Request {
  const { apply, plan: planFile, delete: carriesDeletions } = args;
  const [pullOnly, pushOnly, dryRun] = [args['pull-only'], args['push-only'], args['dry-run']];
  if (pullOnly && pushOnly) {
    throw new UsageError('--pull-only and --push-only leave nothing to do.');
  }
  if (apply !== undefined && (dryRun || planFile !== undefined || pullOnly || pushOnly || carriesDeletions)) {
    throw new UsageError('--apply does what the plan says: --max-delete and --jobs are the only options beside it.');
  }
  return {
    documents: wantedDocuments(args),
    options: { delete: carriesDeletions, direction: pullOnly ? 'pull' : pushOnly ? 'push' : 'both' },
    maxDelete: checkedCount(args['max-delete']),
    jobs: checkedJobs(args.jobs),
  };
}

function checkedCount(count: number | undefined): number | undefined {
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0)) {
    throw new UsageError('--max-delete must be a whole number, 0 or more.');
  }
  return count;
}

async function folderOf(context: CommandContext, args: SyncArguments, { documents }: Request): Promise<SyncedFolder> {
  const { dir: root, 'no-cache': noCache } = args;
  return { client: await context.client(!noCache), root, documents, cacheFolder: context.config().folders.cache };
}

async function plan(context: CommandContext, args: SyncArguments, request: Request): Promise<void> {
  const { options } = request;
  const { planLines, planSync, writePlanFile } = await import('../sync/index.js');
  if (args.plan !== undefined) await refuseInside(args.dir, args.plan);
  const planned = await planSync(await folderOf(context, args, request), options, context.signal);
  const { actions, left } = planned.plan;
  if (args.plan !== undefined) {
    const { documents, seen } = planned;
    await writePlanFile(args.plan, { ...documents, options, seen, plan: planned.plan });
  }
  context.output.result(args, {
    ids: actions.flatMap((action) => ('document_id' in action ? [action.document_id ?? []].flat() : [])),
    json: { ...planned.documents, in_lock: planned.inStep, actions, left },
    lines: planLines(planned.plan, planned.inStep),
  });
}

/** @throws UsageError for a plan that would be one of the files of the folder, and make itself out of date */
async function refuseInside(dir: string, file: string): Promise<void> {
  const [root, folder] = await Promise.all(
    [dir, dirname(file)].map((path) => realpath(path).catch(() => resolve(path))),
  );
  const way = relative(root ?? '', folder ?? '');
  if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) {
    throw new UsageError(`${file} would be synced itself.`, 'Write the plan to a place outside of the folder.');
  }
}

async function run(context: CommandContext, args: SyncArguments, request: Request): Promise<void> {
  const { options, maxDelete, jobs } = request;
  const { documentsToApply, readPlanFile, syncFolder } = await import('../sync/index.js');
  const planned = args.apply === undefined ? undefined : await readPlanFile(args.apply);
  const folder = await folderOf(context, args, request);
  const documents = planned === undefined ? request.documents : documentsToApply(planned, request.documents);
  const done: Done[] = [];
  let result: SyncResult | undefined;
  try {
    const { signal } = context;
    const onDone = (step: Done): void => void done.push(step);
    result = await syncFolder({ ...folder, documents, options, maxDelete, jobs, signal, planned, onDone });
  } finally {
    // Also after Ctrl-C: what is done is done, and has to be told.
    if (result !== undefined || done.length > 0) await report(context, args, done, result);
  }
  await reportFailures(context, args, result);
}

async function report(
  context: CommandContext,
  args: SyncArguments,
  done: readonly Done[],
  result: SyncResult | undefined,
): Promise<void> {
  const { counted, doneLine, leftLine } = await import('../sync/index.js');
  const left = result?.plan.left ?? [];
  const recognised = done.filter(({ action }) => action.do === 'adopt').length;
  const lines = done.flatMap((step) => doneLine(step) ?? []);
  context.output.result(args, {
    ids: done.flatMap(({ action, document_id }) => ('document_id' in action ? action.document_id : document_id) ?? []),
    json: { done, left, in_step: result?.inStep ?? null },
    lines: [
      ...lines,
      ...left.map((item) => `Left alone: ${leftLine(item)}`),
      ...(lines.length === 0 && recognised > 0 ? [`Recognised as equal: ${counted(recognised, 'document')}`] : []),
      ...(result === undefined ? [] : [`In step: ${counted(result.inStep, 'document')}`]),
    ],
  });
}

/** @throws ReportedFailure where a step has failed */
async function reportFailures(
  context: CommandContext,
  args: SyncArguments,
  { done, failed, notBegun }: SyncResult,
): Promise<void> {
  const { counted, groupedFailures } = await import('../sync/index.js');
  const groups = await groupedFailures(failed.map(({ action: { path }, error }) => ({ path, error })));
  for (const { failure } of groups) context.output.failure(args.format, failure);
  if (notBegun.length > 0) {
    const paths = notBegun.map(({ path }) => path);
    context.output.note(args.format, `Not begun: ${counted(paths.length, 'step')}. Run the sync again.`, {
      not_begun: paths,
    });
  }
  const [first] = groups;
  if (first !== undefined) throw new ReportedFailure(done.length > 0 ? ExitCode.partial : first.failure.exitCode);
}
