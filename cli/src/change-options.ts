import type { Argv } from 'yargs';

/** Adds what is said about a change. */
export function messageOption<Arguments>(options: Argv<Arguments>): Argv<Arguments & { message: string | undefined }> {
  return options.option('message', { type: 'string', requiresArg: true, describe: 'What changed and why' });
}

/** Adds the choice to have the server bring changes together. */
export function mergeOption<Arguments>(options: Argv<Arguments>): Argv<Arguments & { merge: boolean }> {
  return options.option('merge', {
    type: 'boolean',
    default: false,
    describe: 'Where somebody else was faster, let the server bring both changes together',
  });
}
