/** What a tus client says about a file: the header `Upload-Metadata`, read as strictly as a form. */
import { Problem, type ProblemError } from '../kernel/problem.js';
import { componentChecker } from './component-checker.js';
import type { Contract } from './contract.js';
import { splitList } from './form-rules.js';

/** The keys, and the contract's schema for the value of each; `on_conflict` has only these two values. */
const SCHEMAS = {
  filename: 'FileName',
  filetype: 'MediaType',
  checksum_sha256: 'Checksum',
  name: 'DocumentName',
  tags: 'Tags',
  description: 'Description',
  collection_id: 'CollectionId',
  document_id: 'DocumentId',
  if_match: undefined,
  on_conflict: undefined,
  message: 'VersionMessage',
} as const;

type Key = keyof typeof SCHEMAS;

const ON_CONFLICT: readonly string[] = ['fail', 'merge'];

/** What was said, valid by itself; `tags` are a list already. */
export type UploadMetadata = { readonly [K in Exclude<Key, 'tags' | 'filename'>]?: string } & {
  readonly filename: string;
  readonly tags?: readonly string[];
};

/** Reads a header's value. @throws Problem `validation_failed` that names every mistake */
export type ReadUploadMetadata = (header: string) => Promise<UploadMetadata>;

export function uploadMetadataReader(contract: Contract): ReadUploadMetadata {
  const checkers = new Map(
    Object.values(SCHEMAS).flatMap((schema) =>
      schema === undefined ? [] : [[schema as string, componentChecker(contract, schema)] as const],
    ),
  );
  const check = (key: string, value: string | string[]): ProblemError[] => {
    if (!isKey(key))
      return [{ location: at(key), message: `is no key of an upload (${Object.keys(SCHEMAS).join(', ')})` }];
    if (key === 'on_conflict' && !ON_CONFLICT.includes(value as string)) {
      return [{ location: at(key), message: `must be ${ON_CONFLICT.join(' or ')}` }];
    }
    const mistakes = checkers.get(SCHEMAS[key] ?? '')?.(value) ?? [];
    return mistakes.map(({ location, message }) => ({ location: at(key, location), message }));
  };
  return async (header) => {
    const entries = (await decode(header)).map(
      ([key, value]) => [key, key === 'tags' ? splitList(value) : value] as const,
    );
    // Browsers give an empty type to what they do not know.
    const said = entries.filter(([key, value]) => key !== 'filetype' || value !== '');
    const mistakes = said.flatMap(([key, value]) => check(key, value));
    if (!said.some(([key]) => key === 'filename')) mistakes.push({ location: at('filename'), message: 'is required' });
    if (mistakes.length > 0) throw Problem.invalid(mistakes);
    return Object.fromEntries(said) as unknown as UploadMetadata;
  };
}

function isKey(key: string): key is Key {
  return Object.hasOwn(SCHEMAS, key);
}

function at(key: string, within = ''): string {
  const steps = within === '' || within === 'request' ? [key] : [key, within];
  return ['header.upload-metadata', ...steps].join('.');
}

/** The pairs, their values decoded. A key alone, or one with nothing behind its space, has the empty value. */
async function decode(header: string): Promise<[key: string, value: string][]> {
  // With the first upload, like the rest of the protocol's code.
  const { Metadata } = await import('@tus/server');
  const text = header.replace(/ (?=,|$)/g, '');
  return Object.entries(parse(text, Metadata.parse)).map(([key, value]) => {
    // Whatever is not the base64 of UTF-8, to the last bit, does not come back as it was.
    const again = Metadata.stringify({ [key]: value });
    if (text.split(',').includes(again)) return [key, value ?? ''];
    throw Problem.invalid({ location: at(key), message: 'is not the base64 of a text in UTF-8' });
  });
}

/** By the protocol's own reader, whose complaint says nothing. */
function parse(text: string, read: (text: string) => Record<string, string | null>): Record<string, string | null> {
  try {
    return read(text);
  } catch {
    throw Problem.invalid({
      location: 'header.upload-metadata',
      message: 'must be comma-separated pairs of a key and its value in base64, each key once',
    });
  }
}
