/** What all operations of the tus protocol have in common on the wire. */
import { Problem } from '../kernel/problem.js';

const VERSION = '1.0.0';

/** The headers of every answer. */
export const TUS_HEADERS = { 'Tus-Resumable': VERSION } as const;

/**
 * Answers a request of the protocol, if the client speaks a version that is known; one that says nothing is taken at its
 * word. Refusals name the version too.
 *
 * @throws Problem `tus_version_unsupported`, and what `work` throws
 */
export async function speakTus<T>(
  headers: Readonly<Record<string, string | undefined>>,
  work: () => Promise<T>,
): Promise<T> {
  const { 'tus-resumable': version = VERSION } = headers;
  if (version !== VERSION) {
    const detail = `This server speaks tus ${VERSION}, not ${version}.`;
    throw new Problem('tus_version_unsupported', detail, { headers: { ...TUS_HEADERS, 'Tus-Version': VERSION } });
  }
  try {
    return await work();
  } catch (error) {
    throw error instanceof Problem ? error.withHeaders(TUS_HEADERS) : error;
  }
}

/**
 * A header that is there or is not, for the sender leaves out what is undefined. The contract's types cannot say so of a
 * header that several answers share.
 */
export function optionalHeader<T>(value: T | undefined): T {
  return value as T;
}
