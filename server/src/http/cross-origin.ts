/** Web pages of other sites that may call the server: those whose origins are listed, and no others. */
import type { NextFunction, Request, Response } from 'express';
import type { Contract } from './contract.js';

/** A browser asks again whether it may after this time. */
const PREFLIGHT_SECONDS = 600;

export interface CrossOrigin {
  /** Whether a page of this origin may call. */
  readonly allows: (origin: string) => boolean;
  /** Answers what a browser asks before its page's request, and lets the page read the answer to that. */
  readonly handle: (req: Request, res: Response, next: NextFunction) => void;
}

/** @param origins exact ones, as browsers send them; none turns it off */
export async function crossOrigin(contract: Contract, origins: readonly string[]): Promise<CrossOrigin | undefined> {
  if (origins.length === 0) return undefined;
  // Hardly any server needs it, and every start would pay for loading it.
  const { default: cors } = await import('cors');
  const listed = new Set(origins);
  const share = cors({
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    // What a page may send is what it asks for: `Authorization`, `X-API-Key` and whatever the contract knows.
    exposedHeaders: contract.answerHeaders(),
    maxAge: PREFLIGHT_SECONDS,
  });
  return {
    allows: (origin) => listed.has(origin),
    handle: (req, res, next) => {
      const { origin } = req.headers;
      if (origin !== undefined && listed.has(origin) && !isOwnOptions(req)) {
        share(req, res, next);
        return;
      }
      // What a cache keeps of this answer must not be given to a page that may read it.
      res.vary('Origin');
      next();
    },
  };
}

/** `OPTIONS` as an operation of the contract, and not a browser's question. */
function isOwnOptions({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] === undefined;
}
