/** Looks at every answer that a test server gives, whatever the test itself looks at, and holds it to the contract. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import {
  contractRoutes,
  resolve,
  schemaMistakes,
  type ContractResponse,
  type ContractRoute,
} from './contract-document.js';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What the contract's introduction allows every request to meet. */
const EVERYWHERE: readonly number[] = [404, 405, 431];
/** What a request can meet that stands at no operation: the guard, an address that cannot be read, and the docs' files. */
const NOWHERE: readonly number[] = [400, 403, 404];
const DOCS: readonly number[] = [200, 206, 301, 304, 400, 403, 404, 412, 416];

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  /** The body of a problem. */
  readonly body: string;
}

export class ExchangeAudit {
  readonly #expectedFailures: readonly number[];
  /** What was wrong with the answers so far. */
  readonly mistakes: string[] = [];
  /** Which answers there were so far: `createVersion 201`, and of problems also `createVersion 412 merge_conflict`. */
  readonly met = new Set<string>();

  /** @param expectedFailures statuses from 500 on that are no mistake here */
  constructor(expectedFailures: readonly number[]) {
    this.#expectedFailures = expectedFailures;
  }

  /** Watches one request; to be called before the application changes anything of it. */
  observe(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request;
    let body = '';
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
    response.end = ((...args: unknown[]) => {
      if (typeof args[0] === 'string' || Buffer.isBuffer(args[0])) body = args[0].toString();
      return end(...args);
    }) as typeof response.end;
    response.once('finish', () => {
      this.#check({ method, url, status: response.statusCode, headers: response.getHeaders(), body });
    });
  }

  #check(exchange: Exchange): void {
    for (const mistake of this.#mistakesOf(exchange)) {
      this.mistakes.push(`${exchange.method} ${exchange.url.slice(0, 200)} -> ${exchange.status}: ${mistake}`);
    }
  }

  #note({ method, url, status, body }: Exchange): void {
    const operationId = findRoute(method, pathOf(url))?.operation.operationId;
    if (operationId === undefined) return;
    this.met.add(`${operationId} ${status}`);
    const code = status >= 400 && body !== '' ? (JSON.parse(body) as { code?: string }).code : undefined;
    if (code !== undefined) this.met.add(`${operationId} ${status} ${code}`);
  }

  *#mistakesOf(exchange: Exchange): Generator<string> {
    const { status, headers } = exchange;
    this.#note(exchange);
    if (status >= 500 && !this.#expectedFailures.includes(status)) yield `is a failure of the server: ${exchange.body}`;
    if (!headers['x-request-id']) yield 'has no X-Request-ID';
    if (headers['x-content-type-options'] !== 'nosniff') yield 'has no X-Content-Type-Options: nosniff';
    if (status >= 400) yield* problemMistakes(exchange);
    yield* listedMistakes(exchange);
  }
}

function* problemMistakes({ method, status, headers, body }: Exchange): Generator<string> {
  if (headers['content-type'] !== PROBLEM_TYPE) {
    yield `has the type ${String(headers['content-type'])}`;
    return;
  }
  // The application writes the body of a HEAD too; Node drops it.
  if (method === 'HEAD' && body === '') return;
  const problem = JSON.parse(body) as Record<string, unknown>;
  yield* schemaMistakes('#/components/schemas/Problem', problem);
  if (problem['status'] !== status) yield `its problem says status ${String(problem['status'])}`;
  if (problem['request_id'] !== headers['x-request-id']) yield 'its request_id is not its X-Request-ID';
  if (problem['type'] !== `urn:document-sync:problem:${String(problem['code'])}`)
    yield 'its type does not go with its code';
  if (/\bat (?!\d{4}-).*:\d+:\d+|node_modules|SQLITE|select |insert /i.test(String(problem['detail']))) {
    yield `its detail tells of the server's inside: ${String(problem['detail'])}`;
  }
}

function* listedMistakes(exchange: Exchange): Generator<string> {
  const { method, url, status, headers } = exchange;
  // What a browser asks before it lets a page of another site call is answered in front of all operations.
  if (method === 'OPTIONS' && status === 204 && headers['access-control-allow-methods'] !== undefined) return;
  const pathname = pathOf(url);
  if (pathname === '/docs' || pathname.startsWith('/docs/')) {
    if (!DOCS.includes(status)) yield 'is no status of the docs';
    return;
  }
  const route = findRoute(method === 'HEAD' ? 'GET' : method, pathname);
  if (!route) {
    if (![...EVERYWHERE, ...NOWHERE].includes(status)) yield 'is no answer to a path that does not exist';
    return;
  }
  const { operationId, responses } = route.operation;
  const listed = responses[String(status)];
  if (listed) yield* responseMistakes(resolve(listed), exchange, operationId);
  else if (!EVERYWHERE.includes(status)) yield `is not listed for ${operationId}`;
}

function* responseMistakes(
  response: ContractResponse,
  { method, headers, body }: Exchange,
  operationId: string,
): Generator<string> {
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    if (resolve(header).required && headers[name.toLowerCase()] === undefined) yield `lacks ${name} of ${operationId}`;
  }
  const types = Object.keys(response.content ?? {});
  const type = String(headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  if (types.length > 0 && !types.includes('*/*') && !types.includes(type))
    yield `has the type ${type}, not ${types.join()}`;
  const schema = response.content?.[type]?.schema?.$ref;
  if (type !== 'application/json' || schema === undefined || (method === 'HEAD' && body === '')) return;
  for (const mistake of schemaMistakes(schema, JSON.parse(body))) yield `breaks ${schema} at ${mistake}`;
}

function pathOf(url: string): string {
  return url.replace(/^http:\/\/[^/]*/, '').split('?', 1)[0] ?? '';
}

function findRoute(method: string, pathname: string): ContractRoute | undefined {
  return contractRoutes.find((route) => {
    const pattern = route.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+');
    return route.method === method && new RegExp(`^${pattern}$`).test(pathname);
  });
}
