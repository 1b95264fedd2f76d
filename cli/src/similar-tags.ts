import type { DocumentClient } from '@document-sync/sdk';
import type { CommonArguments } from './arguments.js';
import type { CommandContext } from './context.js';

/** More suggestions help nobody. */
const SUGGESTED = 5;

/** Where nothing was found with tags that nobody uses: says which tags look like them. */
export async function suggestTags(
  context: CommandContext,
  args: CommonArguments,
  client: DocumentClient,
  tags: readonly string[],
): Promise<void> {
  for (const tag of tags) {
    const { tags: similar } = await client.tags({ similarTo: tag, limit: SUGGESTED, signal: context.signal });
    const names = similar.map((one) => one.tag);
    if (names.length > 0 && !names.includes(tag)) {
      context.output.note(args.format, `No document has the tag "${tag}". Similar: ${names.join(', ')}.`, {
        tag,
        similar_tags: names,
      });
    }
  }
}
