import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { UsageError } from './errors.js';
import { DEFAULT_PROFILE, readDefaultProfile, readProfile, unknownProfile } from './profiles/profile-files.js';
import { isSameServer, parseApiKey, parseServerUrl } from './server-address.js';

/** What the environment says about the server, and how it is reached. */
export interface Settings {
  /** Where the server is, without a slash at the end. */
  serverUrl?: string;
  apiKey?: string;
  /** The profile that is to be used. */
  profile?: string;
  /** How long a transfer may stand still, in milliseconds. */
  idleTimeoutMs: number;
  /** Files of at least this many bytes are pushed in a way that can go on after a cut. */
  resumableFromBytes: number;
  folders: LocalFolders;
}

/** How the server is reached. */
export interface Config extends Omit<Settings, 'profile'> {
  serverUrl: string;
  /** The profile that the server or the key is of, if any. */
  profile?: string;
  /** The profile that was asked for, where the environment names another server than it: its key is not sent there. */
  unusedProfile?: string;
}

/** Where the commands keep things. Only the profiles are more than what they may lose. */
export interface LocalFolders {
  /** Content that was pulled before. */
  cache: string;
  /** Which uploads are unfinished. */
  uploads: string;
  /** Servers and the keys for them. */
  profiles: string;
}

/** What the environment says about the person at the terminal. */
export interface TerminalPreferences {
  /** False with `NO_COLOR` (https://no-color.org) or on a terminal that knows no colours. */
  colour: boolean;
  /** The program of the login shell, with its path; empty where nobody said. */
  shell: string;
}

type Environment = Record<string, string | undefined>;

export const DEFAULT_SERVER_URL = 'http://127.0.0.1:8766';

/** Node's timers end here (2³¹ - 1 ms, almost 25 days). */
const LONGEST_TIMEOUT_SECONDS = 2_147_483;

/** Below this, a push that starts again loses little (64 MiB). */
const RESUMABLE_FROM_BYTES = 67_108_864;

/**
 * Reads how the server is reached: what the environment says, and what it leaves out from a profile. The key of a profile
 * is for that profile's server alone.
 * @param profileName The profile that the command line names.
 * @throws UsageError that names every variable with a wrong value, or the profiles that there are; and as `readProfile`
 */
export function readConfig(environment: Environment = process.env, profileName?: string): Config {
  const { profile: named, ...settings } = readSettings(environment);
  const asked = profileName ?? named;
  const { serverUrl, apiKey, folders } = settings;
  if (asked === undefined && serverUrl !== undefined && apiKey !== undefined) {
    return { ...settings, serverUrl };
  }
  const name = asked ?? DEFAULT_PROFILE;
  const profile = asked === undefined ? readDefaultProfile(folders.profiles) : readProfile(folders.profiles, asked);
  if (profile === undefined) {
    if (asked !== undefined) throw unknownProfile(folders.profiles, asked);
    return { ...settings, serverUrl: serverUrl ?? DEFAULT_SERVER_URL };
  }
  const { server_url, api_key } = profile;
  if (serverUrl !== undefined && !isSameServer(serverUrl, server_url)) {
    return { ...settings, serverUrl, ...(asked !== undefined && { unusedProfile: name }) };
  }
  return { ...settings, serverUrl: serverUrl ?? server_url, apiKey: apiKey ?? api_key, profile: name };
}

/**
 * Reads what the environment says about the server. A variable that is empty counts as not set.
 * @throws UsageError that names every variable with a wrong value.
 */
export function readSettings(environment: Environment = process.env): Settings {
  const mistakes: string[] = [];
  const check = <T>(name: string, parse: (text: string) => T | undefined, expected: string): T | undefined => {
    const text = environment[name] ?? '';
    const value = text === '' ? undefined : parse(text);
    if (text !== '' && value === undefined) {
      mistakes.push(`${name} must be ${expected}.`);
    }
    return value;
  };

  const serverUrl = check('DOCUMENT_SERVER_URL', parseServerUrl, 'an address like http://127.0.0.1:8766');
  const seconds = check('DOCUMENT_SERVER_TIMEOUT', parseSeconds, 'a number of seconds above 0, like 30');
  const apiKey = check('DOCUMENT_SERVER_API_KEY', parseApiKey, 'a key without blanks or special characters');
  const resumableFromBytes = check(
    'DOCUMENT_RESUMABLE_FROM_BYTES',
    parseBytes,
    'a whole number of bytes, like 67108864',
  );
  if (mistakes.length > 0) {
    throw new UsageError(mistakes.join(' '), 'Correct or unset what is wrong in the environment.');
  }
  const profile = environment['DOCUMENT_SERVER_PROFILE'] ?? '';
  return {
    ...(serverUrl === undefined ? {} : { serverUrl }),
    ...(profile === '' ? {} : { profile }),
    idleTimeoutMs: (seconds ?? 30) * 1000,
    ...(apiKey === undefined ? {} : { apiKey }),
    resumableFromBytes: resumableFromBytes ?? RESUMABLE_FROM_BYTES,
    folders: readFolders(environment),
  };
}

/** Reads where the commands keep things; there are no wrong values. */
export function readFolders(environment: Environment = process.env): LocalFolders {
  // https://specifications.freedesktop.org/basedir-spec: a relative path does not count.
  const base = (name: string, fallback: string): string => {
    const folder = environment[name] ?? '';
    return join(isAbsolute(folder) ? folder : join(homedir(), fallback), 'document-sync');
  };
  const cache = environment['DOCUMENT_CACHE_DIR'] ?? '';
  return {
    cache: cache === '' ? base('XDG_CACHE_HOME', '.cache') : resolve(cache),
    uploads: join(base('XDG_STATE_HOME', '.local/state'), 'uploads'),
    profiles: join(base('XDG_CONFIG_HOME', '.config'), 'profiles'),
  };
}

/** Reads what the environment says about the person at the terminal; there are no wrong values. */
export function readTerminalPreferences(environment: Environment = process.env): TerminalPreferences {
  return {
    colour: (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb',
    shell: environment['SHELL'] ?? '',
  };
}

function parseSeconds(text: string): number | undefined {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  return seconds > 0 && seconds <= LONGEST_TIMEOUT_SECONDS ? seconds : undefined;
}

function parseBytes(text: string): number | undefined {
  const bytes = /^\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
