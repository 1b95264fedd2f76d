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
  search: async () => (await import('./search.js')).addSearch,
  context: async () => (await import('./context.js')).addContext,
  tags: async () => (await import('./tags.js')).addTags,
  sync: async () => (await import('./sync.js')).addSync,
  watch: async () => (await import('./watch.js')).addWatch,
  info: async () => (await import('./info.js')).addInfo,
  cat: async () => (await import('./cat.js')).addCat,
  outline: async () => (await import('./outline.js')).addOutline,
  update: async () => (await import('./update.js')).addUpdate,
  edit: async () => (await import('./edit.js')).addEdit,
  append: async () => (await import('./append.js')).addAppend,
  versions: async () => (await import('./versions.js')).addVersions,
  diff: async () => (await import('./diff.js')).addDiff,
  rollback: async () => (await import('./rollback.js')).addRollback,
  rm: async () => (await import('./rm.js')).addRm,
  restore: async () => (await import('./restore.js')).addRestore,
  trash: async () => (await import('./trash.js')).addTrash,
  collection: async () => (await import('./collection.js')).addCollection,
  share: async () => (await import('./share.js')).addShare,
  login: async () => (await import('./login.js')).addLogin,
  logout: async () => (await import('./logout.js')).addLogout,
  whoami: async () => (await import('./whoami.js')).addWhoami,
  keys: async () => (await import('./keys.js')).addKeys,
  cache: async () => (await import('./cache.js')).addCache,
  status: async () => (await import('./status.js')).addStatus,
  completion: async () => (await import('./completion.js')).addCompletion,
} satisfies Record<string, () => Promise<AddCommand>>;

export type CommandName = keyof typeof COMMANDS;

/** Whether a word of a command line is the name of a command. */
export function isCommandName(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word);
}
