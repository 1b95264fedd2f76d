import { type Config, readConfig, readFolders, readSettings, readTerminalPreferences } from './config.js';
import type { CommandContext } from './context.js';
import { Interrupted } from './errors.js';
import { ExitCode } from './exit-code.js';
import { failureOf } from './failure.js';
import { requestedFormat } from './arguments.js';
import { type Format, Output } from './output/output.js';
import { type Program, runCommandLine } from './parser.js';

/** Runs a program with this process's command line and ends the process with its exit code. */
export async function run(program: Program): Promise<void> {
  const words = process.argv.slice(2);
  const preferences = readTerminalPreferences();
  const output = new Output({ stdout: process.stdout, stderr: process.stderr }, preferences.colour);
  const stop = new AbortController();
  endQuietlyWhenNobodyReads(output, words);
  abortOnSignal(stop);

  const context: CommandContext = {
    output,
    signal: stop.signal,
    // Opened only by who reads it.
    get stdin() {
      return process.stdin;
    },
    shell: preferences.shell,
    profile: undefined,
    settings: () => readSettings(),
    config: () => readConfig(undefined, context.profile),
    async client(cached = false) {
      const config = context.config();
      noteUnusedProfile(config, output, requestedFormat(words));
      const { createClient } = await import('./client.js');
      return createClient(config, cached ? await context.contentCache() : undefined);
    },
    contentCache: async () => (await import('@document-sync/sdk/cache')).openContentCache(readFolders().cache),
  };
  const exitCode = await exitCodeOf(program, words, context);
  process.stdout.write('', (error) => {
    // Not left to the event loop: a pipe on stdin that nobody reads any more would hold the process. What could not be
    // written is told by the stream's own event.
    if (!error) {
      process.exit(exitCode);
    }
  });
}

/** The environment goes before a profile, and who has asked for one may not know what it says. */
function noteUnusedProfile({ serverUrl, unusedProfile }: Config, output: Output, format: Format): void {
  if (unusedProfile === undefined) return;
  const message = `DOCUMENT_SERVER_URL names another server (${serverUrl}) than the profile ${unusedProfile}, whose key is not sent there.`;
  output.note(format, message, { unused_profile: unusedProfile });
}

async function exitCodeOf(program: Program, words: string[], context: CommandContext): Promise<ExitCode> {
  try {
    await runCommandLine(program, words, context);
    return ExitCode.ok;
  } catch (error) {
    const failure = await failureOf(error);
    if (failure.code !== 'reported') {
      context.output.failure(requestedFormat(words), failure);
    }
    return failure.exitCode;
  }
}

/** `doc query | head -1`: who reads has seen enough, and that is no error. */
function endQuietlyWhenNobodyReads(output: Output, words: readonly string[]): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      output.failure(requestedFormat(words), {
        exitCode: ExitCode.internal,
        code: 'stdout_error',
        message: `The output cannot be written: ${error.message}`,
        hints: [],
      });
    }
    process.exit(error.code === 'EPIPE' ? ExitCode.ok : ExitCode.internal);
  });
  process.stderr.on('error', () => undefined);
}

/** The first signal lets the command clean up; the second ends it at once. */
function abortOnSignal(stop: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) {
        process.exit(ExitCode.interrupted);
      }
      stop.abort(new Interrupted());
    });
  }
}
