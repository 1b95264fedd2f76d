/** What a key looks like: `dsk_<id>_<secret>`. The prefix lets scanners find keys that were published by mistake. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 16 hexadecimal digits that name the key, and 256 random bits in base64url. */
const KEY = /^dsk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
const SECRET_BYTES = 32;

export interface KeyParts {
  readonly key_id: string;
  readonly secret: string;
}

export function createKeyId(): string {
  return randomBytes(8).toString('hex');
}

export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** The key as it is shown, once. */
export function formatKey({ key_id, secret }: KeyParts): string {
  return `dsk_${key_id}_${secret}`;
}

/** Undefined for what is no key. Ids are lower case: one that differs in case is another one. */
export function parseKey(text: string): KeyParts | undefined {
  const [, key_id, secret] = KEY.exec(text) ?? [];
  return key_id !== undefined && secret !== undefined ? { key_id, secret } : undefined;
}

/** What is stored of a secret: its SHA-256 in hex. It is random, so that no slow hash is needed to protect it. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Compares hashes, in a time that does not tell how much of them is equal. */
export function isSameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
