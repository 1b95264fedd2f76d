import type { LockEntry } from './lock-file.js';

/** A file of the folder. */
export interface LocalFile {
  sha256: string;
  /** Bytes. */
  size: number;
}

/** What stands where a file could be, so that nothing can be read from there or written to it; in words. */
export type Obstacles = ReadonlyMap<string, string>;

export interface LocalState {
  /** By path. */
  files: ReadonlyMap<string, LocalFile>;
  /** By path; for the paths of the lock and of documents that are no files of the folder. */
  obstacles: Obstacles;
  /** Paths to which a sync that was cut has moved files, by document; contents may not tell any more. */
  whereabouts?: ReadonlyMap<string, string>;
}

/** A document that belongs to the folder. Its name is its path. */
export interface RemoteDocument {
  document_id: string;
  name: string;
  version: number;
  sha256: string;
  /** Rises with every change; quoted, it is an ETag of the whole document. */
  revision: number;
  /** Bytes. */
  size: number;
  /** When it was pushed (UTC, ISO 8601). */
  uploaded_at: string;
}

export interface PlanOptions {
  /** Whether a deletion on one side is carried to the other. */
  delete: boolean;
  /** `pull` changes the folder alone, `push` the server alone. */
  direction: 'both' | 'pull' | 'push';
}

export interface PlanInput {
  /** What was in step last time, by path. */
  base: ReadonlyMap<string, LockEntry>;
  local: LocalState;
  remote: readonly RemoteDocument[];
  options: PlanOptions;
}

interface Step {
  /** Where the file is, or will be, in the folder when the step is done. */
  path: string;
  /** Why, for people. */
  reason: string;
}

/** A step after which both sides have the same; then the lock gets what they have, under the path. */
interface DocumentStep extends Step {
  document_id: string;
}

/** Only the lock is brought up to date: both sides have the same. */
export interface Adopt extends DocumentStep {
  do: 'adopt';
  version: number;
  sha256: string;
}

/** The lock forgets a document that neither side has. */
export interface Forget extends Step {
  do: 'forget';
  document_id: string;
}

/** A file gets another path in the folder. Without a document it is one that the server does not know yet. */
export interface MoveLocal extends Step {
  do: 'move_local';
  from: string;
  sha256: string;
  document_id?: string;
}

/** A document gets another name. */
export interface RenameRemote extends Step {
  do: 'rename_remote';
  document_id: string;
  from: string;
  revision: number;
}

/** The folder gets the server's content. */
export interface Pull extends DocumentStep {
  do: 'pull';
  version: number;
  sha256: string;
  size: number;
  /** The digest of the file that it replaces; without one there is none. */
  replaces?: string;
}

/** A file becomes a document. */
export interface PushNew extends Step {
  do: 'push_new';
  sha256: string;
  size: number;
}

/** A file becomes the document's next version. */
export interface PushVersion extends DocumentStep {
  do: 'push_version';
  sha256: string;
  size: number;
  /** The digest of the version that it replaces. */
  replaces: string;
}

/**
 * Both sides have changed. With a base the server is asked to merge; what cannot be merged is kept twice, the server's
 * content under a name of its own.
 */
export interface Merge extends DocumentStep {
  do: 'merge';
  sha256: string;
  size: number;
  /** The digest of the version that both sides come from. */
  base?: string;
  remote_version: number;
  remote_sha256: string;
  remote_size: number;
}

export interface DeleteLocal extends Step {
  do: 'delete_local';
  document_id: string;
  sha256: string;
}

export interface DeleteRemote extends Step {
  do: 'delete_remote';
  document_id: string;
  revision: number;
  /** A second document of the same name and content, made by two syncs at once; no deletion that anybody would miss. */
  duplicate?: true;
}

export type Action =
  Adopt | Forget | MoveLocal | RenameRemote | Pull | PushNew | PushVersion | Merge | DeleteLocal | DeleteRemote;

export type ActionKind = Action['do'];

/** What is not in step and is left so, and why. */
export interface LeftAlone {
  path: string;
  document_id?: string;
  /**
   * `deletion`: deleted on one side, and deletions are not carried over; `direction`: it would change the side that is not
   * to be changed; `name`: the document's name is no usable path, or not the only one of its kind; `obstacle`: something
   * stands in the way in the folder.
   */
  kind: 'deletion' | 'direction' | 'name' | 'obstacle';
  reason: string;
}

/** What a sync does. The steps of one document stand in the order in which they have to be done. */
export interface Plan {
  actions: Action[];
  left: LeftAlone[];
}
