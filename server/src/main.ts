#!/usr/bin/env node
/** The process: config → compose → listen → signals → close. */
import { destination, pino, type Logger } from 'pino';
import { ADMIN_HELP, readAdminCommand, type AdminCommand } from './admin/index.js';
import { compose, openAdministration, rebuildSearchIndex } from './compose.js';
import { ConfigError, describeSettings, isOpenToListeners, readConfig, type Config } from './config.js';
import { listen } from './http/listener.js';
import { readTlsIdentity } from './http/tls.js';
import { concealSecrets } from './kernel/conceal.js';

const STDERR = 2;

/** Serves until a signal arrives; resolves when everything is closed. */
async function serve(config: Config, logger: Logger): Promise<void> {
  // Before anybody can know that we are there: a signal must never meet the default, which ends the process at once.
  const signalled = firstSignal();
  const { tlsCert, tlsKey } = config;
  const tls = tlsCert !== undefined && tlsKey !== undefined ? await readTlsIdentity(tlsCert, tlsKey) : undefined;
  const { app, version, startBackground, close } = await compose(config, { logger });
  const listener = await listen(app, {
    host: config.host,
    port: config.port,
    headerMs: config.headerTimeoutSeconds * 1000,
    idleMs: config.idleTimeoutSeconds * 1000,
    tls,
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const { storageDir, shutdownSeconds } = config;
  const stopBackground = startBackground();
  logger.info({ url: listener.url, storage_dir: storageDir, version }, 'listening');
  process.stdout.write(`Document Sync ${version} serves ${listener.url} (documents in ${storageDir})\n`);

  if (isOpenToListeners(config)) {
    logger.warn(
      'Keys and documents travel unencrypted: other machines reach this address, without TLS. Set DOCUMENT_TLS_CERT and ' +
        'DOCUMENT_TLS_KEY, or DOCUMENT_TRUST_PROXY behind a proxy that speaks TLS.',
    );
  }

  const signal = await signalled;
  logger.info({ signal }, 'stopping');
  await stopBackground();
  await listener.close(shutdownSeconds * 1000);
  await close();
  logger.info('stopped');
}

/** Resolves to the first signal that asks the process to end; a second one ends it at once. */
function firstSignal(): Promise<NodeJS.Signals> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  return new Promise((resolve) => {
    const receive = (signal: NodeJS.Signals): void => {
      for (const each of signals) process.off(each, receive);
      resolve(signal);
    };
    for (const each of signals) process.on(each, receive);
  });
}

/** What went wrong at the start, and what to do, for the person at the terminal. */
function explainFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return `${message}\nAnother program listens there, perhaps a server that is running already. Stop it, or set DOCUMENT_SERVER_PORT.`;
  }
  return message;
}

function help(): string {
  const lines = describeSettings().map(
    ({ variable, meaning, fallback }) => `  ${variable} (default: ${fallback || 'none'})\n      ${meaning}`,
  );
  return [
    'document-server: the Document Sync server',
    '',
    'document-server                      serve',
    'document-server reindex [--compare]  rebuild the index of the search, also beside a server that is running;',
    '                                     one that was ended goes on where it was; --compare says whether the',
    '                                     rebuilt index differs from the one before',
    '',
    'On the machine of the server, also beside one that is running:',
    '',
    ADMIN_HELP,
    '',
    'Settings are environment variables:',
    '',
    ...lines,
    '',
  ].join('\n');
}

/** Rebuilds the index of the search; what it does stands on stderr, what came of it on stdout. */
async function reindex(config: Config, compare: boolean): Promise<void> {
  const stopping = new AbortController();
  void firstSignal().then((signal) => {
    stopping.abort(signal);
  });
  const result = await rebuildSearchIndex(config, {
    compare,
    signal: stopping.signal,
    onProgress: ({ tenant_id, documents }) => {
      if (documents % PROGRESS_STEP < 64) process.stderr.write(`${documents} documents (${tenant_id})\n`);
    },
  });
  if (stopping.signal.aborted) throw new Error('Stopped. Run it again to go on.');
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

const PROGRESS_STEP = 10_000;

/** Does what the operator asks for; the result stands on stdout, what is to be known about it on stderr. */
async function administer(config: Config, command: AdminCommand): Promise<void> {
  const administration = await openAdministration(config);
  try {
    const { result, note } = await command(administration);
    process.stdout.write(`${result}\n`);
    if (note !== undefined) process.stderr.write(`${note} (${config.storageDir})\n`);
  } finally {
    await administration.close();
  }
}

/** What the arguments ask for. */
function readArguments(args: readonly string[]): (config: Config, logger: Logger) => Promise<void> {
  const [command, ...rest] = args;
  if (command === undefined) return serve;
  const administrative = readAdminCommand(args);
  if (administrative) return (config) => administer(config, administrative);
  if (command === 'reindex' && rest.every((argument) => argument === '--compare')) {
    return (config) => reindex(config, rest.length > 0);
  }
  throw new ConfigError([`document-server does not know "${args.join(' ')}"; see document-server --help.`]);
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help());
    return;
  }
  // Written at once only at the end: a line a request, each with a system call of its own, would cost more than the requests.
  const log = destination({ fd: STDERR, sync: false, minLength: 4096 });
  const flushing = setInterval(() => {
    log.flush();
  }, 1000);
  flushing.unref();
  try {
    const run = readArguments(process.argv.slice(2));
    const config = readConfig();
    await run(config, pino({ level: config.logLevel, hooks: { streamWrite: concealSecrets } }, log));
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exitCode = 1;
  } finally {
    clearInterval(flushing);
    log.flushSync();
  }
}

await main();
