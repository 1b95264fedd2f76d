import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { DownloadedFile, DownloadToFileOptions } from '@document-sync/sdk';
import type { CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { field } from '../output/documents.js';
import { formatSize } from '../output/size.js';
import { transferProgress } from '../progress.js';

/** What to pull, and where to. */
export interface OneDocument {
  documentId: string;
  /** Left out, the current one. */
  version: number | undefined;
  /** A file or a folder; `-` is stdout; left out, the current folder. */
  output: string | undefined;
  overwrite: boolean;
  cached: boolean;
}

/** Pulls one document, and tells where it is. @throws UsageError where the folder to write to is missing */
export async function pullDocument(context: CommandContext, args: CommonArguments, wanted: OneDocument): Promise<void> {
  if (wanted.output === '-') {
    await pullToStdout(context, wanted);
  } else {
    await pullToFile(context, args, wanted);
  }
}

async function pullToStdout(context: CommandContext, { documentId, version, cached }: OneDocument): Promise<void> {
  const client = await context.client(cached);
  const { body } = await client.download(documentId, { version, signal: context.signal });
  for await (const chunk of body) {
    await context.output.bytes(chunk);
  }
}

async function pullToFile(context: CommandContext, args: CommonArguments, wanted: OneDocument): Promise<void> {
  const { documentId, version, overwrite, cached } = wanted;
  const target = await targetOf(wanted.output);
  const client = await context.client(cached);
  const progress = transferProgress(context.output, args.format === 'table' && !args.quiet);
  const options: DownloadToFileOptions = {
    ...target,
    version,
    overwrite,
    signal: context.signal,
    onProgress: progress.onProgress,
  };
  try {
    const file = await client.downloadToFile(documentId, options);
    progress.stop();
    report(context, args, file, target);
  } finally {
    progress.stop();
  }
}

function report(context: CommandContext, args: CommonArguments, file: DownloadedFile, target: Target): void {
  context.output.result(args, {
    ids: [file.documentId],
    json: downloadedFacts(file),
    lines: [
      field('Downloaded', file.name),
      field('Saved to', 'path' in target ? target.path : inFolder(target.directory, basename(file.path))),
      field('Size', formatSize(file.sizeBytes)),
      ...(file.version > 1 ? [field('Version', String(file.version))] : []),
    ],
  });
}

/** What a program wants to know of a file that was pulled. */
export function downloadedFacts(file: Omit<DownloadedFile, 'fromCache'>): Record<string, unknown> {
  return {
    document_id: file.documentId,
    name: file.name,
    original_filename: file.filename,
    path: resolve(file.path),
    size_bytes: file.sizeBytes,
    checksum_sha256: file.checksumSha256,
    version: file.version,
  };
}

/** Where to write: a file, or a folder that gets a file of the original name. */
type Target = { path: string } | { directory: string };

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
export function inFolder(folder: string, file: string): string {
  const path = join(folder, file);
  return isAbsolute(path) || path.startsWith('..') ? path : `./${path}`;
}
