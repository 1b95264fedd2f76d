import Negotiator from 'negotiator';

/** Whether `Accept` prefers JSON to the answer's usual media type (RFC 9110 §12.5.1). */
export function prefersJson(headers: Readonly<Record<string, string | undefined>>, usual: string): boolean {
  return new Negotiator({ headers }).mediaType([usual, 'application/json']) === 'application/json';
}
