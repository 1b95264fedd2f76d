/** The tus protocol, version 1.0.0: one request, carried out by `@tus/server`. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ERRORS, Server, TUS_RESUMABLE, type Lock } from '@tus/server';
import type { ArrivingContent } from '../../kernel/content.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { TusStore, type Beginning } from './tus-store.js';
import { uploadLocked } from './upload-locks.js';
import type { Uploads } from './uploads.js';

/** Where uploads are, on any host: what a client says in `Host` never comes back as a part of a `Location`. */
const PATH = '/uploads';

/** One request of the protocol, its header checked by the contract. */
export interface TusRequest {
  readonly method: 'OPTIONS' | 'POST' | 'HEAD' | 'PATCH' | 'DELETE';
  /** The upload that it is about; not for POST and OPTIONS. */
  readonly upload_id?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ArrivingContent | undefined;
  /** What begins with a POST. */
  readonly beginning?: Beginning;
}

/** The protocol's answer: its headers, by names in any case, and which upload it was about. */
export interface TusAnswer {
  readonly headers: Headers;
  readonly upload_id: string;
}

export interface TusOptions {
  readonly uploads: Uploads;
  readonly maxFileBytes: number;
}

/** What happens to a request on its way. */
interface Course {
  /** The upload is complete. */
  isFinished: boolean;
  /** Somebody else wants the lock. */
  isStopped: boolean;
  failure: unknown;
}

/**
 * Carries a request out.
 *
 * @throws Problem, or the machine's error; `@tus/server` would make plain text of them
 */
export async function exchange(
  { uploads, maxFileBytes }: TusOptions,
  principal: Principal,
  request: TusRequest,
): Promise<TusAnswer> {
  const { upload_id = randomBytes(16).toString('hex') } = request;
  const key = { tenant_id: principal.tenant_id, upload_id };
  const store = new TusStore(uploads, principal, request.beginning);
  const course: Course = { isFinished: false, isStopped: false, failure: undefined };
  let release = (): void => undefined;
  const lock: Lock = {
    lock: async (_signal, stop) => {
      // Who only looks needs none, and of an upload that is being made nobody else knows yet.
      if (request.method === 'HEAD' || request.method === 'POST') return;
      // What is complete has no file to be locked, and one that is not there must not get a lock's.
      if ((await uploads.find(principal, upload_id)).outcome !== undefined) return;
      release = await uploads.locks.acquire(key, () => {
        course.isStopped = true;
        void stop();
      });
    },
    // The protocol's code gives it up before the upload is finished, and before what was cut is written: it is held longer.
    unlock: () => Promise.resolve(),
  };
  const server = new Server({
    path: PATH,
    datastore: store,
    maxSize: maxFileBytes,
    relativeLocation: true,
    namingFunction: () => upload_id,
    locker: { newLock: () => lock },
    // Who is told to stop has nothing to wait for; what has arrived is written in any case.
    lockDrainTimeout: 1,
    onUploadFinish: async () => {
      await uploads.complete(principal, upload_id);
      course.isFinished = true;
      return {};
    },
    onResponseError: (_request, error) => {
      course.failure ??= error;
      return undefined;
    },
  });
  try {
    const response = await server.handleWeb(toWebRequest(request, upload_id));
    await store.writing?.catch(() => undefined);
    if (course.failure === undefined && response.status >= 400) throw breach(await response.text());
    // Both end a piece as if it were a shorter one, whose bytes count; but who sent it has to know.
    if (!course.isFinished) course.failure ??= request.body?.cut ?? (course.isStopped ? uploadLocked() : undefined);
    if (course.failure === undefined) return { headers: response.headers, upload_id };
  } finally {
    release();
  }
  throw await toProblem(course.failure, request, async () => (await uploads.find(principal, upload_id)).offset_bytes);
}

/** The request as `@tus/server` wants it: only what the protocol knows is in it. */
function toWebRequest({ method, headers, body }: TusRequest, upload_id: string): Request {
  const place = method === 'POST' || method === 'OPTIONS' ? PATH : `${PATH}/${upload_id}`;
  const sent = new Headers({ 'Tus-Resumable': TUS_RESUMABLE, ...headers });
  if (!body) return new Request(`http://localhost${place}`, { method, headers: sent });
  sent.set('Content-Type', 'application/offset+octet-stream');
  if (body.length !== undefined) sent.set('Content-Length', String(body.length));
  const stream = Readable.toWeb(body.stream) as ReadableStream;
  // The browsers' types do not know the word that Node asks for.
  const init: RequestInit & { duplex: 'half' } = { method, headers: sent, body: stream, duplex: 'half' };
  return new Request(`http://localhost${place}`, init);
}

/** Says in the contract's words what `@tus/server` says with these objects; anything else is what the uploads have thrown. */
async function toProblem(error: unknown, request: TusRequest, offset: () => Promise<number>): Promise<unknown> {
  const { status_code } = error as { status_code?: number };
  if (status_code === undefined) return error;
  if (error === ERRORS.ABORTED) return request.body?.cut ?? uploadLocked();
  if (error === ERRORS.ERR_MAX_SIZE_EXCEEDED) {
    return new Problem('file_too_large', 'The file is larger than this server takes (DOCUMENT_MAX_FILE_BYTES).');
  }
  if (status_code === 413) {
    return new Problem(
      'body_too_large',
      'The piece goes beyond what Upload-Length said. What it had before that counts.',
    );
  }
  if (error === ERRORS.INVALID_OFFSET) {
    const there = String(await offset());
    const given = request.headers?.['Upload-Offset'] ?? '';
    const detail = `The upload has ${there} bytes, the piece begins at ${given}. Ask with HEAD where to go on.`;
    return new Problem('offset_mismatch', detail, { headers: { 'Upload-Offset': there } });
  }
  return breach((error as { body?: string }).body ?? '');
}

/** For what the contract's checks let pass, if there is anything. */
function breach(complaint: string): Problem {
  return new Problem('malformed_request', `The request breaks the protocol: ${complaint.trim()}`);
}
