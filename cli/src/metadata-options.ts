import type { BatchChange, DocumentChange } from '@document-sync/sdk';
import type { Argv } from 'yargs';
import { splitTags } from './arguments.js';
import { UsageError } from './errors.js';

/** The options that say how the metadata of documents is to change. */
export interface MetadataArguments {
  name: string | undefined;
  tags: string[] | undefined;
  'add-tags': string[] | undefined;
  'remove-tags': string[] | undefined;
  description: string | undefined;
}

/** What is to change, in the words of the contract; `tags` does not go with the other two. */
export type MetadataChange = DocumentChange & { add_tags?: string[]; remove_tags?: string[] };

/** Adds the options. */
export function metadataOptions<Arguments>(options: Argv<Arguments>): Argv<Arguments & MetadataArguments> {
  const tags = { string: true, array: true, requiresArg: true } as const;
  return options
    .option('name', { type: 'string', requiresArg: true, describe: 'What to call the document' })
    .option('tags', { ...tags, describe: 'Comma-separated tags, in the place of those it has; "" removes them' })
    .option('add-tags', { ...tags, describe: 'Tags to have beside the others' })
    .option('remove-tags', { ...tags, describe: 'Tags not to have any more' })
    .option('description', { type: 'string', requiresArg: true, describe: 'What it is about; "" removes it' });
}

/**
 * What the options ask for; undefined where they ask for nothing.
 * @throws UsageError for options that contradict each other
 */
export function metadataChangeOf(args: MetadataArguments): MetadataChange | undefined {
  const { name, tags, description, 'add-tags': added, 'remove-tags': removed } = args;
  if (tags !== undefined && (added !== undefined || removed !== undefined)) {
    throw new UsageError(
      '--tags says all tags; --add-tags and --remove-tags cannot go with it.',
      'Say all of them, or what is to change.',
    );
  }
  const change: MetadataChange = {};
  if (name !== undefined) change.name = name;
  if (tags !== undefined) change.tags = splitTags(tags);
  if (description !== undefined) change.description = description;
  if (added !== undefined) change.add_tags = splitTags(added);
  if (removed !== undefined) change.remove_tags = splitTags(removed);
  return Object.keys(change).length === 0 ? undefined : change;
}

/** The change as one of a batch. @param ifMatch What `If-Match` would say. */
export function batchUpdate(documentId: string, change: MetadataChange, ifMatch?: string): BatchChange {
  return { op: 'update', document_id: documentId, ...change, ...(ifMatch !== undefined && { if_match: ifMatch }) };
}
