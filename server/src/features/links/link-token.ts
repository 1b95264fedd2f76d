/**
 * What a link looks like: base64url of its id, its tenant and an HMAC-SHA256 of both by a secret of the server. Whether
 * a token is the server's own is known before the database is asked.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '../../db/index.js';
import * as sql from './links.sql.js';

const MAC_BYTES = 32;
const ID = /^(lnk_[0-9a-f]{16})(.{1,64})$/s;
const SECRET = 'share-links';

/** Which link a token is of. */
export interface TokenParts {
  readonly link_id: string;
  readonly tenant_id: string;
}

export function formatToken(secret: Uint8Array, { link_id, tenant_id }: TokenParts): string {
  const said = Buffer.from(`${link_id}${tenant_id}`);
  return Buffer.concat([said, mac(secret, said)]).toString('base64url');
}

/** Undefined for what the server has not made, letter by letter. */
export function parseToken(secret: Uint8Array, token: string): TokenParts | undefined {
  const bytes = Buffer.from(token, 'base64url');
  const said = bytes.subarray(0, -MAC_BYTES);
  const isOurs = bytes.length > MAC_BYTES && timingSafeEqual(bytes.subarray(-MAC_BYTES), mac(secret, said));
  // The same bytes can be written in several ways.
  if (!isOurs || bytes.toString('base64url') !== token) return undefined;
  const [, link_id = '', tenant_id = ''] = ID.exec(said.toString()) ?? [];
  return { link_id, tenant_id };
}

/** The secret that tokens are signed with. It is made when it is needed first, by whichever process that is. */
export async function linkSecret(db: Database): Promise<Uint8Array> {
  const [known] = await db.read.run(sql.secretByName, { name: SECRET });
  const value =
    known?.value ??
    (await db.write(async (tx) => {
      const [other] = await tx.run(sql.secretByName, { name: SECRET });
      if (other) return other.value;
      const made = randomBytes(32).toString('hex');
      await tx.run(sql.insertSecret, { name: SECRET, value: made });
      return made;
    }));
  return Buffer.from(value, 'hex');
}

function mac(secret: Uint8Array, said: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(said).digest();
}
