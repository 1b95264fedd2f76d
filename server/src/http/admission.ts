/** Who is calling, and whether the operation is open to him: before a byte of the body is read. */
import type { Request, RequestHandler } from 'express';
import type { Scope } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import { ANONYMOUS, type Principal } from '../kernel/principal.js';
import { isAdmitted, NOTHING_GRANTED } from '../kernel/rights.js';
import type { Contract, Route } from './contract.js';

/** Finds out who holds a key. @throws Problem `unauthenticated`, `tenant_suspended` */
export type Authenticate = (key: string) => Promise<Principal>;

/** Whoever calls an operation that asks for no key, on a server that does: nobody's, and without rights. */
const NOBODY: Principal = Object.freeze({
  tenant_id: '',
  principal_id: 'nobody',
  rights: { scopes: new Set<Scope>(), limits: undefined, granted: NOTHING_GRANTED },
});

const CHALLENGE = 'Bearer realm="document-sync"';

const principals = new WeakMap<Request, Principal>();

/** Who is calling, once a route has admitted the request. */
export function principalOf(req: Request): Principal {
  const principal = principals.get(req);
  if (!principal) throw new Error('nobody has admitted the request');
  return principal;
}

/**
 * Makes the gates of the routes. What an operation asks for stands in the contract, as its `security`.
 *
 * @param authenticate undefined for a server that runs without keys, where everyone is `ANONYMOUS`
 */
export function admission(
  contract: Contract,
  authenticate: Authenticate | undefined,
): (route: Route) => RequestHandler {
  return (route) => {
    const required = contract.requiredScopes(route);
    return async (req, _res, next) => {
      principals.set(req, authenticate ? await admit(req, required, authenticate) : ANONYMOUS);
      next();
    };
  };
}

/** @param required alternatives; undefined where no key is needed, empty where any will do */
async function admit(
  req: Request,
  required: readonly Scope[] | undefined,
  authenticate: Authenticate,
): Promise<Principal> {
  if (required === undefined) return NOBODY;
  const key = readKey(req);
  if (key === undefined) {
    const detail = 'This server asks for a key: send Authorization: Bearer dsk_…, or X-API-Key.';
    throw new Problem('unauthenticated', detail, { headers: { 'WWW-Authenticate': CHALLENGE } });
  }
  const principal = await authenticate(key).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'unauthenticated') throw error;
    throw error.withHeaders({ 'WWW-Authenticate': `${CHALLENGE}, error="invalid_token"` });
  });
  if (required.length > 0 && !isAdmitted(principal.rights, required)) throw insufficientScope(required);
  return principal;
}

function insufficientScope(required: readonly Scope[]): Problem {
  const challenge = `${CHALLENGE}, error="insufficient_scope", scope="${required.join(' ')}"`;
  return new Problem('insufficient_scope', `The key needs the scope ${required.join(' or ')}.`, {
    headers: { 'WWW-Authenticate': challenge },
    details: { required_scopes: [...required] },
  });
}

/**
 * The key that came with a request, in one of the two headers. Node would keep the first of two `Authorization` lines, and
 * something in front of the server perhaps the other: such a request is refused.
 *
 * @throws Problem `malformed_request`
 */
function readKey({ headers, rawHeaders }: Request): string | undefined {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (/^(?:authorization|x-api-key)$/i.test(rawHeaders[index] ?? '')) count += 1;
  }
  if (count > 1) throw new Problem('malformed_request', 'The request has more than one key.');
  const { authorization } = headers;
  if (authorization === undefined) return headers['x-api-key'] as string | undefined;
  // Another scheme is no key, but somebody has tried to authenticate.
  return /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
}
