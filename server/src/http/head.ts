import type { Request } from 'express';

const heads = new WeakSet<Request>();

/**
 * Routes HEAD as GET: the contract describes both with the GET operation. Node sends no body by itself, since it has seen
 * the request's own method.
 */
export function routeHeadAsGet(req: Request): void {
  if (req.method !== 'HEAD') return;
  heads.add(req);
  req.method = 'GET';
  // Ranges are defined for GET alone (RFC 9110 §14.2).
  delete req.headers.range;
}

/** Whether the client asked for the header only, so that content need not even be opened. */
export function wantsHeadOnly(req: Request): boolean {
  return heads.has(req);
}
