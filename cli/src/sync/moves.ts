import path from 'node:path';
import type { LockEntry } from './lock-file.js';
import type { LocalFile } from './plan-types.js';

type Base = ReadonlyMap<string, LockEntry>;
type Files = ReadonlyMap<string, LocalFile>;

/**
 * Finds files of the lock that have another path now: the content is found somewhere else, and their own path is empty, or
 * taken by another file that has moved (a swap, a chain). Content that is still in its place has not moved, it was copied.
 * @param remoteName The name that a document has on the server, by its id: a move that was made there, too, fits best.
 * @param known Paths that files of documents are known to have now, by document, whatever their content is.
 * @returns The paths that files have now, by the paths that they had.
 */
export function findMoves(
  base: Base,
  files: Files,
  remoteName: (documentId: string) => string | undefined,
  known: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const sure = new Map<string, string>();
  for (const [from, { document_id }] of known.size === 0 ? [] : base) {
    const at = known.get(document_id);
    if (at !== undefined && files.has(at)) sure.set(from, at);
  }
  const moves = matchedByContent(base, files, remoteName, sure);
  dropUnexplained(moves, base, files, sure);
  return moves;
}

function matchedByContent(
  base: Base,
  files: Files,
  remoteName: (id: string) => string | undefined,
  sure: ReadonlyMap<string, string>,
): Map<string, string> {
  const targets = pathsByContent(base, files, new Set(sure.values()));
  const moves = new Map(sure);
  for (const [from, entry] of inOrder(base)) {
    if (sure.has(from) || files.get(from)?.sha256 === entry.sha256) continue;
    const candidates = targets.get(entry.sha256) ?? [];
    const best = likeliest(from, remoteName(entry.document_id), candidates);
    if (best === undefined) continue;
    moves.set(from, best);
    candidates.splice(candidates.indexOf(best), 1);
  }
  return moves;
}

/** The paths whose content is not what the lock has there, by their content, as long as some content of the lock is away. */
function pathsByContent(base: Base, files: Files, given: ReadonlySet<string>): Map<string, string[]> {
  const away = new Set(
    [...base].filter(([at, { sha256 }]) => files.get(at)?.sha256 !== sha256).map(([, e]) => e.sha256),
  );
  const paths = new Map<string, string[]>();
  if (away.size === 0) return paths;
  for (const [at, { sha256 }] of files) {
    if (given.has(at) || !away.has(sha256) || base.get(at)?.sha256 === sha256) continue;
    const found = paths.get(sha256);
    if (found === undefined) paths.set(sha256, [at]);
    else found.push(at);
  }
  for (const found of paths.values()) found.sort();
  return paths;
}

function likeliest(from: string, remoteName: string | undefined, candidates: readonly string[]): string | undefined {
  return (
    candidates.find((at) => at === remoteName) ??
    candidates.find((at) => path.posix.basename(at) === path.posix.basename(from)) ??
    candidates.find((at) => path.posix.dirname(at) === path.posix.dirname(from)) ??
    candidates[0]
  );
}

/**
 * Where a file has left a path that is not empty, the new file there must have moved, too; and where one has arrived at
 * another's path, that one must have left. Otherwise they are a copy and a changed file.
 */
function dropUnexplained(
  moves: Map<string, string>,
  base: Base,
  files: Files,
  sure: ReadonlyMap<string, string>,
): void {
  const arrived = new Set(moves.values());
  let before: number;
  do {
    before = moves.size;
    for (const [from, to] of moves) {
      const isExplained =
        sure.has(from) || ((!files.has(from) || arrived.has(from)) && (!base.has(to) || moves.has(to)));
      if (isExplained) continue;
      moves.delete(from);
      arrived.delete(to);
    }
  } while (moves.size < before);
}

function inOrder(base: Base): [string, LockEntry][] {
  return [...base].sort(([a], [b]) => (a < b ? -1 : 1));
}
