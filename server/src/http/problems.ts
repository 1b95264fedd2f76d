/** Every failure leaves through here, as `application/problem+json`. */
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { concealSecrets } from '../kernel/conceal.js';
import { Problem } from '../kernel/problem.js';
import { INVALID_KEY } from './admission.js';
import { releaseUpload } from './body.js';
import { knownProblem } from './machine-failures.js';
import { toMistakes, type DescribePattern, type SchemaError } from './mistakes.js';
import { requestId } from './request-log.js';

/** What express, its body parser and the contract's validator throw. */
interface HttpError {
  status?: number;
  type?: string;
  code?: string;
  message?: string;
  headers?: Record<string, string>;
  errors?: SchemaError[];
}

/** The Problem that stands for whatever was thrown; undefined when that is a mistake of the server. */
export function toProblem(error: unknown, describePattern: DescribePattern = () => undefined): Problem | undefined {
  const known = knownProblem(error);
  if (known) return known;
  const thrown = error as HttpError;
  switch (thrown.status) {
    case 400:
      return thrown.errors ? Problem.invalid(toMistakes(thrown.errors, describePattern)) : unreadable(thrown);
    case 404:
      return unknownPath();
    case 405: {
      const allow = allowWithHead(thrown.headers?.['Allow']);
      return new Problem('method_not_allowed', `This path takes ${allow}.`, { headers: { Allow: allow } });
    }
    case 413:
      return new Problem('body_too_large', 'The request body is larger than this operation takes.');
    case 415:
      return new Problem('unsupported_media_type', `The body cannot be read: ${thrown.message ?? ''}.`);
    default:
      return (thrown.status ?? 500) < 500 ? unreadable(thrown) : undefined;
  }
}

function unreadable({ message, type }: HttpError): Problem {
  const what = type === 'entity.parse.failed' ? 'The body is not valid JSON' : 'The request cannot be read';
  return new Problem('malformed_request', `${what}: ${message ?? ''}`);
}

function allowWithHead(allow: string | undefined): string {
  const methods = (allow ?? '').split(',').map((method) => method.trim());
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
}

function unknownPath(): Problem {
  return new Problem('route_not_found', 'The server has no such path; GET /openapi.yaml lists them.');
}

/** For a path that only the validator knows: it matches a trailing slash and other cases, the router does not. */
export const refuseUnknownPath: RequestHandler = () => {
  throw unknownPath();
};

/** Express' last handler: renders the failure, logs what is a mistake of the server, frees what the request held. */
export function sendProblem(logger: Logger, describePattern: DescribePattern): ErrorRequestHandler {
  // Express knows a failure handler by its four parameters.
  return (error: unknown, req: Request, res: Response, _next: NextFunction) => {
    const problem = toProblem(error, describePattern) ?? internalError(error);
    const request_id = requestId(req);
    if (problem.status >= 500) logger.error({ request_id, err: problem.cause ?? problem }, problem.message);
    releaseUpload(req);
    if (res.headersSent) {
      // The answer has begun: only a cut connection still tells the client that it is not whole.
      res.destroy();
      return;
    }
    // A key may have ended while the request was under way.
    if (problem.code === 'unauthenticated') res.set('WWW-Authenticate', INVALID_KEY);
    res.status(problem.status).set(problem.headers);
    const body = concealSecrets(JSON.stringify(problem.toBody(request_id)));
    res.set({
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
    });
    res.end(body);
  };
}

function internalError(cause: unknown): Problem {
  return new Problem('internal_error', 'The server made a mistake. Its log has the details under this request id.', {
    cause,
  });
}
