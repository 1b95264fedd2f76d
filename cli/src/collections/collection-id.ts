import type { Argv } from 'yargs';
import { checkedCollection, type CommonArguments } from '../arguments.js';
import { UsageError } from '../errors.js';

const GRANTEE = /^(?:[0-9a-f]{16}|everyone)$/;

/** The arguments of a command about one collection. */
export interface OneCollection extends CommonArguments {
  collection_id: string;
}

/** The same with somebody whom something is granted. */
export interface GranteeArguments extends OneCollection {
  grantee: string;
}

/** Adds the argument that says which collection is meant. */
export function collectionIdArgument<Arguments>(options: Argv<Arguments>): Argv<Arguments & { collection_id: string }> {
  return options.positional('collection_id', {
    type: 'string',
    demandOption: true,
    describe: 'The id of the collection, as `doc collection list` shows it',
  });
}

/** Adds the argument that says to whom something is granted. */
export function granteeArgument<Arguments>(options: Argv<Arguments>): Argv<Arguments & { grantee: string }> {
  return options.positional('grantee', {
    type: 'string',
    demandOption: true,
    describe: 'The id of a key, or everyone in the tenant',
  });
}

/** @throws UsageError for ids that are none */
export function checkedGrantee({ collection_id, grantee }: GranteeArguments): { id: string; grantee: string } {
  const id = checkedCollection(collection_id);
  if (GRANTEE.test(grantee)) return { id, grantee };
  throw new UsageError(
    `"${grantee}": the id of a key is 16 hexadecimal digits.`,
    'Give the id of a key, or everyone for all keys of the tenant.',
  );
}
