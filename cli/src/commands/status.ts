import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { field } from '../output/documents.js';
import { formatDuration } from '../output/duration.js';
import { noteClearText } from '../profiles/clear-text-note.js';

/** `doc status`. */
export function addStatus(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('status', alone);
  return parser.command(
    name,
    'Tell whether the server can be reached, its version and how fast it answers',
    (options) =>
      withHelp(
        options,
        ['For people', call],
        ['Only the exit code: 0 when the server works', `${call} --quiet && doc push report.md`],
      ),
    (args) => status(context, args),
  );
}

async function status(context: CommandContext, args: CommonArguments): Promise<void> {
  const { profile, apiKey, serverUrl } = context.config();
  if (apiKey !== undefined) noteClearText(context, args.format, serverUrl);
  const client = await context.client();
  // The first request of a process also loads what requests need, and that is not the server's time.
  await client.health({ signal: context.signal });
  const startedAt = performance.now();
  const health = await client.health({ signal: context.signal });
  const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10;
  context.output.result(args, {
    ids: [],
    json: {
      url: client.baseUrl,
      ...(profile !== undefined && { profile }),
      reachable: true,
      ...health,
      latency_ms: latencyMs,
    },
    lines: [
      field('Server', client.baseUrl),
      ...(profile === undefined ? [] : [field('Profile', profile)]),
      field('Status', health.status),
      field('Version', health.version),
      field('Uptime', formatDuration(health.uptime_seconds)),
      field('Latency', `${latencyMs} ms`),
    ],
  });
}
