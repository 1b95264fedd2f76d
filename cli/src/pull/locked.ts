import type { CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { ReportedFailure, UsageError } from '../errors.js';
import { ExitCode } from '../exit-code.js';
import { printable } from '../output/printable.js';
import type { LockedFile, PullLockedResult } from '../sync/index.js';

/** What `doc pull --locked` was given. */
export interface LockedRequest {
  /** The folder and nothing else. */
  folders: readonly string[];
  overwrite: boolean;
  jobs: number;
  cached: boolean;
}

/**
 * Fetches what the lock of a folder names, and tells what became of each file.
 * @throws ReportedFailure where something has failed; UsageError for more than one folder
 */
export async function pullLockedFolder(
  context: CommandContext,
  args: CommonArguments,
  { folders, overwrite, jobs, cached }: LockedRequest,
): Promise<void> {
  const [root = '.', another] = folders;
  if (another !== undefined) {
    throw new UsageError('--locked is for one folder.', 'Name the folder with docs.lock, or none for this one.');
  }
  const { failureOfSync, pullLocked } = await import('../sync/index.js');
  const { signal } = context;
  try {
    const client = await context.client(cached);
    await report(context, args, await pullLocked({ client, root, overwrite, jobs, signal }));
  } catch (error) {
    if (error instanceof ReportedFailure) throw error;
    const failure = await failureOfSync(error);
    context.output.failure(args.format, failure);
    throw new ReportedFailure(failure.exitCode);
  }
}

async function report(
  context: CommandContext,
  args: CommonArguments,
  { pulled, unchanged, failed, notBegun }: PullLockedResult,
): Promise<void> {
  const { counted, groupedFailures } = await import('../sync/index.js');
  const described = (file: LockedFile, outcome: string) => ({ ...file, outcome });
  context.output.result(args, {
    ids: [...pulled, ...unchanged].map(({ document_id: id }) => id),
    json: [
      ...pulled.map((file) => described(file, 'pulled')),
      ...unchanged.map((file) => described(file, 'unchanged')),
    ],
    lines: [
      ...pulled.map(({ path, version }) => `Pulled: ${printable(path)} (version ${version})`),
      ...(unchanged.length > 0 ? [`Unchanged: ${counted(unchanged.length, 'file')}`] : []),
    ],
  });
  const groups = await groupedFailures(failed.map(({ file: { path }, error }) => ({ path, error })));
  for (const { failure } of groups) context.output.failure(args.format, failure);
  if (notBegun.length > 0) {
    context.output.note(args.format, `Not begun: ${counted(notBegun.length, 'file')}. Run the same command again.`, {
      not_begun: notBegun.map(({ path }) => path),
    });
  }
  const [first] = groups;
  if (first !== undefined) {
    throw new ReportedFailure(pulled.length + unchanged.length > 0 ? ExitCode.partial : first.failure.exitCode);
  }
}
