import { foreignAnswer } from './answers.js';
import { steadyBody } from './content-body.js';
import type { Download, DownloadOptions, NotModified } from './download.js';
import type { CacheFilling, DownloadCache } from './download-cache.js';
import { type ContentFacts, contentFacts } from './download-headers.js';
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
  /** The same facts from elsewhere, for the case that the answer does not tell them all. */
  describe: (version: number | undefined) => Promise<SizedFacts>;
  /** How often in a row to go on after a lost connection. */
  retries: number;
  /** Left out, or when a part is asked for: everything comes from the server. */
  cache?: DownloadCache | undefined;
}

type SizedFacts = ContentFacts & { sizeBytes: number };

/**
 * Starts a download: resolves when the headers are there, with the body still to be read. What the cache holds is asked
 * for under the condition that it has changed.
 *
 * @throws RangeError for a range that is none; ResponseError when the answer is not a document's content; whatever
 *   `request` throws
 */
export async function startDownload(job: DownloadJob): Promise<Download | NotModified> {
  const { documentId, options, request } = job;
  const { version, range, ifNoneMatch } = options;
  const cache = range === undefined ? job.cache : undefined;
  const held = ifNoneMatch === undefined ? await cache?.candidates(options.checksumSha256) : undefined;
  const condition = ifNoneMatch ?? held?.map((digest) => `"${digest}"`).join(', ');
  const headers = {
    ...(range !== undefined && { Range: rangeHeader(range.start, range.end) }),
    ...(condition && { 'If-None-Match': condition }),
  };
  const response = await request(headers, version);
  if (response.status !== 304) return await arrivingDownload(job, cache, response);
  if (ifNoneMatch !== undefined) {
    return { status: 304, documentId, etag: response.headers.get('etag') ?? ifNoneMatch, body: null };
  }
  const cached = cache && (await cachedDownload(job, cache, response));
  // Damaged, vanished or replaced in this very moment: as if it had never been held.
  return cached ?? (await arrivingDownload(job, cache, await request({}, version)));
}

/** A content that the server sends. */
async function arrivingDownload(
  job: DownloadJob,
  cache: DownloadCache | undefined,
  response: Response,
): Promise<Download> {
  const { status } = response;
  const facts = contentFacts(status, response.headers);
  if (facts === undefined || (status !== 200 && status !== 206)) {
    await response.body?.cancel();
    throw foreignAnswer(`The content of ${job.documentId}`, response);
  }
  const sizeBytes = facts.sizeBytes ?? (await job.describe(facts.version)).sizeBytes;
  const filling = status === 200 ? await cache?.filling(facts, sizeBytes) : undefined;
  const body = response.body ?? new Blob([]).stream();
  return downloadOf(job, { ...facts, sizeBytes }, { status, body, filling, fromCache: false });
}

/** A content that the server says is held here; undefined when it is not to be had after all. */
async function cachedDownload(
  job: DownloadJob,
  cache: DownloadCache,
  response: Response,
): Promise<Download | undefined> {
  const etag = response.headers.get('etag') ?? '';
  const content = await cache.open(etag.replace(/^(?:W\/)?"(.*)"$/, '$1'));
  if (content === undefined) return undefined;
  const said = response.headers.has('content-type') ? contentFacts(304, response.headers) : undefined;
  try {
    const facts = { ...(said ?? (await job.describe(job.options.version))), sizeBytes: content.sizeBytes };
    if (`"${facts.checksumSha256}"` === etag) {
      // Only its keys: the content itself is held.
      await (await cache.filling(facts, content.sizeBytes)).abandon();
      return downloadOf(job, facts, { status: 200, body: content.body, filling: undefined, fromCache: true });
    }
  } catch (error) {
    await content.body.cancel();
    throw error;
  }
  await content.body.cancel();
  return undefined;
}

function downloadOf(
  { documentId, options, request, retries }: DownloadJob,
  facts: SizedFacts,
  from: { status: 200 | 206; body: ReadableStream<Uint8Array>; filling: CacheFilling | undefined; fromCache: boolean },
): Download {
  const { status, filling, fromCache } = from;
  const { range } = options;
  const whole = status === 200;
  const start = whole ? 0 : (range?.start ?? 0);
  const last = Math.min(whole ? Infinity : (range?.end ?? Infinity), facts.sizeBytes - 1);
  const hash = whole ? platform.runningSha256() : undefined;
  const body = steadyBody({
    body: from.body,
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
    retries,
    signal: options.signal,
    onChunk: async (chunk) => {
      hash?.update(chunk);
      await filling?.write(chunk);
    },
    onEnd: async () => {
      if (hash !== undefined) checkDigest(documentId, facts.checksumSha256, hash.hex());
      await filling?.end();
    },
    onBreak: async () => {
      await filling?.abandon();
    },
    onProgress: options.onProgress,
  });
  const verifiedBy = whole && hash === undefined ? facts.checksumSha256 : undefined;
  const blob = (): Promise<Blob> => blobOf(documentId, body, facts.mimeType, verifiedBy);
  return { ...facts, status, documentId, fromCache, body, blob };
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
