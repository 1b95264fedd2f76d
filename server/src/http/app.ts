/** The Express edge: what happens to every request, in order. */
import express, { type Express, type Request } from 'express';
import type { Logger } from 'pino';
import { admission, type Authenticate } from './admission.js';
import { bodyReaders, type BodyOptions } from './body.js';
import { Problem } from '../kernel/problem.js';
import type { Contract } from './contract.js';
import { docsPage } from './docs-page.js';
import { routeHeadAsGet } from './head.js';
import { guardLoopback, refuseSeveralHosts } from './loopback-guard.js';
import type { OperationTable } from './operation.js';
import { refuseUnknownPath, sendProblem } from './problems.js';
import { logRequest } from './request-log.js';
import { routeOperations } from './router.js';
import { createValidator } from './validator.js';

export interface AppOptions extends BodyOptions {
  readonly contract: Contract;
  readonly operations: OperationTable;
  /** Undefined for a server that runs without keys, and for this machine alone. */
  readonly authenticate: Authenticate | undefined;
  readonly logger: Logger;
  /** Host names beside the loopback ones. */
  readonly allowedHosts: readonly string[];
  /** Check answers against the contract too. */
  readonly checkAnswers: boolean;
}

/** Node handles `100-continue`; of other expectations there are none (RFC 9110 §10.1.1). */
function refuseExpectation({ headers }: Request): void {
  if (headers.expect === undefined || /^100-continue$/i.test(headers.expect)) return;
  throw new Problem('malformed_request', 'The request expects (Expect) what this server does not know.');
}

/** Builds the application; it holds no state of its own. */
export function createApp(options: AppOptions): Express {
  const { authenticate, contract, operations, logger } = options;
  const validator = createValidator(contract, bodyReaders(contract, options), options.checkAnswers);
  const guard = authenticate ? refuseSeveralHosts : guardLoopback(options.allowedHosts);
  const withOptions = new Set(
    contract
      .routes()
      .filter(({ method }) => method === 'options')
      .map(({ path }) => path),
  );
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  // One middleware for what every request meets: each one that is mounted costs every request.
  app.use((req, res, next) => {
    logRequest(logger, req, res);
    res.setHeader('X-Content-Type-Options', 'nosniff');
    guard(req);
    refuseExpectation(req);
    routeHeadAsGet(req);
    // Express would answer it by itself, with methods that the contract does not know of.
    if (req.method === 'OPTIONS' && !withOptions.has(req.path)) void validator.refuse(req, res, next);
    else next();
  });
  routeOperations(app, contract, operations, admission(contract, authenticate), validator);
  app.use('/docs', docsPage());
  app.use(validator.refuse);
  app.use(refuseUnknownPath);
  app.use(sendProblem(logger, (pattern) => contract.describePattern(pattern)));
  return app;
}
