/** A body that is handed on while it arrives: neither parsed nor kept. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Request, RequestHandler } from 'express';
import type { ArrivingContent } from '../kernel/content.js';
import { Problem } from '../kernel/problem.js';
import { watchArrival } from './body-timeout.js';

const MEDIA_TYPE = 'application/offset+octet-stream';

const KEPT = 'What arrived is kept; ask how far the upload is, and go on there.';

const bodies = new WeakMap<Request, ArrivingBody>();

/** The body of a request that is handed on while it arrives. */
export function arrivingBody(req: Request): ArrivingBody | undefined {
  return bodies.get(req);
}

/** Whether an operation with these media types takes its body as it arrives. */
export function takesStream(mediaTypes: readonly string[]): boolean {
  return mediaTypes.includes(MEDIA_TYPE);
}

/**
 * Makes the reader of such an operation.
 *
 * @param mayBeMissing whether a request without a body is fine
 * @param idleMs how long a body may make no progress
 */
export function streamReader(mayBeMissing: boolean, idleMs: number): RequestHandler {
  return (req, _res, next) => {
    const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = req.headers;
    const isMissing = encoding === undefined && Number(length ?? 0) === 0;
    if (mayBeMissing && isMissing) {
      delete req.headers['content-type'];
    } else {
      if (type?.trim().toLowerCase() !== MEDIA_TYPE) throw wrongType(type);
      req.headers['content-type'] = MEDIA_TYPE;
      bodies.set(req, takeBody(req, idleMs));
      // The contract's word for bytes is a binary string.
      req.body = '';
    }
    next();
  };
}

function wrongType(type: string | undefined): Problem {
  const given = type === undefined ? 'the request has no Content-Type' : `not ${type.slice(0, 100)}`;
  return new Problem('unsupported_media_type', `This operation takes ${MEDIA_TYPE}; ${given}.`);
}

/** A body while it arrives, and the way to let go of it. */
export interface ArrivingBody extends ArrivingContent {
  /** Takes nothing more of the request. Safe to repeat. */
  release(): void;
}

/**
 * Begins to take the request's body. A body that is cut (the connection breaks, or it makes no progress for `idleMs`)
 * ends its stream like a whole one: what has arrived is given, and `cut` says why there is no more.
 */
export function takeBody(request: IncomingMessage, idleMs: number): ArrivingBody {
  const watch = watchArrival(request, idleMs, KEPT);
  let cut: Problem | undefined;
  const stream = new Readable({
    read: () => {
      request.resume();
    },
    destroy: (error, done) => {
      letGo();
      done(error);
    },
  });
  const take = (piece: Buffer): void => {
    if (!stream.push(piece)) request.pause();
  };
  const end = (reason?: Problem): void => {
    letGo();
    cut = reason;
    stream.push(null);
  };
  const onEnd = (): void => {
    end();
  };
  const onClose = (): void => {
    end(new Problem('malformed_request', `The body ended early. ${KEPT}`));
  };
  const onIdle = (): void => {
    end(watch.signal.reason as Problem);
  };
  const letGo = (): void => {
    watch.stop();
    watch.signal.removeEventListener('abort', onIdle);
    request.off('data', take).off('end', onEnd).off('close', onClose);
  };
  watch.signal.addEventListener('abort', onIdle);
  request.on('data', take).on('end', onEnd).on('close', onClose);
  const length = request.headers['content-length'];
  return {
    stream,
    length: length === undefined ? undefined : Number(length),
    get cut() {
      return cut;
    },
    release: () => {
      stream.destroy();
    },
  };
}
