/** How a change is asked for, so that the ledger is right at every moment. */
import assert from 'node:assert/strict';
import type { Entry, State } from './ledger.js';

/**
 * Asks for a change that makes the document what `next` says. Until that is answered the ledger has it both ways; it
 * stays so when no answer comes.
 */
export async function ask<T>(entry: Entry, next: State, request: (document_id: string) => Promise<T>): Promise<T> {
  entry.asked = next;
  const answer = await request(idOf(entry));
  entry.state = next;
  entry.asked = undefined;
  return answer;
}

export function idOf({ document_id, key }: Entry): string {
  return document_id ?? assert.fail(`${key} has no id`);
}
