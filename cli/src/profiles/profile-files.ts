import { closeSync, fstatSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KeyFileOpen, UsageError } from '../errors.js';
import { parseApiKey, parseServerUrl } from '../server-address.js';

/** A server, and the key for it. */
export interface Profile {
  /** Where the server is, without a slash at the end. */
  server_url: string;
  api_key: string;
}

/** What `doc login` makes unless it is told otherwise, and what every command uses then. */
export const DEFAULT_PROFILE = 'default';

/** In lower case: some file systems take names for the same that differ in case. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Who else may do anything with a file. Windows has no such bits. */
const OTHERS = process.platform === 'win32' ? 0 : 0o077;

/** @throws UsageError for what cannot be the name of a profile */
export function checkedProfileName(name: string): string {
  if (!NAME.test(name)) {
    throw new UsageError(
      `"${name}" cannot be the name of a profile.`,
      'Take lower-case letters, digits, ".", "_" and "-", at most 64.',
    );
  }
  return name;
}

/** The names of the profiles that there are. */
export function profileNames(folder: string): string[] {
  try {
    const files = readdirSync(folder);
    return files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [])).sort();
  } catch {
    return [];
  }
}

/**
 * Reads a profile.
 * @returns Undefined where there is none of this name.
 * @throws UsageError for a file that holds no profile; KeyFileOpen for one that others can read; the file system's errors
 */
export function readProfile(folder: string, name: string): Profile | undefined {
  const path = profilePath(folder, name);
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    if ((fstatSync(file).mode & OTHERS) !== 0) throw new KeyFileOpen(path);
    const profile = parsed(readFileSync(file, 'utf8'));
    if (profile !== undefined) return profile;
  } finally {
    closeSync(file);
  }
  throw new UsageError(`${path} holds no profile.`, `Make it again: \`doc login --profile ${name}\`.`);
}

/** As `readProfile`, for the profile that nobody has asked for: where nothing can be looked up, there is none. */
export function readDefaultProfile(folder: string): Profile | undefined {
  try {
    return readProfile(folder, DEFAULT_PROFILE);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    throw error;
  }
}

/** Removes a profile. @returns Whether it was there. @throws The file system's errors. */
export function removeProfile(folder: string, name: string): boolean {
  try {
    rmSync(profilePath(folder, name));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The error for a profile that somebody has asked for and that is not there. */
export function unknownProfile(folder: string, name: string): UsageError {
  const names = profileNames(folder);
  const known =
    names.length === 0 ? 'There are none.' : `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`;
  return new UsageError(`There is no profile ${name}. ${known}`, `Make it: \`doc login --profile ${name}\`.`);
}

/** Where a profile is. @throws UsageError for what cannot be its name */
export function profilePath(folder: string, name: string): string {
  return join(folder, `${checkedProfileName(name)}.json`);
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function parsed(text: string): Profile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { server_url, api_key } = value as Partial<Record<keyof Profile, unknown>>;
  const isSound = typeof server_url === 'string' && parseServerUrl(server_url) === server_url;
  return isSound && typeof api_key === 'string' && parseApiKey(api_key) !== undefined
    ? { server_url, api_key }
    : undefined;
}
