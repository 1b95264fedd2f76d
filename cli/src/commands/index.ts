import type { CommandParser } from '../arguments.js';
import type { CommandContext } from '../context.js';

/**
 * Adds a command to a parser.
 * @param alone As the only command of its parser, which then bears the command's name itself (`doc-push`, `doc push`).
 */
export type AddCommand = (parser: CommandParser, context: CommandContext, alone: boolean) => CommandParser;

/** Every command, in the order of the help. Only what is asked for is loaded. */
export const COMMANDS = {
  push: async () => (await import('./push.js')).addPush,
  pull: async () => (await import('./pull.js')).addPull,
  query: async () => (await import('./query.js')).addQuery,
  info: async () => (await import('./info.js')).addInfo,
  edit: async () => (await import('./edit.js')).addEdit,
  rm: async () => (await import('./rm.js')).addRm,
  status: async () => (await import('./status.js')).addStatus,
  completion: async () => (await import('./completion.js')).addCompletion,
} satisfies Record<string, () => Promise<AddCommand>>;

export type CommandName = keyof typeof COMMANDS;

export function isCommandName(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word);
}
