/**
 * @returns the base URL without a slash at its end
 * @throws TypeError when it is not a plain http or https address
 */
export function checkedBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`"${text}" is not a base URL; it looks like http://127.0.0.1:8766.`);
  }
  if (url.username || url.password) throw new TypeError('A base URL has no user name and password in it: pass apiKey.');
  if (url.search || url.hash) throw new TypeError(`The base URL ${text} must end before "?" and "#".`);
  return url.href.replace(/\/+$/, '');
}

/**
 * Lets every id pass that reaches the document's own path; whether there is such a document is the server's to say.
 *
 * @throws TypeError for an id that would lead to another path
 */
export function checkedDocumentId(documentId: string): string {
  return checkedId(documentId, 'a document id', 'doc_0123456789ab');
}

/** The same for the ids of other things: `what` says which, `example` shows one. */
export function checkedId(id: string, what: string, example: string): string {
  if (id === '' || id === '.' || id === '..') throw new TypeError(`"${id}" is not ${what}; it looks like ${example}.`);
  return id;
}

/** What a client may be told to keep to. */
interface Limits {
  idleTimeoutMs: number;
  retries: number;
  resumableFromBytes: number;
}

/** @throws RangeError for a limit that cannot be meant */
export function checkedLimits({ idleTimeoutMs, retries, resumableFromBytes }: Limits): void {
  if (!(idleTimeoutMs > 0)) throw new RangeError(`idleTimeoutMs must be more than 0, not ${idleTimeoutMs}.`);
  if (!Number.isInteger(retries) || retries < 0) {
    throw new RangeError(`retries must be a whole number from 0 on, not ${retries}.`);
  }
  if (!(resumableFromBytes >= 0)) {
    throw new RangeError(`resumableFromBytes must be a number from 0 on, not ${resumableFromBytes}.`);
  }
}
