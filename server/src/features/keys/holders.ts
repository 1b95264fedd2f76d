/** What is asked about keys by rooms that have something to do with their holders. */
import type { Session } from '../../db/index.js';
import type { Principal } from '../../kernel/principal.js';
import { rightsOf } from './key-rights.js';
import * as sql from './keys.sql.js';

const KEY_PRINCIPAL = /^key_([0-9a-f]{16})$/;

/** Whether a tenant has a key of this id that is not revoked. */
export async function isKeyOf(db: Session, tenant_id: string, key_id: string): Promise<boolean> {
  const [key] = await db.run(sql.keyById, { key_id });
  return key?.tenant_id === tenant_id && key.revoked_at === null;
}

/**
 * The holder of a key, with the rights that he has now.
 *
 * @param principal_id as it was noted for what he did
 * @param now UTC, ISO 8601
 * @returns undefined when it is that of a key which was revoked, has expired or is gone; `'no key'` when it never was one
 */
export async function holderOf(
  db: Session,
  tenant_id: string,
  principal_id: string,
  now: string,
): Promise<Principal | 'no key' | undefined> {
  const [, key_id] = KEY_PRINCIPAL.exec(principal_id) ?? [];
  if (key_id === undefined) return 'no key';
  const [key] = await db.run(sql.keyById, { key_id });
  if (key?.tenant_id !== tenant_id || key.revoked_at !== null) return undefined;
  if (key.expires_at !== null && key.expires_at <= now) return undefined;
  return { tenant_id, principal_id, rights: await rightsOf(db, key) };
}
