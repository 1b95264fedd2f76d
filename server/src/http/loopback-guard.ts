import type { IncomingMessage } from 'node:http';
import { isLoopbackName } from '../kernel/loopback.js';
import { Problem } from '../kernel/problem.js';

/**
 * Protects a server that asks for no key from the web pages that its user has open: a page on another site must not be
 * able to write into the store (its `Origin` is foreign), nor to read it through a name that it lets point here (its
 * `Host` is not a loopback name).
 *
 * @param allowedHosts further host names that the server answers to; `*` answers to all
 * @param allowsOrigin says which foreign pages may call nevertheless
 * @returns throws the Problem for a request that is to be refused
 */
export function guardLoopback(
  allowedHosts: readonly string[],
  allowsOrigin: (origin: string) => boolean = () => false,
): (req: IncomingMessage) => void {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const isServed = (host: string): boolean =>
    isLoopbackName(host) || allowed.has('*') || allowed.has(host.toLowerCase());
  return (req) => {
    const host = req.headers.host ?? '';
    refuseSeveralHosts(req);
    if (!isServed(host.replace(/:\d+$/, ''))) {
      const detail = 'This server runs without keys and answers on loopback names only, as http://127.0.0.1; ';
      throw new Problem('host_not_allowed', `${detail}further names are listed in DOCUMENT_SERVER_ALLOWED_HOSTS.`);
    }
    const { origin } = req.headers;
    const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
    if (!isOwn && !allowsOrigin(origin)) {
      throw new Problem(
        'origin_not_allowed',
        'This server runs without keys and takes requests from other web pages only if DOCUMENT_CORS_ORIGINS lists them.',
      );
    }
  };
}

/** Node keeps the first of several `Host` lines and says nothing; RFC 9112 §3.2 wants the request refused. */
export function refuseSeveralHosts({ rawHeaders }: IncomingMessage): void {
  if (countHosts(rawHeaders) > 1) throw new Problem('malformed_request', 'The request names more than one Host.');
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}
