import type { CommandContext } from '../context.js';
import type { Format } from '../output/output.js';
import { isOpenToReaders } from '../server-address.js';

/** Warns where a key goes over the network for everybody to read. */
export function noteClearText(context: CommandContext, format: Format, serverUrl: string): void {
  if (!isOpenToReaders(serverUrl)) return;
  const message = `${serverUrl} is not encrypted: everybody on the way to it can read the key. Use an address with https://.`;
  context.output.note(format, message, { warning: 'clear_text' });
}
