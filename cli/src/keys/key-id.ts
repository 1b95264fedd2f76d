import type { Argv } from 'yargs';
import { UsageError } from '../errors.js';

const KEY_ID = /^[0-9a-f]{16}$/;

/** Adds the argument that says which key is meant. */
export function keyIdArgument<Arguments>(options: Argv<Arguments>): Argv<Arguments & { key_id: string }> {
  return options.positional('key_id', {
    type: 'string',
    demandOption: true,
    describe: 'The id of the key, as `doc keys list` shows it',
  });
}

/** @throws UsageError for what is no id of a key, a whole key among it */
export function checkedKeyId(id: string): string {
  if (!KEY_ID.test(id)) {
    throw new UsageError(
      `"${id}": the id of a key is 16 hexadecimal digits.`,
      '`doc keys list` lists the keys with their ids.',
    );
  }
  return id;
}
