/** Who is calling, and whether the operation is open to him: before a byte of the body is read. */
import type { Request, RequestHandler, Response } from 'express';
import type { RateClass } from '../kernel/allowance.js';
import type { Scope } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import { ANONYMOUS, type Principal } from '../kernel/principal.js';
import { isAdmitted, NOTHING_GRANTED } from '../kernel/rights.js';
import { clientAddress, countedAddress } from './client-address.js';
import type { Contract, Route } from './contract.js';
import { requireAllowance, type RateLimits } from './rate-limit.js';

/** Finds out who holds a key. */
export interface Authenticator {
  /** @throws Problem `unauthenticated`, `tenant_suspended` */
  authenticate(key: string): Promise<Principal>;
  /** Whether this very key was let in before, as far as that is known without looking it up. */
  isKnown(key: string): boolean;
}

export interface AdmissionOptions {
  readonly contract: Contract;
  /** Undefined for a server that runs without keys, where everyone is `ANONYMOUS`. */
  readonly authenticator: Authenticator | undefined;
  readonly limits: RateLimits;
}

/** Whoever calls an operation that asks for no key, on a server that does: nobody's, and without rights. */
const NOBODY: Principal = Object.freeze({
  tenant_id: '',
  principal_id: 'nobody',
  rights: { scopes: new Set<Scope>(), limits: undefined, granted: NOTHING_GRANTED },
});

const CHALLENGE = 'Bearer realm="document-sync"';
/** To a key that is not, or no longer, valid. */
export const INVALID_KEY = `${CHALLENGE}, error="invalid_token"`;

const principals = new WeakMap<Request, Principal>();

/** Who is calling, once a route has admitted the request. */
export function principalOf(req: Request): Principal {
  const principal = principals.get(req);
  if (!principal) throw new Error('nobody has admitted the request');
  return principal;
}

/** Makes the gates of the routes. What an operation asks for stands in the contract, as its `security`. */
export function admission({ contract, authenticator, limits }: AdmissionOptions): (route: Route) => RequestHandler {
  return (route) => {
    const gate = new Gate(contract.requiredScopes(route), contract.rateClass(route), authenticator, limits);
    return async (req, res, next) => {
      principals.set(req, await gate.admit(req, res));
      next();
    };
  };
}

/** The gate of one route: who calls is found out, counted, and held against what the route asks for. */
class Gate {
  readonly #required: readonly Scope[] | undefined;
  readonly #rateClass: RateClass;
  readonly #authenticator: Authenticator | undefined;
  readonly #limits: RateLimits;

  /** @param required alternatives; undefined where no key is needed, empty where any will do */
  constructor(
    required: readonly Scope[] | undefined,
    rateClass: RateClass,
    authenticator: Authenticator | undefined,
    limits: RateLimits,
  ) {
    this.#required = required;
    this.#rateClass = rateClass;
    this.#authenticator = authenticator;
    this.#limits = limits;
  }

  async admit(req: Request, res: Response): Promise<Principal> {
    if (!this.#authenticator || this.#required === undefined) {
      await this.#countAddress(req, res);
      return this.#authenticator ? NOBODY : ANONYMOUS;
    }
    const key = readKey(req);
    if (key === undefined) {
      await this.#countAddress(req, res);
      const detail = 'This server asks for a key: send Authorization: Bearer dsk_…, or X-API-Key.';
      throw new Problem('unauthenticated', detail, { headers: { 'WWW-Authenticate': CHALLENGE } });
    }
    const principal = await this.#authenticate(this.#authenticator, key, req, res);
    await this.#count(res, principal.principal_id);
    if (this.#required.length > 0 && !isAdmitted(principal.rights, this.#required)) {
      throw insufficientScope(this.#required);
    }
    return principal;
  }

  /** From an address with too many failures, only keys that are known are looked up at all. */
  async #authenticate(authenticator: Authenticator, key: string, req: Request, res: Response): Promise<Principal> {
    const address = addressOf(req);
    const refusal = this.#limits.refusal('auth-failures', address);
    if (refusal && !authenticator.isKnown(key)) requireAllowance(res, refusal);
    try {
      return await authenticator.authenticate(key);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code !== 'unauthenticated') {
        await this.#countAddress(req, res);
        throw error;
      }
      const allowance = await this.#limits.take('auth-failures', address);
      if (allowance) requireAllowance(res, allowance);
      throw error.withHeaders({ 'WWW-Authenticate': INVALID_KEY });
    }
  }

  async #countAddress(req: Request, res: Response): Promise<void> {
    await this.#count(res, addressOf(req));
  }

  async #count(res: Response, holder: string): Promise<void> {
    const counted = this.#limits.take(this.#rateClass, holder);
    if (counted) requireAllowance(res, counted instanceof Promise ? await counted : counted);
  }
}

function addressOf(req: Request): string {
  return `address:${countedAddress(clientAddress(req))}`;
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
