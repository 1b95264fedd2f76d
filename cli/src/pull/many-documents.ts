import { mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document, DocumentClient, DownloadedFile } from '@document-sync/sdk';
import type { CommonArguments } from '../arguments.js';
import { eachAtOnce } from '../at-once.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { ExitCode } from '../exit-code.js';
import { type FailedItem, reportFailed } from '../failed-items.js';
import { failureOf } from '../failure.js';
import { type ProgressDisplay, transferProgress } from '../progress.js';
import { hasContent, makeFoldersFor } from './local-file.js';
import { inFolder } from './one-document.js';
import { type PulledFile, reportPulled } from './report.js';
import { findDocuments, type Selection } from './selection.js';
import { targetPaths } from './target-paths.js';

/** How documents are pulled into a folder. */
export interface PullOptions extends CommonArguments {
  /** The folder; it is made where it is not there. */
  output: string;
  overwrite: boolean;
  jobs: number;
  cached: boolean;
}

/** A pull of several documents, and what has become of it so far. */
interface Pull {
  context: CommandContext;
  client: DocumentClient;
  options: PullOptions;
  pulled: PulledFile[];
  failed: FailedItem[];
  progress: ProgressDisplay;
}

/**
 * Pulls documents into a folder. What is there already with the same content is left as it is and not fetched.
 * @throws UsageError where the folder cannot be one; ReportedFailure where some failed; whatever concerns all of them
 */
export async function pullDocuments(
  context: CommandContext,
  selection: Selection,
  options: PullOptions,
): Promise<void> {
  const folder = await madeFolder(options.output);
  const client = await context.client(options.cached);
  const progress = transferProgress(context.output, options.format === 'table' && !options.quiet);
  const pull: Pull = { context, client, options, pulled: [], failed: [], progress };
  const documents =
    'ids' in selection
      ? await documentsOf(pull, selection.ids)
      : await findDocuments(client, selection, context.signal);
  let stopped: { error: unknown } | undefined;
  try {
    await pullInto(folder, documents, pull);
  } catch (error) {
    stopped = { error };
  } finally {
    progress.stop();
  }
  // Also after Ctrl-C: what is pulled is pulled, and has to be told.
  if (stopped === undefined || pull.pulled.length > 0) {
    await reportPulled(context, options, pull.pulled, 'ids' in selection ? selection.ids.length : documents.length);
  }
  if (stopped !== undefined) {
    context.signal.throwIfAborted();
    throw stopped.error;
  }
  await reportFailed(context, options, {
    kind: 'document',
    action: 'pulled',
    done: pull.pulled.length,
    failed: pull.failed,
  });
}

async function madeFolder(output: string): Promise<string> {
  try {
    await mkdir(output, { recursive: true });
    if ((await stat(output)).isDirectory()) return await realpath(output);
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  throw new UsageError(
    `${output} is no folder.`,
    'Several documents are pulled into a folder: name one with --output.',
  );
}

async function documentsOf(pull: Pull, ids: readonly string[]): Promise<Document[]> {
  const documents: Document[] = [];
  const { client, context, options } = pull;
  await eachAtOnce(ids, options.jobs, (id) =>
    attempt(pull, { subject: id, facts: { document_id: id } }, async () => {
      documents.push(await client.get(id, { signal: context.signal }));
    }),
  );
  return documents;
}

async function pullInto(folder: string, documents: readonly Document[], pull: Pull): Promise<void> {
  const paths = targetPaths(documents);
  const { jobs } = pull.options;
  const totalBytes = documents.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  const transferred = new Map<string, number>();
  let transferredBytes = 0;
  const show = (document: Document, bytes: number): void => {
    transferredBytes += bytes - (transferred.get(document.document_id) ?? 0);
    transferred.set(document.document_id, bytes);
    const files = { done: pull.pulled.length, total: documents.length };
    pull.progress.onProgress?.({ transferredBytes, totalBytes, files });
  };

  let stop: { error: unknown } | undefined;
  await eachAtOnce(documents, jobs, async (document) => {
    const path = paths.get(document.document_id) ?? document.document_id;
    const shown = inFolder(pull.options.output, path);
    const item = { subject: shown, facts: { document_id: document.document_id, path: join(folder, path) } };
    if (stop !== undefined) {
      pull.failed.push({ ...item, error: stop.error });
      return;
    }
    await attempt(pull, item, async () => {
      pull.pulled.push({ ...(await pullOne(folder, path, document, pull, show)), shown });
      show(document, document.size_bytes);
    }).catch((error: unknown) => {
      pull.context.signal.throwIfAborted();
      stop = { error };
      pull.failed.push({ ...item, error });
    });
  });
}

async function pullOne(
  folder: string,
  path: string,
  document: Document,
  { client, context, options }: Pull,
  show: (document: Document, bytes: number) => void,
): Promise<Omit<PulledFile, 'shown'>> {
  const { signal } = context;
  const target = join(folder, path);
  await makeFoldersFor(folder, path);
  if (await hasContent(target, document, signal)) {
    return { outcome: 'unchanged', file: fileThere(target, document) };
  }
  const file = await client.downloadToFile(document.document_id, {
    path: target,
    overwrite: options.overwrite,
    checksumSha256: document.checksum_sha256,
    signal,
    onProgress: ({ transferredBytes }) => {
      show(document, Math.min(transferredBytes, document.size_bytes));
    },
  });
  return { outcome: 'pulled', file };
}

function fileThere(path: string, document: Document): Omit<DownloadedFile, 'fromCache'> {
  return {
    path,
    documentId: document.document_id,
    version: document.version,
    name: document.name,
    filename: document.original_filename,
    sizeBytes: document.size_bytes,
    checksumSha256: document.checksum_sha256,
  };
}

/**
 * Does something for one item and records its error.
 * @throws the error where the next item would meet it too: the server is gone, or the disk is full
 */
async function attempt(pull: Pull, item: Omit<FailedItem, 'error'>, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    pull.context.signal.throwIfAborted();
    const { exitCode } = await failureOf(error);
    if (exitCode === ExitCode.network || exitCode === ExitCode.unavailable) throw error;
    pull.failed.push({ ...item, error });
  }
}
