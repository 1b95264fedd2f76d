import type { Document, PushItem, PushResult } from '@document-sync/sdk';
import type { CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { type FailedItem, reportFailed } from '../failed-items.js';
import { documentSizeTable } from '../output/documents.js';
import { skippedNote } from '../output/skipped.js';
import { formatSize } from '../output/size.js';
import { transferProgress } from '../progress.js';
import type { FileToPush, FoundFiles } from './files.js';

/** What is said about every document of a push. */
export interface CommonMetadata {
  tags: string[];
  description: string | undefined;
  collectionId: string | undefined;
}

/** Says what a folder has that is not pushed, and that there is nothing to push. @throws UsageError in that case */
export function checkFound(context: CommandContext, args: CommonArguments, { files, skipped }: FoundFiles): void {
  for (const entry of skipped.filter(({ reason }) => reason !== 'unreadable')) {
    context.output.note(args.format, skippedNote(entry), { path: entry.path, left_out: entry.reason });
  }
  if (files.length === 0 && skipped.every(({ reason }) => reason !== 'unreadable')) {
    throw new UsageError(
      'There is nothing to push.',
      'What .gitignore and .docignore name is left out, and what --include and --exclude say.',
    );
  }
}

/**
 * Pushes several files, as many at a time as `jobs` says, and tells what became of each.
 * @throws ReportedFailure where some failed; whatever concerns all of them
 */
export async function pushFiles(
  context: CommandContext,
  args: CommonArguments & { jobs: number },
  found: FoundFiles,
  { tags, description, collectionId }: CommonMetadata,
): Promise<void> {
  const { files } = found;
  const client = await context.client();
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const progress = transferProgress(context.output, args.format === 'table' && !args.quiet);
  const results: PushResult[] = [];
  const items = files.map(({ path, name }): PushItem => ({
    source: path,
    tags,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    collectionId,
  }));
  try {
    await client.pushMany(items, {
      concurrency: args.jobs,
      signal: context.signal,
      onResult: (result) => results.push(result),
      onProgress: ({ transferredBytes }) =>
        progress.onProgress?.({
          transferredBytes: Math.min(transferredBytes, totalBytes),
          totalBytes,
          files: { done: results.length, total: files.length },
        }),
    });
  } catch (error) {
    progress.stop();
    // What is pushed is pushed, and has to be told.
    if (results.length > 0) await report(context, args, results, files.length);
    throw error;
  }
  progress.stop();
  await report(context, args, results, files.length);
  const unreadable = found.skipped
    .filter(({ reason }) => reason === 'unreadable')
    .map(({ path, error }): FailedItem => ({ subject: path, facts: { file: path }, error }));
  await reportFailed(context, args, {
    kind: 'file',
    action: 'pushed',
    done: results.filter(({ error }) => error === undefined).length,
    failed: [...failedOf(results, files), ...unreadable],
  });
}

function failedOf(results: readonly PushResult[], files: readonly FileToPush[]): FailedItem[] {
  return results.toSorted(byIndex).flatMap(({ index, error }) => {
    const { path } = files[index] ?? { path: '' };
    return error === undefined ? [] : [{ subject: path, facts: { file: path }, error }];
  });
}

async function report(
  context: CommandContext,
  args: CommonArguments,
  results: readonly PushResult[],
  total: number,
): Promise<void> {
  const documents = results
    .toSorted(byIndex)
    .flatMap(({ document }): Document[] => (document === undefined ? [] : [document]));
  const isForPeople = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: documents.map(({ document_id }) => document_id),
    json: documents,
    lines: isForPeople && documents.length > 0 ? [await documentSizeTable(documents, context.output.columns)] : [],
  });
  if (isForPeople && documents.length > 0) {
    const size = formatSize(documents.reduce((sum, { size_bytes }) => sum + size_bytes, 0));
    const of = documents.length < total ? ` of ${total}` : '';
    context.output.note(args.format, `Pushed ${documents.length}${of} ${total === 1 ? 'file' : 'files'}, ${size}.`);
  }
}

/** Results come as they are ready. */
function byIndex(a: PushResult, b: PushResult): number {
  return a.index - b.index;
}
