/** A key as it is shown: all but its secrets. */
import type { ApiKey, Scope } from '../../kernel/contract.js';
import { Problem } from '../../kernel/problem.js';
import type { KeyLimits } from './key-rights.js';
import type { KeyRow } from './keys.sql.js';

/** @param now UTC, ISO 8601: a secret that a rotation has replaced is told of as long as it is valid */
export function toApiKey(row: KeyRow, now: string): ApiKey {
  const { key_id, name, created_at, created_by, expires_at, last_used_at, revoked_at, previous_until } = row;
  return {
    key_id,
    name,
    scopes: JSON.parse(row.scopes) as Scope[],
    ...(row.limits !== null && { limits: shownLimits(JSON.parse(row.limits) as KeyLimits) }),
    created_at,
    created_by,
    ...(expires_at !== null && { expires_at }),
    ...(last_used_at !== null && { last_used_at }),
    ...(revoked_at !== null && { revoked_at }),
    ...(previous_until !== null && previous_until > now && { previous_secret_until: previous_until }),
  };
}

export function shownLimits({ collections, tags }: KeyLimits): NonNullable<ApiKey['limits']> {
  return {
    ...(collections.length > 0 && { collections: [...collections] }),
    ...(tags.length > 0 && { tags: [...tags] }),
  };
}

export function keyNotFound(key_id: string): Problem {
  return new Problem('api_key_not_found', `There is no key ${key_id}.`);
}
