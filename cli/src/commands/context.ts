import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { wordsOf } from '../query-words.js';
import { type FilterArguments, filterOptions, selectionOf } from '../filter-options.js';
import { withHelp } from '../help.js';

interface ContextArguments extends CommonArguments, FilterArguments {
  words: string[] | string | undefined;
  'max-tokens': number;
}

const MAXIMUM_TOKENS = 200_000;
const MINIMUM_TOKENS = 50;

/** `doc context <question>`. */
export function addContext(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('context', alone);
  return parser.command(
    `${name} [words..]`,
    'Read what the documents say about a question, within a budget',
    (options) =>
      withHelp(
        filterOptions(
          options.positional('words', { type: 'string', array: true, describe: 'The question' }).option('max-tokens', {
            type: 'number',
            requiresArg: true,
            default: 4000,
            describe: 'How many tokens the answer may have at the most',
          }),
        ),
        ['The sections that answer, each with where it stands', `${call} "what did we decide about retries?"`],
        ['A small budget, among some documents', `${call} "retry policy" --max-tokens 1000 --tags design`],
        ['For programs', `${call} "retry policy" --format json`],
      ),
    (args) => readContext(context, args),
  );
}

async function readContext(context: CommandContext, args: ContextArguments): Promise<void> {
  const { 'max-tokens': maxTokens } = args;
  if (!(Number.isInteger(maxTokens) && maxTokens >= MINIMUM_TOKENS && maxTokens <= MAXIMUM_TOKENS)) {
    throw new UsageError(`--max-tokens must be a whole number from ${MINIMUM_TOKENS} to ${MAXIMUM_TOKENS}.`);
  }
  const question = wordsOf(args.words);
  const options = { ...selectionOf(args), maxTokens, signal: context.signal };
  const client = await context.client();
  if (args.format === 'json' || args.quiet) {
    const found = await client.context(question, options);
    const ids = [...new Set(found.passages.map(({ document_id }) => document_id))];
    context.output.result(args, { ids, json: found, lines: [] });
    return;
  }
  context.output.text(await client.contextMarkdown(question, options));
}
