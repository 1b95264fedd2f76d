import type { LockEntry } from './lock-file.js';
import { findMoves } from './moves.js';
import type { LocalFile, PlanInput, RemoteDocument } from './plan-types.js';

/** A path of the lock, and what has become of it. */
export interface Tracked {
  /** The path in the lock. */
  from: string;
  entry: LockEntry;
  /** Where the file is now, if it is. */
  at: string | undefined;
  file: LocalFile | undefined;
  /** The document, if it still belongs to the folder. */
  document: RemoteDocument | undefined;
}

/** Finds on both sides what the lock names, in the order of its paths: files by path or content, documents by their id. */
export function findTracked({ base, local, remote }: PlanInput): Tracked[] {
  const documents = new Map(remote.map((document) => [document.document_id, document]));
  const remoteName = (id: string): string | undefined => documents.get(id)?.name;
  const moves = findMoves(base, local.files, remoteName, local.whereabouts);
  const arrived = new Set(moves.values());
  return [...base]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, entry]) => {
      const at = moves.get(from) ?? (local.files.has(from) && !arrived.has(from) ? from : undefined);
      const file = at === undefined ? undefined : local.files.get(at);
      return { from, entry, at, file, document: documents.get(entry.document_id) };
    });
}
