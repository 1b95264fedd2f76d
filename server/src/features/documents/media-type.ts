import mimeTypes from 'mime-types';

const UNKNOWN = 'application/octet-stream';

/** `type/subtype` with optional parameters, RFC 9110 §8.3.1; anything else is not sent back as a header. */
const MEDIA_TYPE =
  /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?:\s*;\s*[a-z0-9!#$&^_.+-]+=(?:[\w!#$&^.+-]+|"[^"\\\r\n]*"))*$/i;

/**
 * Endings that the registry gives to something else (`.ts` is an MPEG transport stream there), but that in this store
 * are source code.
 */
const SOURCE_CODE: ReadonlyMap<string, string> = new Map([
  ['.ts', 'text/x-typescript'],
  ['.mts', 'text/x-typescript'],
  ['.cts', 'text/x-typescript'],
  ['.tsx', 'text/x-typescript'],
  ['.rs', 'text/x-rust'],
  ['.go', 'text/x-go'],
  ['.py', 'text/x-python'],
  ['.rb', 'text/x-ruby'],
  ['.kt', 'text/x-kotlin'],
  ['.swift', 'text/x-swift'],
  ['.diff', 'text/x-diff'],
  ['.patch', 'text/x-diff'],
]);

/**
 * The media type of a file: from its name, else what its sender declared, else `application/octet-stream`.
 */
export function mediaTypeOf(filename: string, declared: string | undefined): string {
  const ending = /\.[^.]+$/.exec(filename)?.[0].toLowerCase() ?? '';
  const byName = SOURCE_CODE.get(ending) ?? (ending && mimeTypes.lookup(ending));
  if (byName) return byName;
  return declared && declared.length <= 255 && MEDIA_TYPE.test(declared) ? declared : UNKNOWN;
}
