import type { CommandParser } from '../arguments.js';
import { addCreate } from '../collections/create.js';
import { addAdd, addRemove } from '../collections/documents.js';
import { addGrant, addGrants, addRevoke } from '../collections/grants.js';
import { addList } from '../collections/list.js';
import { addRm } from '../collections/rm.js';
import { addShow } from '../collections/show.js';
import { addUpdate } from '../collections/update.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';

const ACTIONS = {
  create: addCreate,
  list: addList,
  show: addShow,
  update: addUpdate,
  rm: addRm,
  add: addAdd,
  remove: addRemove,
  grants: addGrants,
  grant: addGrant,
  revoke: addRevoke,
};

/** `doc collection create|list|…`. */
export function addCollection(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const call = alone ? '$0' : '$0 collection';
  const add = (options: CommandParser): CommandParser => {
    for (const [action, addAction] of Object.entries(ACTIONS)) addAction(options, context, `${call} ${action}`);
    return withHelp(
      options.demandCommand(1, `Say what to do with collections: ${Object.keys(ACTIONS).join(', ')}`),
      ['Make one, and keep its id', `id=$(${call} create Decisions --quiet)`],
      ['Put documents into it', `${call} add col_0123456789ab doc_0123456789ab`],
      ['Let everyone in the tenant read them', `${call} grant col_0123456789ab everyone viewer`],
    );
  };
  return alone
    ? add(parser)
    : parser.command('collection', 'Make and fill collections, and grant others what they may do there', add);
}
