import { checkedId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import type { ApiKey, ApiKeyLimits, NewApiKey, PageRequest, Scope } from './contract.js';
import { given } from './given.js';
import { type Page, pageOf } from './pages.js';

/** What a key is to be. */
export interface ApiKeyDescription {
  /** What people call it. */
  name: string;
  /** What it may do; no more than the client's own key. */
  scopes: readonly Scope[];
  /** The documents that it has to do with: those in one of the collections or with one of the tags. */
  limits?: ApiKeyLimits | undefined;
  /** Until when it is valid; left out, until it is revoked. */
  expiresAt?: Date | string | undefined;
}

export interface RotateOptions extends CallOptions {
  /** For how long the secret before stays valid; a day when left out, 0 for no longer. */
  overlapSeconds?: number | undefined;
}

/** Makes a key. */
export async function createApiKey(
  connection: Connection,
  { name, scopes, limits, expiresAt }: ApiKeyDescription,
  { signal }: CallOptions,
): Promise<NewApiKey> {
  const expires_at = expiresAt instanceof Date ? expiresAt.toISOString() : expiresAt;
  const body = { name, scopes: [...scopes], ...given({ limits, expires_at }) };
  return await connection.json({ signal }, (fetch) => connection.api.POST('/api-keys', { body, fetch }));
}

/** Lists one page of keys. */
export async function listApiKeys(
  connection: Connection,
  { limit, cursor }: PageRequest,
  { signal }: CallOptions,
): Promise<Page<ApiKey>> {
  const params = { query: given({ limit, cursor }) };
  return await pageOf(connection, { signal }, (fetch) => connection.api.GET('/api-keys', { params, fetch }));
}

/** Revokes a key; one that was revoked before is answered as it is. */
export async function revokeApiKey(connection: Connection, keyId: string, { signal }: CallOptions): Promise<ApiKey> {
  const params = { path: { key_id: checkedId(keyId, 'a key id', '0123456789abcdef') } };
  return await connection.json({ signal }, (fetch) => connection.api.DELETE('/api-keys/{key_id}', { params, fetch }));
}

/** Gives a key a new secret. */
export async function rotateApiKey(
  connection: Connection,
  keyId: string,
  { overlapSeconds, signal }: RotateOptions,
): Promise<NewApiKey> {
  const params = { path: { key_id: checkedId(keyId, 'a key id', '0123456789abcdef') } };
  const body = given({ overlap_seconds: overlapSeconds });
  return await connection.json({ signal }, (fetch) =>
    connection.api.POST('/api-keys/{key_id}/rotation', { params, body, fetch }),
  );
}
