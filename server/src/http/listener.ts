/** The listening socket: time limits, answers to what is not HTTP, and an end that loses no request. */
import { randomUUID } from 'node:crypto';
import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem } from '../kernel/problem.js';
import { Connections } from './connections.js';
import { cutRest } from './cut-rest.js';
import { securityHeaders } from './security-headers.js';
import type { TlsIdentity } from './tls.js';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** How long a request's header may take to arrive. */
  readonly headerMs: number;
  /** How long a connection with a request on it may be silent in both directions. */
  readonly idleMs: number;
  /** With it, the listener speaks HTTPS alone. */
  readonly tls?: TlsIdentity | undefined;
}

/** How long an idle connection is kept for the client's next request. */
const KEEP_ALIVE_MS = 10_000;

/** A server that listens. */
export interface Listener {
  /** Where it listens, as a URL; the port is the real one also where 0 was asked for. */
  readonly url: string;
  /**
   * Takes no more connections, lets running requests finish for `graceMs`, then cuts what is left.
   * Resolves when every connection is closed.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts to listen.
 *
 * @throws the operating system's error when the address cannot be had (`EADDRINUSE`, `EACCES`, …)
 */
export async function listen(app: RequestListener, options: ListenerOptions): Promise<Listener> {
  const settings = {
    headersTimeout: options.headerMs,
    connectionsCheckingInterval: Math.min(1000, options.headerMs),
    // Bodies have a time-out of their own, which counts time without progress: a large file may take hours.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A request without a Host is refused by the application, as a problem.
    requireHostHeader: false,
  };
  const { tls } = options;
  const server = tls
    ? createTlsServer({ ...settings, ...tls, handshakeTimeout: options.headerMs })
    : createServer(settings);
  const security = securityHeaders(tls !== undefined);
  const connections = new Connections(server);
  const serve: RequestListener = (req, res) => {
    connections.track(req, res);
    cutRest(req, res);
    app(req, res);
  };
  server.on('request', serve);
  // An expectation that nobody knows may be ignored (RFC 9110 §10.1.1).
  server.on('checkExpectation', serve);
  // Longer than it takes to notice that a body makes no progress, at most two periods, so that the client is told.
  server.timeout = 3 * options.idleMs;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // In the middle of an answer, an error text would be taken for its content.
    // And before TLS is agreed on, nobody could read it.
    if (connections.hasBegunAnswer(socket) || isOfTls(error)) socket.destroy();
    else refuseUnparsable(error, socket, security);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return { url: urlOf(server, tls ? 'https' : 'http'), close: (graceMs) => connections.close(graceMs) };
}

function urlOf(server: Server, scheme: string): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function isOfTls({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_');
}

/** The bytes are no HTTP request, or did not come in time: no application sees them, so the answer is written by hand. */
function refuseUnparsable(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  security: ReturnType<typeof securityHeaders>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = toProblem(error.code);
  const id = randomUUID();
  const body = JSON.stringify(problem.toBody(id));
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n` +
      `Content-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-ID: ${id}\r\nConnection: close\r\n` +
      `${security.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
}

function toProblem(code: string | undefined): Problem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request_timeout', "The request's header did not arrive in time.");
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers_too_large', "The request's header is larger than 16 KiB.");
    default:
      return new Problem('malformed_request', `This is not an HTTP request that can be read (${code ?? 'unknown'}).`);
  }
}
