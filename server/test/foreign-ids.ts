/** What is not somebody's own must be answered like what is not there: checked for every operation that names something. */
import assert from 'node:assert/strict';
import type { Response } from 'supertest';
import { withKey } from './access-client.js';
import { contractRoutes, type ContractRoute } from './contract-document.js';
import { exampleRequest, parametersOf } from './example-requests.js';

/** Ids of the same kind: one that is there and not to be seen, and one that is not there. */
export interface IdPair {
  readonly hidden: string;
  readonly missing: string;
}

/** By path parameters: `document_id`. */
export type IdPairs = Readonly<Record<string, IdPair>>;

/** Parameters that name no thing of their own. */
const NO_IDS = ['version', 'grantee', 'token'];
/** What the operator of the server names is no tenant's; and a link is opened by whoever has it. */
const OTHERS = ['tenant_id'];

/** The operations whose paths name what there are pairs of. */
export function operationsOn(pairs: IdPairs): ContractRoute[] {
  return contractRoutes.filter((route) => namesIn(route).some((name) => name in pairs));
}

/** The ids that the contract's paths have. */
export function idsInContract(): string[] {
  return [...new Set(contractRoutes.flatMap(namesIn))].filter((name) => !OTHERS.includes(name));
}

function namesIn(route: ContractRoute): string[] {
  return parametersOf(route).flatMap(({ in: place, name }) =>
    place === 'path' && name !== undefined && !NO_IDS.includes(name) ? [name] : [],
  );
}

/** Headers that differ from one answer to the next, whatever is answered. */
const OF_THE_REQUEST = ['x-request-id', 'date', 'content-length', 'ratelimit', 'ratelimit-policy'];

/** An answer without what names the ids and the request. */
export function shapeOf({ status, headers, text }: Response, ids: readonly string[]): unknown {
  const kept = Object.entries(headers as Record<string, string>).filter(([name]) => !OF_THE_REQUEST.includes(name));
  const body = ids
    .reduce((rest, id) => rest.replaceAll(id, '(id)'), text)
    .replace(/"request_id":"[^"]*"/, '"request_id":"(request)"');
  return { status, headers: Object.fromEntries(kept), body };
}

/**
 * Sends every operation on the ids, and expects that nothing but the id tells the answers apart.
 *
 * @returns the statuses, by operation
 */
export async function expectNoDifference(
  server: { readonly url: string },
  key: string,
  pairs: IdPairs,
): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  for (const route of operationsOn(pairs)) {
    const names = namesIn(route).filter((name) => name in pairs);
    const send = async (which: keyof IdPair): Promise<unknown> => {
      const ids = Object.fromEntries(names.map((name) => [name, pairs[name]?.[which] ?? '']));
      const answer = await exampleRequest(server, route, { ids, headers: withKey(key) });
      statuses.set(route.operation.operationId, answer.status);
      return shapeOf(answer, Object.values(ids));
    };
    assert.deepEqual(await send('hidden'), await send('missing'), route.operation.operationId);
  }
  return statuses;
}
