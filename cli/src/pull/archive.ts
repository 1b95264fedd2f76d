import { randomUUID } from 'node:crypto';
import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileExistsError } from '@document-sync/sdk';
import type { CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { field } from '../output/documents.js';
import { formatSize } from '../output/size.js';
import { transferProgress } from '../progress.js';
import type { Selection } from './selection.js';

/** The most ids that the contract takes for an archive. */
const MOST_IDS = 500;
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Writes the server's archive of documents to a file that appears whole or not at all, or to stdout (`-`, as tar).
 * @throws UsageError for a file name that tells no format, or too many ids; FileExistsError
 */
export async function pullArchive(
  context: CommandContext,
  args: CommonArguments & { overwrite: boolean },
  target: string,
  selection: Selection,
): Promise<void> {
  const format = formatOf(target);
  if ('ids' in selection && selection.ids.length > MOST_IDS) {
    throw new UsageError(
      `An archive can be made of ${MOST_IDS} ids at the most.`,
      'Choose by --tags or --name, or pull into a folder with --output.',
    );
  }
  if (target !== '-' && !args.overwrite) await refuseExisting(target);
  const { signal } = context;
  const client = await context.client();
  const chosen = 'ids' in selection ? { documentIds: selection.ids } : selection;
  if ('tags' in selection && (await client.query({ ...selection, limit: 1 }, { signal })).documents.length === 0) {
    context.output.note(args.format, 'No documents found; the archive is empty.');
  }
  const { body } = await client.downloadArchive(chosen, { format, signal });
  if (target === '-') {
    for await (const chunk of body) await context.output.bytes(chunk);
    return;
  }
  const progress = transferProgress(context.output, args.format === 'table' && !args.quiet);
  try {
    const sizeBytes = await save(body, target, args.overwrite, (transferredBytes) => {
      progress.onProgress?.({ transferredBytes });
    });
    progress.stop();
    context.output.result(args, {
      ids: [],
      json: { path: target, size_bytes: sizeBytes, format },
      lines: [field('Saved to', target), field('Size', formatSize(sizeBytes))],
    });
  } finally {
    progress.stop();
  }
}

function formatOf(target: string): 'zip' | 'tar' {
  if (target === '-' || target.toLowerCase().endsWith('.tar')) return 'tar';
  if (target.toLowerCase().endsWith('.zip')) return 'zip';
  throw new UsageError(
    `The name ${target} does not tell the archive's format.`,
    'End it with .zip or .tar; - writes a tar to stdout.',
  );
}

async function refuseExisting(path: string): Promise<void> {
  if ((await lstat(path).catch(() => undefined)) !== undefined) throw new FileExistsError(path);
}

/** @returns how many bytes were written */
async function save(
  body: AsyncIterable<Uint8Array>,
  target: string,
  overwrite: boolean,
  onBytes: (bytes: number) => void,
): Promise<number> {
  const staging = join(dirname(target), `.${basename(target).slice(0, 60)}.${randomUUID().slice(0, 8)}.part`);
  try {
    let bytes = 0;
    const file = await open(staging, 'wx');
    try {
      for await (const chunk of body) {
        await file.appendFile(chunk);
        bytes += chunk.length;
        onBytes(bytes);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await (overwrite ? rename(staging, target) : nameWithoutReplacing(staging, target));
    return bytes;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!NO_ROOM.has(code)) throw error;
    const message = `There is no room for ${target}: the disk is full. Nothing was left there.`;
    throw Object.assign(new Error(message, { cause: error }), { code, path: target });
  } finally {
    await unlink(staging).catch(() => undefined);
  }
}

/** Of two processes that write the same archive one is told that it is there. */
async function nameWithoutReplacing(staging: string, target: string): Promise<void> {
  await link(staging, target).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new FileExistsError(target);
    // A file system without links.
    await refuseExisting(target);
    await rename(staging, target);
  });
}
