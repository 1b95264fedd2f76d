/**
 * The collection that relevance is measured on: what the packages of the lockfile say of themselves. The same wherever
 * they are installed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A README, and what its package's metadata says of it. */
export interface Readme {
  /** The package's. */
  readonly name: string;
  readonly text: string;
  /** One sentence, which is not in the text; empty where there is none. */
  readonly description: string;
}

interface LockedPackage {
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly os?: unknown;
  readonly cpu?: unknown;
}

const ROOT = path.resolve(import.meta.dirname, '../../../..');
/** Shorter ones say no more than where to look. */
const MIN_LENGTH = 1000;
/** In UTF-16 units. What is longer is cut: one document that has every word answers nothing. */
const MAX_LENGTH = 30_000;

/** All READMEs of packages that every platform installs, by their names. */
export function readReadmes(): Readme[] {
  const lockfile = readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lockfile) as { packages: Record<string, LockedPackage> };
  return Object.entries(packages)
    .filter(([folder, locked]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(folder) && isEverywhere(locked))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([folder]) => readReadme(path.join(ROOT, folder), folder.slice('node_modules/'.length)))
    .filter(({ text }) => text.length >= MIN_LENGTH);
}

function isEverywhere({ link, optional, os, cpu }: LockedPackage): boolean {
  return link !== true && optional !== true && os === undefined && cpu === undefined;
}

function readReadme(folder: string, name: string): Readme[] {
  const file = existsSync(folder)
    ? readdirSync(folder).find((entry) => /^readme\.(md|markdown)$/i.test(entry))
    : undefined;
  if (file === undefined) return [];
  const { description = '' } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    description?: string;
  };
  const text = readFileSync(path.join(folder, file), 'utf8').slice(0, MAX_LENGTH);
  return [{ name, text: without(text, description.replace(/\.$/, '')), description }];
}

function without(text: string, sentence: string): string {
  return sentence === '' ? text : text.replaceAll(sentence, '');
}
