/** The Express edge: what happens to every request, in order. */
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { admission, type Authenticator } from './admission.js';
import { bodyReaders, type BodyOptions } from './body.js';
import { Problem } from '../kernel/problem.js';
import type { Contract } from './contract.js';
import type { CrossOrigin } from './cross-origin.js';
import { docsPage } from './docs-page.js';
import { routeHeadAsGet } from './head.js';
import { guardLoopback, refuseSeveralHosts } from './loopback-guard.js';
import type { OperationTable } from './operation.js';
import { refuseUnknownPath, sendProblem } from './problems.js';
import type { RateLimits } from './rate-limit.js';
import { logRequest } from './request-log.js';
import { routeOperations } from './router.js';
import { securityHeaders } from './security-headers.js';
import { createValidator } from './validator.js';

export interface AppOptions extends BodyOptions {
  readonly contract: Contract;
  readonly operations: OperationTable;
  /** Undefined for a server that runs without keys, and for this machine alone. */
  readonly authenticator: Authenticator | undefined;
  readonly limits: RateLimits;
  readonly logger: Logger;
  /** Host names beside the loopback ones. */
  readonly allowedHosts: readonly string[];
  /** Undefined where no page of another site may call. */
  readonly foreignPages: CrossOrigin | undefined;
  /** The proxies that are believed about who calls: their number, or their addresses. */
  readonly trustProxy: number | readonly string[];
  /** Whether the listener speaks TLS. */
  readonly tls: boolean;
  /** Check answers against the contract too. */
  readonly checkAnswers: boolean;
}

/** Node handles `100-continue`; of other expectations there are none (RFC 9110 §10.1.1). */
function refuseExpectation({ headers }: Request): void {
  if (headers.expect === undefined || /^100-continue$/i.test(headers.expect)) return;
  throw new Problem('malformed_request', 'The request expects (Expect) what this server does not know.');
}

/** As Express wants it: no proxies are `false`. */
function proxySetting(trusted: number | readonly string[]): false | number | string[] {
  if (typeof trusted === 'number') return trusted > 0 && trusted;
  return trusted.length > 0 && [...trusted];
}

/** Builds the application; it holds no state of its own. */
export function createApp(options: AppOptions): Express {
  const { authenticator, contract, foreignPages, operations, logger } = options;
  const validator = createValidator(contract, bodyReaders(contract, options), options.checkAnswers);
  const guard = authenticator ? refuseSeveralHosts : guardLoopback(options.allowedHosts, foreignPages?.allows);
  const security = securityHeaders(options.tls);
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
  app.set('trust proxy', proxySetting(options.trustProxy));
  const serve: RequestHandler = (req, res, next) => {
    routeHeadAsGet(req);
    // Express would answer it by itself, with methods that the contract does not know of.
    if (req.method === 'OPTIONS' && !withOptions.has(req.path)) void validator.refuse(req, res, next);
    else next();
  };
  // One middleware for what every request meets: each one that is mounted costs every request.
  app.use((req, res, next) => {
    logRequest(logger, req, res);
    for (const [name, value] of security) res.setHeader(name, value);
    guard(req);
    refuseExpectation(req);
    if (foreignPages) foreignPages.handle(req, res, () => void serve(req, res, next));
    else void serve(req, res, next);
  });
  routeOperations(app, contract, operations, admission({ contract, authenticator, limits: options.limits }), validator);
  app.use('/docs', docsPage());
  app.use(validator.refuse);
  app.use(refuseUnknownPath);
  app.use(sendProblem(logger, (pattern) => contract.describePattern(pattern)));
  return app;
}
