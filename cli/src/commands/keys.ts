import type { CommandParser } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { addCreate } from '../keys/create.js';
import { addList } from '../keys/list.js';
import { addRevoke } from '../keys/revoke.js';
import { addRotate } from '../keys/rotate.js';

/** `doc keys create|list|revoke|rotate`. */
export function addKeys(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const call = alone ? '$0' : '$0 keys';
  const add = (options: CommandParser): CommandParser => {
    addCreate(options, context, `${call} create`);
    addList(options, context, `${call} list`);
    addRotate(options, context, `${call} rotate`);
    addRevoke(options, context, `${call} revoke`);
    return withHelp(
      options.demandCommand(1, 'Say what to do with keys: create, list, rotate or revoke'),
      ['The keys that there are', `${call} list`],
      ['A key for reading alone', `${call} create --name reader --scopes documents:read`],
    );
  };
  return alone ? add(parser) : parser.command('keys', 'Make, list, rotate and revoke API keys', add);
}
