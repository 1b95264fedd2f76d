import { isIP } from 'node:net';
import type { Request } from 'express';

/**
 * Where a request comes from: the other end of the connection, or what trusted proxies say in `X-Forwarded-For`
 * (`DOCUMENT_TRUST_PROXY`, Express' `trust proxy`).
 */
export function clientAddress(req: Request): string {
  const { remoteAddress = '' } = req.socket;
  if (req.app.get('trust proxy') === false) return remoteAddress;
  // A header may hold anything.
  const { ip = '' } = req;
  return isIP(ip) > 0 ? ip : remoteAddress;
}

/**
 * The address as limits count it. Whoever has one IPv6 address has the 2^64 of its network, and IPv4 may come in either
 * form.
 */
export function countedAddress(address: string): string {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (ipv4 !== undefined) return ipv4;
  return isIP(address) === 6 ? `${network(address)}/64` : address;
}

/** The first four groups of an IPv6 address, written out. */
function network(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = Math.max(0, 8 - before.length - after.length);
  const groups = tail === undefined ? before : [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
