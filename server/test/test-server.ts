/** A real server for tests: the composed application on a storage folder of its own, behind the real listener. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { compose, type ComposeOptions } from '../src/compose.js';
import { readConfig, type Config } from '../src/config.js';
import { listen } from '../src/http/listener.js';
import { ExchangeAudit } from './exchange-audit.js';
import { eventually } from './eventually.js';

export interface TestServerOptions {
  /** Settings that differ from the defaults; times may be fractions of a second. */
  readonly config?: Partial<Config>;
  readonly clock?: ComposeOptions['clock'];
  /** Whether the collector runs too, at the interval of the settings. */
  readonly background?: boolean;
  /** Statuses of the 5xx kind that the test provokes itself; any other is a failure of the test. */
  readonly expectedFailures?: readonly number[];
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly storageDir: string;
  /** Which answers of which operations it has given, see `ExchangeAudit`. */
  readonly met: ReadonlySet<string>;
  /** Names of the files that lie in the staging area now. */
  stagedFiles(): Promise<string[]>;
  /** Digests of the stored blobs. */
  storedBlobs(): Promise<string[]>;
  /** Resolves as soon as nothing is staged; fails when that does not come about. */
  untilNothingIsStaged(): Promise<void>;
  /**
   * Stops the server and removes its folder. Fails when any of its answers broke the contract, or something is left in
   * the staging area.
   */
  close(): Promise<void>;
}

/** Answers are checked against the contract twice: by the server's own validator, and from outside by the audit. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const storageDir = await mkdtemp(path.join(tmpdir(), 'document-server-test-'));
  const config: Config = { ...readConfig({ DOCUMENT_STORAGE_DIR: storageDir }), port: 0, ...options.config };
  const errors: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void errors.push(summary(line)) });
  const clock = options.clock && { clock: options.clock };
  const { app, startBackground, close } = await compose(config, { logger, checkAnswers: true, ...clock });
  const audit = new ExchangeAudit(options.expectedFailures ?? []);
  const observed: RequestListener = (request, response) => {
    audit.observe(request, response);
    app(request, response);
  };
  const listener = await listen(observed, {
    host: config.host,
    port: config.port,
    headerMs: config.headerTimeoutSeconds * 1000,
    idleMs: config.idleTimeoutSeconds * 1000,
  });

  const stopBackground = options.background ? startBackground() : () => Promise.resolve();

  const stagedFiles = async (): Promise<string[]> => {
    const directory = path.join(storageDir, '.staging');
    return existsSync(directory) ? readdir(directory) : [];
  };
  const untilNothingIsStaged = (): Promise<void> =>
    eventually(async () => {
      assert.deepEqual(await stagedFiles(), [], 'files are left in the staging area');
    });
  const check = async (): Promise<void> => {
    if (audit.mistakes.length > 0) {
      assert.fail(`answers that break the contract:\n${audit.mistakes.join('\n')}\nThe log:\n${errors.join('\n')}`);
    }
    await untilNothingIsStaged();
  };
  return {
    url: listener.url,
    port: Number(new URL(listener.url).port),
    storageDir,
    met: audit.met,
    stagedFiles,
    storedBlobs: () => storedBlobs(storageDir),
    untilNothingIsStaged,
    close: async () => {
      try {
        await check();
      } finally {
        // Each step whatever became of the one before: what stays open keeps the test run from ending.
        await listener
          .close(100)
          .finally(stopBackground)
          .finally(close)
          .finally(() => rm(storageDir, { recursive: true, force: true }));
      }
    },
  };
}

/** A line of the server's log as a failed test shows it. */
function summary(line: string): string {
  const { msg, err } = JSON.parse(line) as { msg?: string; err?: { stack?: string } };
  return [msg, ...(err?.stack ?? '').split('\n').slice(0, 4)].join('\n  ').slice(0, 1000);
}

async function storedBlobs(storageDir: string): Promise<string[]> {
  const tenant = path.join(storageDir, 'default');
  if (!existsSync(tenant)) return [];
  const entries = await readdir(tenant, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** The bytes of a blob, as they lie on the disk. */
export function readBlob(server: TestServer, checksum_sha256: string): Promise<Buffer> {
  return readFile(path.join(server.storageDir, 'default', checksum_sha256.slice(0, 2), checksum_sha256));
}

/** Removes the blobs of deleted documents, which would wait for the collector, so that a test can look for others. */
export function removeBlobs(server: TestServer): Promise<void> {
  return rm(path.join(server.storageDir, 'default'), { recursive: true, force: true });
}

/** How many descriptors this process has open on blobs of the server, as Linux tells. */
export async function openBlobs(server: TestServer): Promise<number> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(`${server.storageDir}/default/`)).length;
}
