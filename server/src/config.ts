/** Every setting, and the only place that reads the environment. */
import path from 'node:path';
import { accessSettings, DEFAULT_RATES } from './config/access-settings.js';
import { integer, oneOf, someText, type Setting } from './config/values.js';
import { isLoopbackName } from './kernel/loopback.js';

const DAY_SECONDS = 24 * 60 * 60;
/** A timer cannot wait for longer than 2^31 - 1 ms, which is a little more. */
const LONGEST_TIMER_SECONDS = 24 * DAY_SECONDS;

/** All settings there are. `docs/configuration.md` and `--help` are made of this table. */
const settings = {
  ...accessSettings,
  storageDir: {
    variable: 'DOCUMENT_STORAGE_DIR',
    meaning: 'Folder of the documents and their database; made if it is not there.',
    fallback: '.document-storage',
    read: (text) => path.resolve(someText(text)),
  },
  maxArchives: {
    variable: 'DOCUMENT_MAX_ARCHIVES',
    meaning: 'How many archives are sent at once; who asks for one more is told to come again.',
    fallback: '8',
    read: integer(1, 1000),
  },
  queueSeconds: {
    variable: 'DOCUMENT_QUEUE_SECONDS',
    meaning:
      'How long a search, a context pack, a comparison, a merge or an edit waits for its turn before its client is told ' +
      'to come again, in seconds.',
    fallback: '10',
    read: integer(1, 600),
  },
  maxFileBytes: {
    variable: 'DOCUMENT_MAX_FILE_BYTES',
    meaning: 'Largest file that is taken, in bytes.',
    fallback: String(1024 ** 3),
    read: integer(1, Number.MAX_SAFE_INTEGER),
  },
  headerTimeoutSeconds: {
    variable: 'DOCUMENT_HEADER_TIMEOUT_SECONDS',
    meaning: "How long a request's header may take to arrive, in seconds.",
    fallback: '10',
    read: integer(1, 3600),
  },
  idleTimeoutSeconds: {
    variable: 'DOCUMENT_IDLE_TIMEOUT_SECONDS',
    meaning: 'How long a transfer may make no progress, in seconds. A large one may take as long as it needs.',
    fallback: '30',
    read: integer(1, 3600),
  },
  shutdownSeconds: {
    variable: 'DOCUMENT_SHUTDOWN_SECONDS',
    meaning: 'How long a server that was told to stop lets running requests finish, in seconds.',
    fallback: '10',
    read: integer(0, 3600),
  },
  collectIntervalSeconds: {
    variable: 'DOCUMENT_COLLECT_INTERVAL_SECONDS',
    meaning: 'How often content that no document needs any more is looked for, in seconds; 0 for never.',
    fallback: '3600',
    read: integer(0, LONGEST_TIMER_SECONDS),
  },
  collectGraceSeconds: {
    variable: 'DOCUMENT_COLLECT_GRACE_SECONDS',
    meaning: 'How long such content, and what a killed server left of an upload, is left alone, in seconds.',
    fallback: '3600',
    read: integer(60, 30 * DAY_SECONDS),
  },
  uploadHours: {
    variable: 'DOCUMENT_UPLOAD_HOURS',
    meaning:
      'How long an upload in pieces may lie unfinished after its last piece, and how long a finished one is remembered, ' +
      'in hours.',
    fallback: '24',
    read: integer(1, 8760),
  },
  trashDays: {
    variable: 'DOCUMENT_TRASH_DAYS',
    meaning: 'How long a deleted document can be restored, in days; the collector purges it then.',
    fallback: '30',
    read: integer(0, 36_500),
  },
  keepVersions: {
    variable: 'DOCUMENT_KEEP_VERSIONS',
    meaning:
      'How many of the newest versions of each document the collector keeps; 0 sets no such limit. With ' +
      'DOCUMENT_KEEP_VERSION_DAYS set too, a version stays that either of the two keeps.',
    fallback: '0',
    read: integer(0, 1_000_000),
  },
  keepVersionDays: {
    variable: 'DOCUMENT_KEEP_VERSION_DAYS',
    meaning: 'For how many days the collector keeps old versions; 0 sets no such limit.',
    fallback: '0',
    read: integer(0, 36_500),
  },
  maxTextBytes: {
    variable: 'DOCUMENT_MAX_TEXT_BYTES',
    meaning: 'Largest content that is edited, merged, compared or read in parts, in bytes; it is held in memory then.',
    fallback: String(16 * 1024 ** 2),
    read: integer(1024, 256 * 1024 ** 2),
  },
  textTimeoutSeconds: {
    variable: 'DOCUMENT_TEXT_TIMEOUT_SECONDS',
    meaning: 'How long a comparison, a merge or an edit of one text may take, in seconds.',
    fallback: '10',
    read: integer(1, 600),
  },
  maxIndexedBytes: {
    variable: 'DOCUMENT_MAX_INDEXED_BYTES',
    meaning: 'How much of a text the search knows, in bytes from its beginning.',
    fallback: String(2 * 1024 ** 2),
    read: integer(1024, 64 * 1024 ** 2),
  },
  searchTimeoutSeconds: {
    variable: 'DOCUMENT_SEARCH_TIMEOUT_SECONDS',
    meaning: 'How long one search may take, in seconds.',
    fallback: '10',
    read: integer(1, 600),
  },
  extractTimeoutSeconds: {
    variable: 'DOCUMENT_EXTRACT_TIMEOUT_SECONDS',
    meaning: 'How long reading the text of one HTML, PDF or DOCX file may take, in seconds.',
    fallback: '20',
    read: integer(1, 600),
  },
  extractMemoryMib: {
    variable: 'DOCUMENT_EXTRACT_MEMORY_MIB',
    meaning: 'How much memory the process that reads HTML, PDF and DOCX files may take, in MiB.',
    fallback: '512',
    read: integer(128, 16_384),
  },
  logLevel: {
    variable: 'DOCUMENT_LOG_LEVEL',
    meaning:
      'What is logged, on stderr as lines of JSON: fatal, error, warn, info (every request), debug, trace or silent.',
    fallback: 'info',
    read: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  },
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof settings;

/** The server's settings, checked and frozen. Sizes in bytes, times in seconds. */
export type Config = { readonly [Name in keyof Settings]: ReturnType<Settings[Name]['read']> };

/** A setting as documentation shows it. */
export type SettingDescription = Pick<Setting<unknown>, 'variable' | 'meaning' | 'fallback'>;

/** The environment has wrong values; the message names every one of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}

/** What there is to set, for documentation. */
export function describeSettings(): SettingDescription[] {
  return Object.values(settings).map(({ variable, meaning, fallback }) => ({ variable, meaning, fallback }));
}

/**
 * Reads the settings. An empty variable counts as not set.
 *
 * @throws ConfigError that names every wrong variable at once
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const mistakes: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const given = environment[setting.variable];
    const text = given === undefined || given === '' ? setting.fallback : given;
    try {
      config[name] = setting.read(text);
    } catch (error) {
      mistakes.push(`${setting.variable} must be ${(error as Error).message}; it is "${text}".`);
    }
  }
  const { auth, host, allowAnonymous, collectGraceSeconds, idleTimeoutSeconds, tlsCert, tlsKey } =
    config as Partial<Config>;
  if (collectGraceSeconds !== undefined && idleTimeoutSeconds && collectGraceSeconds < 2 * idleTimeoutSeconds) {
    mistakes.push(
      'DOCUMENT_COLLECT_GRACE_SECONDS must be at least twice DOCUMENT_IDLE_TIMEOUT_SECONDS ' +
        `(${2 * idleTimeoutSeconds}), or the collector would take away what is still arriving.`,
    );
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    mistakes.push('DOCUMENT_TLS_CERT and DOCUMENT_TLS_KEY belong together: set both for HTTPS, or neither.');
  }
  if (host !== undefined && !isLoopbackAddress(host) && auth === 'none' && allowAnonymous !== true) {
    mistakes.push(
      `DOCUMENT_SERVER_HOST is ${host}, which other machines can reach, and this server asks for no keys. ` +
        'Use 127.0.0.1, or have it ask for keys (DOCUMENT_SERVER_AUTH=keys), or set DOCUMENT_SERVER_ALLOW_ANONYMOUS=true ' +
        'if everyone who reaches it may read and write all.',
    );
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.freeze(config) as Config;
}

/** Requests a minute of each limit: what is set, else what goes with the way the server is used; 0 for no limit. */
export function ratesOf({ auth, rateRead, rateWrite, rateSearch, rateAuthFailures }: Config): Rates {
  const fallback = auth === 'keys' ? DEFAULT_RATES : NO_RATES;
  return {
    read: rateRead ?? fallback.read,
    write: rateWrite ?? fallback.write,
    search: rateSearch ?? fallback.search,
    'auth-failures': rateAuthFailures ?? fallback['auth-failures'],
  };
}

type Rates = Readonly<Record<keyof typeof DEFAULT_RATES, number>>;
const NO_RATES: Rates = { read: 0, write: 0, search: 0, 'auth-failures': 0 };

/** Whether keys and documents travel where others may listen: other machines can reach it, and nothing encrypts. */
export function isOpenToListeners({ auth, host, tlsCert, trustProxy }: Config): boolean {
  const hasProxy = typeof trustProxy !== 'number' || trustProxy > 0;
  return auth === 'keys' && !isLoopbackAddress(host) && tlsCert === undefined && !hasProxy;
}

function isLoopbackAddress(host: string): boolean {
  return isLoopbackName(host) || host === '::1';
}
