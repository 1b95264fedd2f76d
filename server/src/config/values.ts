/** How the text of a setting is read. */
import { isIP } from 'node:net';
import path from 'node:path';

/** One setting: its variable, what it means, its default as one would write it, and how it is read. */
export interface Setting<T> {
  readonly variable: string;
  readonly meaning: string;
  readonly fallback: string;
  /** @throws Error whose message continues "DOCUMENT_X must be …" */
  read(text: string): T;
}

export function integer(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new Error(`a whole number from ${minimum} to ${maximum}`);
  };
}

export function oneOf<const T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    throw new Error(`one of ${words.join(', ')}`);
  };
}

export function someText(text: string): string {
  if (text.trim() !== '') return text;
  throw new Error('not empty');
}

export const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** @throws Error when there is something that no browser would send as `Origin` */
export function origins(text: string): readonly string[] {
  const all = list(text);
  if (all.every(isOrigin)) return all;
  throw new Error('origins as browsers send them, like https://docs.example, separated by commas');
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** How many proxies are trusted, or which. */
export function proxies(text: string): number | readonly string[] {
  if (/^\d$/.test(text)) return Number(text);
  const all = list(text);
  if (all.length > 0 && all.every(isNetwork)) return all;
  throw new Error('the number of proxies (0 to 9), or their addresses or networks, separated by commas');
}

function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...more] = text.split('/');
  const highest = isIP(address) === 6 ? 128 : 32;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= highest);
  return isIP(address) > 0 && more.length === 0 && fits;
}

/** A path, or undefined where none is set. */
export function optionalPath(text: string): string | undefined {
  return text === '' ? undefined : path.resolve(text);
}
