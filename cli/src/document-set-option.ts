import type { Argv } from 'yargs';
import { checkedCollection } from './arguments.js';
import { UsageError } from './errors.js';
import type { DocumentSet } from './sync/index.js';

/** The options that say which documents belong to a folder. */
export interface DocumentSetArguments {
  tag: string | undefined;
  collection: string | undefined;
}

/** Adds `--tag` and `--collection`. */
export function documentSetOptions<Arguments>(options: Argv<Arguments>): Argv<Arguments & DocumentSetArguments> {
  const text = { type: 'string', requiresArg: true } as const;
  return options
    .option('tag', { ...text, describe: 'The tag of the documents [default: what docs.lock names]' })
    .option('collection', { ...text, describe: 'In its place: the id of the collection that they are in' });
}

/** What they name; undefined where neither is given. @throws UsageError for both, and for what is no collection's id */
export function wantedDocuments({ tag, collection }: DocumentSetArguments): DocumentSet | undefined {
  if (collection === undefined) return tag === undefined ? undefined : { tag };
  if (tag === undefined) return { collection: checkedCollection(collection) };
  throw new UsageError(
    '--tag and --collection cannot go together.',
    'The documents of a folder are those with the tag, or those in the collection: choose one.',
  );
}
