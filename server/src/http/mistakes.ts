/** What breaks a schema, in words for people. */
import type { ProblemError } from '../kernel/problem.js';

/** Says in words what values a pattern of the contract describes. */
export type DescribePattern = (pattern: string) => string | undefined;

/** What the contract's validator finds: a place as a JSON pointer, and ajv's words. */
export interface SchemaError {
  readonly path?: string;
  readonly message?: string;
}

/** More than these are counted, but not put into words: a hostile request may have hundreds of thousands. */
const WORDED = 100;

/** The single mistakes of a request or of a part of it. */
export function toMistakes(errors: readonly SchemaError[], describePattern: DescribePattern): ProblemError[] {
  return errors
    .filter(({ message }) => message !== CONSEQUENCE)
    .map(({ path = '', message = 'is not valid' }, index) =>
      index < WORDED
        ? { location: toLocation(path), message: inWords(message, describePattern) }
        : { location: path, message },
    );
}

/** What the validator adds to the mistakes in the part of a schema that holds under a condition. */
const CONSEQUENCE = 'must match "then" schema';

/** `/body/tags/0` of the validator becomes `body.tags.0`. */
function toLocation(path: string): string {
  const location = path
    .replace(/^\//, '')
    .replace(/^params\b/, 'path')
    .replace(/^headers\b/, 'header');
  return location === '' ? 'request' : location.replaceAll('/', '.');
}

/** A pattern tells nobody anything; what its schema says of it does. */
function inWords(message: string, describePattern: DescribePattern): string {
  if (message.startsWith('must have required property')) return 'is required';
  const pattern = /^must match pattern "(.*)"$/s.exec(message)?.[1];
  if (pattern === undefined) return message;
  return `is not valid: ${describePattern(pattern) ?? 'it has characters that are not allowed here'}`;
}
