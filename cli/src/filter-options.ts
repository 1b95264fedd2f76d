import type { DocumentSelection } from '@document-sync/sdk';
import type { Argv } from 'yargs';
import { optionalCollection, splitTags } from './arguments.js';
import { UsageError } from './errors.js';
import { momentOf } from './moment.js';

/** The options that say which documents are meant, beside their names and tags. */
export interface FilterArguments {
  name: string | undefined;
  tags: string[] | undefined;
  'any-tags': string[] | undefined;
  'not-tags': string[] | undefined;
  collection: string | undefined;
  type: string | undefined;
  'min-size': string | undefined;
  'max-size': string | undefined;
  after: string | undefined;
  before: string | undefined;
  'updated-after': string | undefined;
  'updated-before': string | undefined;
}

/** Media types by the names that people have for them. */
const TYPES: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  text: 'text/*',
  txt: 'text/plain',
  html: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  yaml: 'text/yaml',
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  image: 'image/*',
};

const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const;

/** Adds the options. */
export function filterOptions<Arguments>(options: Argv<Arguments>): Argv<Arguments & FilterArguments> {
  const tags = { string: true, array: true, requiresArg: true } as const;
  const text = { type: 'string', requiresArg: true } as const;
  return options
    .option('name', { ...text, describe: 'A part of the name, in any case' })
    .option('tags', { ...tags, describe: 'Comma-separated tags; a document must have all of them' })
    .option('any-tags', { ...tags, describe: 'Tags of which a document must have one' })
    .option('not-tags', { ...tags, describe: 'Tags that a document must not have' })
    .option('collection', { ...text, describe: 'The id of a collection; only documents in it' })
    .option('type', { ...text, describe: 'Media type: text/markdown, text/*, markdown, pdf' })
    .option('min-size', { ...text, describe: 'The smallest: 500, 10k, 5MB' })
    .option('max-size', { ...text, describe: 'The largest' })
    .option('after', { ...text, describe: 'Pushed since: 2026-01-31, 7d, yesterday' })
    .option('before', { ...text, describe: 'Pushed before' })
    .option('updated-after', { ...text, describe: 'Changed since' })
    .option('updated-before', { ...text, describe: 'Last changed before' });
}

/**
 * What the options ask for.
 * @throws UsageError for a value that is not what its option takes
 */
export function selectionOf(args: FilterArguments): DocumentSelection {
  const { name, tags, collection, type, after, before } = args;
  const anyTags = args['any-tags'];
  const notTags = args['not-tags'];
  return {
    name,
    tags: tags && splitTags(tags),
    anyTags: anyTags && splitTags(anyTags),
    notTags: notTags && splitTags(notTags),
    collection: optionalCollection(collection),
    mimeType: type === undefined ? undefined : mediaTypeOf(type),
    minSize: sizeOf('--min-size', args['min-size']),
    maxSize: sizeOf('--max-size', args['max-size']),
    uploadedAfter: optionalMoment('--after', after),
    uploadedBefore: optionalMoment('--before', before),
    updatedAfter: optionalMoment('--updated-after', args['updated-after']),
    updatedBefore: optionalMoment('--updated-before', args['updated-before']),
  };
}

function mediaTypeOf(type: string): string {
  const known = TYPES[type.toLowerCase()];
  if (known !== undefined) return known;
  if (type.includes('/')) return type;
  throw new UsageError(
    `--type cannot be "${type}".`,
    `Give a media type, like text/markdown or image/*, or one of ${Object.keys(TYPES).join(', ')}.`,
  );
}

function sizeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) {
    throw new UsageError(`${option} cannot be "${text}".`, 'Give bytes, or 10k, 5MB, 1G (1024 to the KB).');
  }
  return Math.round(Number(number) * UNITS[unit.toLowerCase() as keyof typeof UNITS]);
}

function optionalMoment(option: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : momentOf(option, text);
}

/** Adds `--sort` and `--order`. */
export function sortOptions<Arguments, Field extends string>(options: Argv<Arguments>, fields: readonly Field[]) {
  return options.option('sort', { choices: fields, requiresArg: true, describe: 'What to order by' }).option('order', {
    choices: ['asc', 'desc'] as const,
    requiresArg: true,
    describe: 'Up or down [default: names up, times and sizes down]',
  });
}
