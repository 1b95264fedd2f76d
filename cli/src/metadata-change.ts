import type { Document } from '@document-sync/sdk';
import type { CommonArguments } from './arguments.js';
import { type Base, resolveBase } from './base.js';
import { changeDocuments } from './batch-changes.js';
import type { CommandContext } from './context.js';
import { ChangeFailed, UsageError } from './errors.js';
import { batchUpdate, type MetadataChange } from './metadata-options.js';
import { contentUrl, summaryLines } from './output/documents.js';

/**
 * Changes the metadata of one document, and tells what it is now.
 * @param base The version that the document must have.
 * @throws ChangeFailed where it has another one
 */
export async function changeMetadata(
  context: CommandContext,
  args: CommonArguments,
  documentId: string,
  change: MetadataChange,
  base: Base | undefined,
): Promise<void> {
  const document = await changed(context, documentId, change, base);
  const { baseUrl } = await context.client();
  context.output.result(args, {
    ids: [document.document_id],
    json: document,
    lines: ['Document updated successfully!', ...summaryLines(document, contentUrl(baseUrl, documentId))],
  });
}

async function changed(
  context: CommandContext,
  documentId: string,
  change: MetadataChange,
  base: Base | undefined,
): Promise<Document> {
  if (base === undefined) {
    return send(context, documentId, change);
  }
  try {
    const { ifMatch } = await resolveBase(await context.client(), documentId, base, context.signal);
    return await send(context, documentId, change, ifMatch);
  } catch (error) {
    context.signal.throwIfAborted();
    // Repeated, it changes nothing more.
    throw new ChangeFailed({ documentId, base, onConflict: 'never' }, false, error);
  }
}

async function send(
  context: CommandContext,
  documentId: string,
  change: MetadataChange,
  ifMatch?: string,
): Promise<Document> {
  const { signal } = context;
  const client = await context.client();
  const { add_tags, remove_tags, ...fields } = change;
  if (add_tags === undefined && remove_tags === undefined) {
    return client.update(documentId, fields, { ifMatch, signal });
  }
  // Only a batch takes changes of a list of tags that somebody else may be changing at the same time.
  const [result] = await client.applyBatch([batchUpdate(documentId, change, ifMatch)], { signal });
  if (result?.document === undefined) {
    throw new Error(`The server has not said what ${documentId} is now.`);
  }
  return result.document;
}

/**
 * Changes the metadata of several documents in the same way, all of them or none.
 * @throws UsageError for what only one document can be given
 */
export async function changeMetadataOfSeveral(
  context: CommandContext,
  args: CommonArguments & { base: string | undefined },
  ids: readonly string[],
  change: MetadataChange,
): Promise<void> {
  if (change.name !== undefined || args.base !== undefined) {
    const option = change.name !== undefined ? '--name' : '--base';
    throw new UsageError(`${option} is for one document.`, 'Edit the documents one by one.');
  }
  await changeDocuments(
    context,
    args,
    ids.map((id) => batchUpdate(id, change)),
    (results) => {
      const documents = results.flatMap(({ document }) => document ?? []);
      context.output.result(args, {
        ids: documents.map(({ document_id }) => document_id),
        json: documents,
        lines: documents.map(({ document_id }) => `Updated: ${document_id}`),
      });
    },
  );
}
