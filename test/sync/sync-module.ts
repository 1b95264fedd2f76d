import type * as SyncModule from '../../cli/dist/src/sync/index.js';

/** The built sync of the CLI, to be driven without a process for each run. */
export async function loadSync(): Promise<typeof SyncModule> {
  const url = new URL('../../../cli/dist/src/sync/index.js', import.meta.url);
  return (await import(url.href)) as typeof SyncModule;
}
