import { NetworkError } from '../errors.js';

/** What Node's errors carry beside `message`, as far as it is read here. */
interface SystemError {
  code?: unknown;
  syscall?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/**
 * Turns what `fetch` throws into a {@link NetworkError} that says whether the server can have seen the request.
 *
 * @param error a `TypeError` of `fetch` with the system's error as its cause, or a system error of another transport
 * @param url where the request went
 */
export function networkErrorOf(error: unknown, url: string): NetworkError {
  if (error instanceof NetworkError) return error;
  const origin = new URL(url).origin;
  const reason = reasonOf(error);
  const message = neverConnected(error)
    ? `Cannot connect to ${origin} (${reason}). Is a Document Sync server running there?`
    : `The connection to ${origin} failed (${reason}).`;
  return new NetworkError(message, neverConnected(error), error);
}

/** True when the failure is one of finding the host or of opening the connection. */
function neverConnected(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, syscall, cause, errors } = error as SystemError;
  if (syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  // A host name with several addresses fails with one error for each address.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(neverConnected);
  return neverConnected(cause);
}

/** The innermost message: `fetch failed` alone tells nobody anything. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join('; ');
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name;
}
