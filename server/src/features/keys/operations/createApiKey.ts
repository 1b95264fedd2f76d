import type { OperationHandler } from '../../../http/operation.js';
import { parseMoment } from '../../../kernel/moment.js';
import { Problem } from '../../../kernel/problem.js';
import type { ApiKeys } from '../index.js';

export function createApiKey(keys: ApiKeys): OperationHandler<'createApiKey'> {
  return async ({ body, principal }) => {
    const { name, scopes, limits } = body;
    const { collections = [], tags = [] } = limits ?? {};
    const key = await keys.createBy(principal, {
      name,
      scopes,
      limits: limits && { collections, tags },
      expires_at: body.expires_at === undefined ? undefined : momentOf(body.expires_at),
    });
    return { status: 201, json: key };
  };
}

function momentOf(text: string): string {
  const moment = parseMoment(text);
  if (moment === undefined) throw Problem.invalid({ location: 'body.expires_at', message: 'is no day that there is' });
  return moment;
}
