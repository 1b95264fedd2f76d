import * as OpenApiValidator from 'express-openapi-validator';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Contract, Route } from './contract.js';
import { settleParameters } from './request-parameters.js';
import { specificationOf } from './validator-specification.js';

/** The contract's gatekeepers. */
export interface Validator {
  /**
   * For one route: tells the validator which operation it is, has the body read, then checks the whole request, and, if
   * wanted, the answer too.
   */
  guard(route: Route): RequestHandler[];
  /** For what no route took: refuses with 404, or with 405 and `Allow`. */
  readonly refuse: RequestHandler;
}

/** What the validator knows of a matched operation; all of it but `pathParams` is the same for each request of a route. */
interface Match {
  pathParams: Record<string, string>;
}

type MatchedRequest = Request & { openapi?: Match };

/**
 * @param bodyReader gives the handler that reads an operation's body, if it takes one
 * @param checkAnswers answers that break the contract become 500s; for tests, it costs time
 */
export function createValidator(
  contract: Contract,
  bodyReader: (route: Route) => RequestHandler | undefined,
  checkAnswers: boolean,
): Validator {
  const handlers = OpenApiValidator.middleware({
    apiSpec: specificationOf(contract, checkAnswers) as never,
    // The contract is linted where it is written; checking it again would double the time to the first answer.
    validateApiSpec: false,
    validateRequests: { allErrors: true },
    validateResponses: checkAnswers,
    validateSecurity: false,
    fileUploader: false,
  }) as RequestHandler[];
  const named = (name: string): RequestHandler => {
    const handler = handlers.find((candidate) => candidate.name === name);
    if (!handler) throw new Error(`express-openapi-validator has no ${name}`);
    return handler;
  };
  const match = named('metadataMiddleware');
  const checks = [named('requestMiddleware'), ...(checkAnswers ? [named('responseMiddleware')] : [])];
  return {
    guard: (route) => {
      const readBody = bodyReader(route);
      const prepare = matchOnce(match, settleParameters(contract, route), readBody !== undefined);
      return readBody ? [prepare, readBody, ...checks] : [prepare, ...checks];
    },
    refuse: match,
  };
}

/**
 * The validator finds the operation by compiling every path of the contract anew for each request. Behind a route of the
 * router, which has matched already, its first answer holds for all requests.
 */
function matchOnce(match: RequestHandler, settle: (req: Request) => void, takesBody: boolean): RequestHandler {
  let known: Match | undefined;
  return (req: MatchedRequest, res: Response, next: NextFunction) => {
    settle(req);
    // The validator keeps a compiled check for every content type that it sees: made-up ones would fill the memory.
    if (!takesBody) delete req.headers['content-type'];
    if (known) {
      req.openapi = { ...known, pathParams: { ...(req.params as Record<string, string>) } };
      next();
      return;
    }
    void match(req, res, (error?: unknown) => {
      if (error === undefined) known = req.openapi;
      next(error);
    });
  };
}
