import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { type DocumentSetArguments, documentSetOptions, wantedDocuments } from '../document-set-option.js';
import { ReportedFailure, UsageError } from '../errors.js';
import { withHelp } from '../help.js';
import { toJson } from '../output/json.js';
import type { Done, WatchListener } from '../sync/index.js';

interface WatchArguments extends CommonArguments, DocumentSetArguments {
  dir: string;
  interval: string;
  delete: boolean;
}

const JOBS = 4;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const SHORTEST_MS = 1_000;
const LONGEST_MS = 24 * 3_600_000;

/** What the one line above it leaves out. */
const WHAT_IT_DOES = `As \`doc sync\`, until Ctrl-C ends it (exit code 0). What goes wrong is told once
and tried again.`;

/** `doc watch [dir]`. */
export function addWatch(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('watch', alone);
  return parser.command(
    `${name} [dir]`,
    'Sync a folder now, and whenever something changes',
    (options) =>
      withHelp(
        documentSetOptions(options.usage(`\n${WHAT_IT_DOES}`))
          .positional('dir', { type: 'string', default: '.', describe: 'The folder' })
          .option('interval', {
            type: 'string',
            requiresArg: true,
            default: '30s',
            describe: 'How often to ask the server for changes: 10s, 5m, 1h',
          })
          .option('delete', { type: 'boolean', default: false, describe: 'Carry deletions to the other side, too' }),
        ['Keep the folder in step while other commands work in it', `${call} . --tag design & sleep 2; kill $!`],
      ),
    (args) => watch(context, args),
  );
}

async function watch(context: CommandContext, args: WatchArguments): Promise<void> {
  const intervalMs = duration(args.interval);
  const documents = wantedDocuments(args);
  const { failureOfSync, watchFolder } = await import('../sync/index.js');
  const { signal } = context;
  try {
    await watchFolder(
      {
        client: await context.client(true),
        root: args.dir,
        documents,
        cacheFolder: context.config().folders.cache,
        options: { delete: args.delete, direction: 'both' },
        jobs: JOBS,
        signal,
        intervalMs,
      },
      await listener(context, args),
    );
  } catch (error) {
    const failure = await failureOfSync(error);
    context.output.failure(args.format, failure);
    throw new ReportedFailure(failure.exitCode);
  }
}

/** @returns milliseconds; @throws UsageError */
function duration(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? NaN);
  if (!(milliseconds >= SHORTEST_MS && milliseconds <= LONGEST_MS)) {
    throw new UsageError(`--interval must be a time like 10s, 5m or 1h, up to 24h, not "${text}".`);
  }
  return milliseconds;
}

async function listener({ output }: CommandContext, { format, quiet }: WatchArguments): Promise<WatchListener> {
  const { counted, doneLine } = await import('../sync/index.js');
  return {
    done(step) {
      const line = doneLine(step);
      if (line === undefined) return;
      output.lines(quiet ? idsOf(step) : [format === 'json' ? toJson(step) : line]);
    },
    left(line) {
      output.note(format, `Left alone: ${line}`);
    },
    failed(failure) {
      output.failure(format, failure);
    },
    inStep(documents) {
      if (!quiet) output.note(format, `In step: ${counted(documents, 'document')}. Watching.`, { in_step: documents });
    },
  };
}

function idsOf({ action, document_id }: Done): string[] {
  const id = 'document_id' in action ? action.document_id : document_id;
  return id === undefined ? [] : [id];
}
