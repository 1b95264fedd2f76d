import type { Problem } from './contract.js';
import { ProblemError, ResponseError } from './errors.js';
import { retryAfterSeconds } from './transport/retry.js';

/** What openapi-fetch makes of an answer. */
export interface Answer<Data> {
  data?: Data | undefined;
  error?: unknown;
  response: Response;
}

/**
 * The error that an error answer stands for.
 *
 * @param url what was asked
 * @param answer with the body as parsed JSON or, failing that, as text
 */
export function errorOf(url: string, { error, response }: Answer<unknown>): ProblemError | ResponseError {
  if (mediaType(response) === 'application/problem+json' && isProblem(error)) {
    return new ProblemError(error, response.status, retryAfterSeconds(response.headers));
  }
  return foreignAnswer(url, response);
}

/** The error for an answer that no Document Sync server gives. */
export function foreignAnswer(url: string, response: Response, cause?: unknown): ResponseError {
  const kind = mediaType(response) || 'no content type';
  return new ResponseError(
    `${url} answered ${response.status} (${kind}), which is not the answer of a Document Sync server. ` +
      'Check the base URL, and what stands between here and there.',
    response.status,
    cause === undefined ? undefined : { cause },
  );
}

/** The media type of an answer's body without its parameters, in lower case; empty when there is none. */
export function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { status, code, detail } = value as Partial<Record<keyof Problem, unknown>>;
  return typeof status === 'number' && typeof code === 'string' && typeof detail === 'string';
}
