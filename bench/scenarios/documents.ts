import type { ChildServer } from '../child-server.js';
import type { ContentKind } from '../contents.js';
import type { LoadJob, StoredContent } from '../load-jobs.js';
import { runSlice, type Slice } from '../slices.js';
import type { Workbench } from '../workbench.js';

/** The documents that a load works on; how many, and what is in them. */
export interface DocumentsPlan {
  readonly count: number;
  readonly sizeBytes: number;
  readonly content: ContentKind;
  /** Makes their contents differ from all others that the server gets: at most 24 ASCII characters. */
  readonly run: string;
}

/** Pushes documents, before the clock runs. */
export async function pushDocuments(
  bench: Workbench,
  server: ChildServer,
  { count, ...contents }: DocumentsPlan,
): Promise<readonly StoredContent[]> {
  const { stored } = await bench.generator.run({
    kind: 'push',
    port: server.port,
    connections: 1,
    until: { requests: count },
    verifyEvery: 1,
    ...contents,
  });
  return stored;
}

/**
 * A slice of a job that stores. Fails when what was answered with 201 does not come back byte for byte; that is looked at
 * on a sample, when the clock has stopped.
 */
export async function runStoring(bench: Workbench, server: ChildServer, job: LoadJob): Promise<Slice> {
  const slice = await runSlice(bench.generator, server, job);
  const { stored } = slice.result;
  await bench.generator.run({
    kind: 'pull',
    port: server.port,
    connections: 1,
    until: { requests: stored.length },
    documents: stored,
    verifyEvery: 1,
  });
  return slice;
}
