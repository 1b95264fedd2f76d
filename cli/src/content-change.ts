import type { DocumentClient, VersionChange } from '@document-sync/sdk';
import type { CommonArguments } from './arguments.js';
import { resolveBase } from './base.js';
import type { CommandContext } from './context.js';
import { type ChangeAttempt, ChangeFailed } from './errors.js';
import { contentUrl } from './output/documents.js';
import { changeLines } from './output/versions.js';

/** Sends a change; `ifMatch` names what it replaces. */
type SendChange = (client: DocumentClient, ifMatch: string) => Promise<VersionChange>;

/**
 * Changes a document's content and tells what became of it.
 * @throws ChangeFailed for whatever goes wrong
 */
export async function changeContent(
  context: CommandContext,
  args: CommonArguments,
  attempt: ChangeAttempt,
  send: SendChange,
): Promise<void> {
  const client = await context.client();
  let sent = false;
  try {
    const { ifMatch, document } = await resolveBase(client, attempt.documentId, attempt.base, context.signal);
    sent = true;
    const change = await send(client, ifMatch);
    context.output.result(args, {
      ids: [change.document_id],
      json: change,
      lines: changeLines(change, document.name, contentUrl(client.baseUrl, change.document_id)),
    });
  } catch (error) {
    context.signal.throwIfAborted();
    throw new ChangeFailed(attempt, sent, error);
  }
}
