import { stat } from 'node:fs/promises';
import type { TransferProgress, UploadOptions, UploadSource } from '@document-sync/sdk';
import type { CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { Interrupted, UnfinishedTransfer, UsageError } from '../errors.js';
import { fileSource } from '../file-source.js';
import { contentUrl, summaryLines } from '../output/documents.js';
import { formatSize } from '../output/size.js';
import { transferProgress } from '../progress.js';
import type { CommonMetadata } from './many-files.js';

/** A file that is pushed alone; `-` is stdin. */
export interface OneFile {
  file: string;
  name: string | undefined;
}

/**
 * Pushes one file, and tells what it has become.
 * @throws UnfinishedTransfer where the same command goes on later; whatever else goes wrong
 */
export async function pushFile(
  context: CommandContext,
  args: CommonArguments,
  one: OneFile,
  { tags, description, collectionId }: CommonMetadata,
): Promise<void> {
  const { source, filename } = await sourceOf(context, one);
  const resumable = await isResumable(context, source);
  const client = await context.client();
  const progress = transferProgress(context.output, args.format === 'table' && !args.quiet);
  let transferred: number | undefined;
  const onProgress = (now: TransferProgress): void => {
    if (transferred === undefined && resumable) noteResumed(context, args, now);
    transferred = now.transferredBytes;
    progress.onProgress?.(now);
  };
  const options: UploadOptions = { signal: context.signal, tags, collectionId, onProgress };
  if (filename !== undefined) options.filename = filename;
  if (one.name !== undefined) options.name = one.name;
  if (description !== undefined) options.description = description;
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
  } catch (error) {
    throw resumable && (transferred ?? 0) > 0 && (await goesOn(error)) ? new UnfinishedTransfer(error) : error;
  } finally {
    progress.stop();
  }
}

/** Whether what has arrived of the source is kept when the transfer ends early. */
async function isResumable(context: CommandContext, source: UploadSource): Promise<boolean> {
  return typeof source === 'string' && (await stat(source)).size >= context.config().resumableFromBytes;
}

/** The server had a part of the file already, though not all of it. */
function noteResumed(context: CommandContext, args: CommonArguments, now: TransferProgress): void {
  const { transferredBytes, totalBytes = 0 } = now;
  if (transferredBytes > 0 && transferredBytes < totalBytes && !args.quiet) {
    context.output.note(args.format, `Resumed at ${formatSize(transferredBytes)} of ${formatSize(totalBytes)}.`, {
      resumed_at_bytes: transferredBytes,
      size_bytes: totalBytes,
    });
  }
}

/** Whether an error leaves the server with what it has, rather than being its last word. */
async function goesOn(error: unknown): Promise<boolean> {
  const { IdleTimeoutError, NetworkError, ProblemError } = await import('@document-sync/sdk');
  if (error instanceof ProblemError) {
    return error.code === 'unavailable' || error.code === 'request_timeout' || error.code === 'insufficient_storage';
  }
  return [Interrupted, NetworkError, IdleTimeoutError].some((kind) => error instanceof kind);
}

/** What to read, and the file name to send where the source itself has none. */
async function sourceOf(
  context: CommandContext,
  { file, name }: OneFile,
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
