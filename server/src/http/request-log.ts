import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import type { Logger } from 'pino';
import { concealSecrets } from '../kernel/conceal.js';
import { clientAddress } from './client-address.js';

/** Ids that a proxy in front may give; anything else is replaced by one of ours. */
const FOREIGN_ID = /^[\w.:-]{8,64}$/;

/** A key in an address: it does not belong there, and not into a log. */
const SECRET = /(dsk_[0-9a-f]{16}_)[\w-]+/g;

const ids = new WeakMap<IncomingMessage, string>();

/**
 * Gives the request an id, answers with it as `X-Request-ID`, and writes one structured line when the request is done:
 * id, the client's address, method, path, status, milliseconds, and whether the client left before the end. No headers
 * and no bodies, which may hold what is nobody else's business. By hand and not with pino-http, which makes a logger and three listeners for each
 * request: a tenth of the time of a small pull.
 */
export function logRequest(logger: Logger, req: Request, res: ServerResponse): void {
  const given = req.headers['x-request-id'];
  const isUsable = typeof given === 'string' && FOREIGN_ID.test(given) && concealSecrets(given) === given;
  const request_id = isUsable ? given : randomUUID();
  ids.set(req, request_id);
  res.setHeader('X-Request-ID', request_id);
  if (!logger.isLevelEnabled('info')) return;
  const { method, url: whole = '' } = req;
  const url = whole.includes('dsk_') ? whole.replace(SECRET, '$1…') : whole;
  const client = clientAddress(req);
  const startedAt = performance.now();
  res.once('close', () => {
    const duration_ms = Math.round(performance.now() - startedAt);
    const line = { request_id, client, method, url: withoutToken(url), status: res.statusCode, duration_ms };
    logger.info(res.writableFinished ? line : { ...line, aborted: true }, 'request');
  });
}

/** Whoever has the token of a shared link can open it, so the log does not have it. */
function withoutToken(url: string | undefined): string | undefined {
  return url?.replace(/^((?:https?:\/\/[^/]*)?\/+shared\/+)[^?]*/i, '$1…');
}

/** The request's id, as answered and logged. */
export function requestId(request: IncomingMessage): string {
  return ids.get(request) ?? '';
}
