import type { LockEntry } from './lock-file.js';
import type { LocalFile, RemoteDocument } from './plan-types.js';
import type { Steps } from './plan-steps.js';

/** A file and a document that belong together. */
export interface Pair {
  /** What both were last; without it, nobody knows. */
  entry?: LockEntry;
  /** The path in the lock now. */
  from?: string;
  /** Where the file is now. */
  at: string;
  file: LocalFile;
  document: RemoteDocument;
  /** Where the file will be when its content is looked after; both sides agree on it. */
  path: string;
  /** Whether the entry is about this document, so that the server may know the version. */
  hasBase: boolean;
}

/** Plans what brings the contents of a file and its document together. */
export function planContent(steps: Steps, pair: Pair): void {
  const { entry, file, document, path } = pair;
  const { document_id, version } = document;
  const common = { path, document_id };
  if (file.sha256 === document.sha256) {
    adoptWhereTheLockDiffers(steps, pair);
  } else if (entry?.sha256 === file.sha256) {
    const { sha256, size } = document;
    steps.add({ do: 'pull', ...common, version, sha256, size, replaces: file.sha256, reason: 'changed there' });
  } else if (entry?.sha256 === document.sha256) {
    const { sha256, size } = file;
    steps.add({ do: 'push_version', ...common, sha256, size, replaces: document.sha256, reason: 'changed here' });
  } else {
    steps.add({
      do: 'merge',
      ...common,
      sha256: file.sha256,
      size: file.size,
      ...(pair.hasBase && entry !== undefined && { base: entry.sha256 }),
      remote_version: version,
      remote_sha256: document.sha256,
      remote_size: document.size,
      reason: entry === undefined ? 'different on both sides, and the lock knows neither' : 'changed on both sides',
    });
  }
}

function adoptWhereTheLockDiffers(steps: Steps, { entry, from, file, document, path, hasBase }: Pair): void {
  const { document_id, version } = document;
  const { sha256 } = file;
  const isKnown = hasBase && from === path && entry?.sha256 === sha256 && entry.version === version;
  if (isKnown) return;
  const reason = entry === undefined ? 'equal on both sides' : 'the same change on both sides';
  steps.add({ do: 'adopt', path, document_id, version, sha256, reason });
}
