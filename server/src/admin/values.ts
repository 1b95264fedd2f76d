/** The values that the operator's commands are given, read and checked. */
import type { KeyLimits } from '../features/keys/index.js';
import type { Scope } from '../kernel/contract.js';
import { parseMoment } from '../kernel/moment.js';
import { ALL_SCOPES } from '../kernel/rights.js';

/** The command line is not what it has to be; the message says what to give instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** As the contract has them. */
const TENANT_ID = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const KEY_ID = /^[0-9a-f]{16}$/;
const COLLECTION_ID = /^col_[0-9a-f]{12}$/;

export function readTenantId(text: string): string {
  if (TENANT_ID.test(text)) return text;
  throw new UsageError(
    `"${text}" is no id of a tenant: up to 63 lower-case letters, digits and hyphens, which begins with a letter and does not end with a hyphen.`,
  );
}

export function readId(text: string): string {
  if (KEY_ID.test(text)) return text;
  // Never repeated: it may be a whole key.
  throw new UsageError('That is no id of a key: 16 hexadecimal digits, the part between the two _ of a key.');
}

/** `none` is a key that sees what collections grant it; nothing at all is more likely a variable that is not set. */
export function readScopes(text: string): Scope[] {
  const scopes = listOf(text);
  if (scopes.length === 1 && scopes[0] === 'none') return [];
  const unknown = scopes.filter((scope) => !(ALL_SCOPES as readonly string[]).includes(scope));
  if (unknown.length === 0 && scopes.length > 0) return [...new Set(scopes)] as Scope[];
  const what = unknown.length > 0 ? `There is no scope ${unknown.join(', ')}` : '--scopes is empty';
  throw new UsageError(`${what}; the scopes are ${ALL_SCOPES.join(', ')}; or none.`);
}

/**
 * How long a key is valid: `90d`, `12h`, `30m`, `4w`, or until a day or a time.
 *
 * @returns UTC, ISO 8601
 */
export function readLifetime(text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined && Number(count) > 0) {
    return new Date(now.getTime() + Number(count) * (UNIT_MS[unit] ?? 0)).toISOString();
  }
  const moment = parseMoment(text);
  if (moment !== undefined && moment > now.toISOString()) return moment;
  throw new UsageError(`--expires takes 90d, 12h, 30m, 4w or a day to come (2027-01-31), not "${text}".`);
}

export function readLimits(tags: string | undefined, collections: string | undefined): KeyLimits | undefined {
  if (tags === undefined && collections === undefined) return undefined;
  const limits = { tags: listOf(tags ?? ''), collections: listOf(collections ?? '') };
  const wrong = limits.collections.filter((id) => !COLLECTION_ID.test(id));
  if (wrong.length > 0) throw new UsageError(`"${wrong.join('", "')}" is no id of a collection, as col_0123456789ab.`);
  // A limit that was given and says nothing must not become none.
  if (
    (tags !== undefined && limits.tags.length === 0) ||
    (collections !== undefined && limits.collections.length === 0)
  ) {
    throw new UsageError('--limit-tags and --limit-collections must not be empty.');
  }
  return limits;
}

/** A number of bytes or documents; null for `none`, undefined where nothing is given. */
export function readCount(option: string, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return null;
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new UsageError(`${option} takes a whole number, or none for no limit, not "${text}".`);
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
