import type { Document, DocumentClient } from '@document-sync/sdk';
import type { Argv } from 'yargs';
import { versionNumber } from './arguments.js';
import { UsageError } from './errors.js';

/** The version that a change replaces, by its number; `any` is whatever is there. */
export type Base = number | 'any';

/** Adds `--base`, the version that the change replaces. */
export function baseOption<Arguments>(options: Argv<Arguments>): Argv<Arguments & { base: string | undefined }> {
  return options.option('base', {
    type: 'string',
    requiresArg: true,
    describe: 'The version that you read and that this replaces, like 3; "any" replaces whatever is there',
  });
}

/**
 * Checks `--base` of a change that may or may not name what it replaces.
 * @throws UsageError for what is neither a version's number nor `any`
 */
export function optionalBase(text: string | undefined): Base | undefined {
  if (text === undefined || text === 'any') {
    return text;
  }
  const version = versionNumber(text);
  if (version === undefined) {
    throw new UsageError(
      `--base must be the number of a version, like 3, or "any", not "${text}".`,
      '`doc info` shows the version that a document has now.',
    );
  }
  return version;
}

/**
 * Checks `--base` of a change of content, which has to name what it replaces. The current version is not looked up in its
 * place: that would replace what nobody has read.
 * @throws UsageError where it is missing or wrong
 */
export function requiredBase(text: string | undefined): Base {
  const base = optionalBase(text);
  if (base === undefined) {
    throw new UsageError(
      'The change does not say which version it replaces.',
      'Name the version that you read, with --base 3 for example (`doc info` shows the current one), or --base any to ' +
        'replace whatever is there.',
    );
  }
  return base;
}

/** What a change replaces, in the words of the SDK. */
export interface Replaced {
  ifMatch: string;
  /** The document with its present name; the content's facts are those of the base. */
  document: Document;
}

/** Looks up what the base is. @throws ProblemError where there is no such document or version */
export async function resolveBase(
  client: DocumentClient,
  documentId: string,
  base: Base,
  signal: AbortSignal,
): Promise<Replaced> {
  const document = await client.get(documentId, { signal, version: base === 'any' ? undefined : base });
  const { contentEtag } = await import('@document-sync/sdk');
  return { ifMatch: base === 'any' ? '*' : contentEtag(document), document };
}
