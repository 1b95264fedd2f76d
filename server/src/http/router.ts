import type { Express, Request, RequestHandler } from 'express';
import { principalOf } from './admission.js';
import { arrivingBody } from './arriving-body.js';
import { receivedFiles, releaseUpload } from './body.js';
import type { Contract, Route } from './contract.js';
import type { AnyAnswer, OperationTable } from './operation.js';
import { sendAnswer } from './send.js';
import type { Validator } from './validator.js';

/** What every handler is once its own types are forgotten; the contract's validator has seen to it that they hold. */
type AnyHandler = (input: unknown) => Promise<AnyAnswer>;

/** Mounts the operations on the contract's own paths and methods, each behind its gate and the contract's checks. */
export function routeOperations(
  app: Express,
  contract: Contract,
  operations: OperationTable,
  admit: (route: Route) => RequestHandler,
  validator: Validator,
): void {
  for (const route of contract.routes()) {
    const handler = dispatch(operations[route.operationId] as AnyHandler);
    app[route.method](route.path.replace(/\{(\w+)\}/g, ':$1'), admit(route), ...validator.guard(route), handler);
  }
}

function dispatch(handler: AnyHandler): RequestHandler {
  return async (req, res) => {
    const { authorization, 'x-api-key': key } = req.headers;
    // Of X-API-Key a shared cache knows nothing: it would give what one key is answered to others.
    if (authorization !== undefined || key !== undefined) res.setHeader('Cache-Control', 'private, no-cache');
    const answer = await handle(req, handler);
    await sendAnswer(req, res, answer);
  };
}

async function handle(req: Request, handler: AnyHandler): Promise<AnyAnswer> {
  const files = receivedFiles(req);
  const arriving = arrivingBody(req);
  try {
    return await handler({
      path: req.params,
      query: req.query,
      headers: req.headers,
      body: files ? { ...(req.body as object), ...files } : (arriving ?? (req.body as unknown)),
      principal: principalOf(req),
    });
  } finally {
    // Before the answer, so that an answered request has left nothing in the staging area.
    if (files || arriving) releaseUpload(req);
  }
}
