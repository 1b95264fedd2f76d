import yargs, { type Argv } from 'yargs';
import type { CommandParser } from './arguments.js';
import { type CommandName, COMMANDS, isCommandName } from './commands/index.js';
import type { CommandContext } from './context.js';
import { ReportedFailure, UsageError } from './errors.js';
import { ExitCode } from './exit-code.js';
import { ENVIRONMENT_AND_EXIT_CODES, optionNames } from './help.js';
import { usageErrorOf } from './usage-error.js';
import { version } from './version.js';
import { resolvedWords } from './words.js';

/** The installed commands: `doc` has all subcommands, each of the others is one of them. */
export type Program = 'doc' | 'doc-push' | 'doc-pull' | 'doc-query';

const COMMAND_OF_PROGRAM = { 'doc-push': 'push', 'doc-pull': 'pull', 'doc-query': 'query' } as const;

/** Arguments that are text rather than a path or an id. */
const TEXT_ARGUMENTS: Partial<Record<CommandName, string>> = { append: 'text', search: 'words', context: 'words' };

/** Commands whose arguments are files, where one of them may be stdin. */
const COMMANDS_OF_FILES: readonly (CommandName | undefined)[] = ['push'];

const OPTIONS_THAT_REPEAT = new Set([
  ...['_', 'files', 'document_ids', 'words'],
  ...['tags', 'any-tags', 'not-tags', 'add-tags', 'remove-tags', 'include', 'exclude'],
  ...['scopes', 'limit-tags', 'limit-collections'],
]);

/**
 * Parses a program's command line and runs the command.
 * @param words What the person typed after the program's name.
 * @throws UsageError for what the parser does not know, and whatever the command throws
 */
export async function runCommandLine(
  program: Program,
  words: readonly string[],
  context: CommandContext,
): Promise<void> {
  const [first] = words;
  if (program !== 'doc') {
    await runAlone(program, COMMAND_OF_PROGRAM[program], words, context);
  } else if (isCommandName(first)) {
    // A parser with this command alone: yargs would lay out its help before it runs one of several, which takes longer
    // than the command itself.
    await runAlone(`doc ${first}`, first, words.slice(1), context);
  } else {
    await runAny(words, context);
  }
}

async function runAlone(
  call: string,
  name: CommandName,
  words: readonly string[],
  context: CommandContext,
): Promise<void> {
  if (words.length === 1 && words[0] === '--version') {
    // Some commands have an option of this name, with a value.
    context.output.lines([version]);
    return;
  }
  const add = await COMMANDS[name]();
  await add(commonParser(call, words, context), context, true).parseAsync(wordsFor(name, words));
}

/** Help, versions, completions, options before the command, and whatever is no command. */
async function runAny(words: readonly string[], context: CommandContext): Promise<void> {
  const parser = commonParser('doc', words, context)
    .usage('$0 <command>\n\nPush, find, read and change documents of a Document Sync server.')
    .demandCommand(1, 'No command given.')
    .epilogue(ENVIRONMENT_AND_EXIT_CODES);
  for (const load of Object.values(COMMANDS)) {
    (await load())(parser, context, false);
  }
  if (words.length === 0) {
    context.output.stderr.write(`${await parser.getHelp()}\n`);
    throw new ReportedFailure(ExitCode.usage);
  }
  // A word to complete may be just the dashes.
  const command = words.find(isCommandName);
  await parser.parseAsync(words[0] === '--get-yargs-completions' ? words : wordsFor(command, words));
}

function wordsFor(command: CommandName | undefined, words: readonly string[]): string[] {
  const textArgument = command === undefined ? undefined : TEXT_ARGUMENTS[command];
  return resolvedWords(words, textArgument, COMMANDS_OF_FILES.includes(command));
}

function commonParser(call: string, words: readonly string[], context: CommandContext): CommandParser {
  const parser: Argv = yargs();
  return (
    parser
      .scriptName(call)
      // Reading the language from the environment costs start-up time, and there are no other texts than English ones.
      .locale('en')
      .parserConfiguration({
        'boolean-negation': false,
        'camel-case-expansion': false,
        'dot-notation': false,
        'greedy-arrays': false,
        'parse-positional-numbers': false,
      })
      .option('format', {
        choices: ['table', 'json'] as const,
        default: 'table' as const,
        requiresArg: true,
        describe: 'For people or for programs',
      })
      .option('quiet', { type: 'boolean', default: false, describe: 'Print ids alone' })
      .option('profile', {
        type: 'string',
        requiresArg: true,
        describe: 'The server and key to use, as `doc login` has them',
      })
      .help()
      .alias('help', 'h')
      .version(version)
      .strict()
      .strictCommands()
      .check(refuseRepeated)
      .middleware(({ profile }) => {
        context.profile = profile;
      })
      .exitProcess(false)
      .fail((message: string | null, error: Error | undefined) => {
        // An error is what a command threw, but for the one class that yargs throws itself.
        throw error !== undefined && error.name !== 'YError'
          ? error
          : usageErrorOf(message ?? error?.message ?? '', { call, words, optionNames: optionNames(parser) });
      })
  );
}

/** yargs makes a list of an option that is given twice. */
function refuseRepeated(args: Record<string, unknown>): true {
  const repeated = Object.keys(args).find((name) => Array.isArray(args[name]) && !OPTIONS_THAT_REPEAT.has(name));
  if (repeated !== undefined) {
    throw new UsageError(`--${repeated} is given more than once.`);
  }
  return true;
}
