import { foreignAnswer } from './answers.js';
import { steadyBody } from './content-body.js';
import type { Download, DownloadOptions, NotModified } from './download.js';
import { contentFacts } from './download-headers.js';
import { IntegrityError } from './errors.js';
import { hexOf } from './hex.js';
import { platform } from '#platform';

/** Asks for a document's content, or a version's, with these headers; error answers are thrown. */
export type RequestContent = (
  headers: { Range?: string; 'If-Range'?: string; 'If-None-Match'?: string },
  version: number | undefined,
) => Promise<Response>;

/** How a download is to be carried out. */
export interface DownloadJob {
  documentId: string;
  options: DownloadOptions;
  request: RequestContent;
  /** A version's size from elsewhere, for the case that the answer does not tell it. */
  sizeBytes: (version: number) => Promise<number>;
  /** How often in a row to go on after a lost connection. */
  retries: number;
}

/**
 * Starts a download: resolves when the headers are there, with the body still to be read.
 *
 * @throws RangeError for a range that is none; ResponseError when the answer is not a document's content; whatever
 *   `request` throws
 */
export async function startDownload(job: DownloadJob): Promise<Download | NotModified> {
  const { documentId, options, request } = job;
  const { version, range, ifNoneMatch } = options;
  const headers = {
    ...(range !== undefined && { Range: rangeHeader(range.start, range.end) }),
    ...(ifNoneMatch !== undefined && { 'If-None-Match': ifNoneMatch }),
  };
  const response = await request(headers, version);
  if (response.status === 304) {
    return { status: 304, documentId, etag: response.headers.get('etag') ?? ifNoneMatch ?? '', body: null };
  }
  const facts = contentFacts(response.status, response.headers);
  if (facts === undefined || (response.status !== 200 && response.status !== 206)) {
    await response.body?.cancel();
    throw foreignAnswer(`The content of ${documentId}`, response);
  }
  const sizeBytes = facts.sizeBytes ?? (await job.sizeBytes(facts.version));
  const whole = response.status === 200;
  const start = whole ? 0 : (range?.start ?? 0);
  const last = Math.min(whole ? Infinity : (range?.end ?? Infinity), sizeBytes - 1);
  const hash = whole ? platform.runningSha256() : undefined;
  const body = steadyBody({
    body: response.body ?? new Blob([]).stream(),
    start,
    sizeBytes: last - start + 1,
    rest: async (position) => {
      const header = { Range: rangeHeader(position, whole ? undefined : range?.end), 'If-Range': facts.etag };
      // The version by its number: the document may have got another one meanwhile.
      const rest = await request(header, facts.version);
      if (rest.status === 206 && rest.body !== null) return rest.body;
      await rest.body?.cancel();
      return undefined;
    },
    retries: job.retries,
    signal: options.signal,
    onChunk: (chunk) => hash?.update(chunk),
    onEnd: () => {
      if (hash !== undefined) checkDigest(documentId, facts.checksumSha256, hash.hex());
    },
    onProgress: options.onProgress,
  });
  const verifiedBy = whole && hash === undefined ? facts.checksumSha256 : undefined;
  return {
    ...facts,
    status: response.status,
    documentId,
    sizeBytes,
    body,
    blob: () => blobOf(documentId, body, facts.mimeType, verifiedBy),
  };
}

function rangeHeader(start: number, end: number | undefined): string {
  const isPosition = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (!isPosition(start) || (end !== undefined && (!isPosition(end) || end < start))) {
    throw new RangeError(`A range goes from one byte position to the same or a later one, not ${start} to ${end}.`);
  }
  return `bytes=${start}-${end ?? ''}`;
}

/** @param digest what the bytes must have, when the stream does not check it itself */
async function blobOf(
  documentId: string,
  body: ReadableStream<Uint8Array>,
  mimeType: string,
  digest: string | undefined,
): Promise<Blob> {
  const blob = await new Response(body, { headers: { 'content-type': mimeType } }).blob();
  if (digest !== undefined) checkDigest(documentId, digest, await wholeSha256(await blob.arrayBuffer()));
  return blob;
}

async function wholeSha256(bytes: ArrayBuffer): Promise<string> {
  // The type says that it is always there; a page that is not a secure context does without.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) {
    throw new Error(
      'This page cannot verify a download: serve it over https or from localhost, or read body unverified.',
    );
  }
  return hexOf(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}

function checkDigest(documentId: string, expected: string, actual: string): void {
  if (actual !== expected) throw new IntegrityError(documentId, expected, actual);
}
