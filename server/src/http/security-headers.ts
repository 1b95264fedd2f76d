/** The headers that keep a browser from doing what nobody asked for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** Answers are data: nothing in them is to be run or shown in a frame. The page of /docs has a policy of its own. */
const CONTENT_POLICY = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] };

/**
 * What helmet sets, found out once: it sets the same for every request, in a dozen middlewares.
 *
 * @param tls whether the server itself is reached over TLS only; what stands behind a proxy leaves HSTS to that
 */
export function securityHeaders(tls: boolean): readonly (readonly [name: string, value: string])[] {
  const headers = new Map<string, string>();
  const answer = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  const set = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_POLICY },
    strictTransportSecurity: tls && { maxAge: YEAR_SECONDS, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
  set({} as IncomingMessage, answer as unknown as ServerResponse, (error?: unknown) => {
    if (error !== undefined) throw error as Error;
  });
  return [...headers];
}

const YEAR_SECONDS = 365 * 24 * 60 * 60;
