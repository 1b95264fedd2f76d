import type { CallOptions, Connection } from './connection.js';
import type { BatchChange, BatchChangeResult } from './contract.js';

/** Changes, deletes and restores documents, all of them or none. */
export async function applyChanges(
  connection: Connection,
  operations: readonly BatchChange[],
  { signal }: CallOptions,
): Promise<BatchChangeResult[]> {
  const body = { operations: [...operations] };
  const { results } = await connection.json({ signal }, (fetch) => connection.api.POST('/batch', { body, fetch }));
  return results;
}
