import { foldedPath, mistakeInPath, parentsOf, pathBeside } from './document-path.js';
import type { RemoteDocument } from './plan-types.js';

/** The documents of a folder, by what their names allow. */
export interface NamedDocuments {
  /** Those that can be files, by their name. No name is there twice. */
  usable: Map<string, RemoteDocument>;
  /** Why the others are left alone, by their id. */
  unusable: Map<string, string>;
  /** Documents of this folder that have to give their name to an older one, with the name that they get instead, by id. */
  renamed: Map<string, string>;
  /** All names, as file systems compare them, with the documents that have them. */
  byFoldedName: Map<string, RemoteDocument[]>;
}

/**
 * Sorts out the names of a folder's documents. Names are not unique on the server, and two folders may give the same one at
 * the same time. Then the older document keeps it, which every folder finds out alone; the folder that knows the younger
 * one gives it another name. Documents that no folder knows are nobody's to rename: they are left alone.
 * @param isTracked Whether the lock names the document.
 * @param isTaken Whether a file of the folder has a path, or nearly.
 */
export function sortOutNames(
  documents: readonly RemoteDocument[],
  isTracked: (documentId: string) => boolean,
  isTaken: (foldedPath: string) => boolean,
): NamedDocuments {
  const names: NamedDocuments = {
    usable: new Map(),
    unusable: new Map(),
    renamed: new Map(),
    byFoldedName: grouped(documents),
  };
  for (const group of names.byFoldedName.values()) {
    sortOutGroup(group, names, isTracked, isTaken);
  }
  leaveFoldersThatAreFiles(names, isTracked);
  return names;
}

function grouped(documents: readonly RemoteDocument[]): Map<string, RemoteDocument[]> {
  const groups = new Map<string, RemoteDocument[]>();
  for (const document of [...documents].sort(oldestFirst)) {
    const folded = foldedPath(document.name);
    const group = groups.get(folded);
    if (group === undefined) groups.set(folded, [document]);
    else group.push(document);
  }
  return groups;
}

function oldestFirst(a: RemoteDocument, b: RemoteDocument): number {
  if (a.uploaded_at !== b.uploaded_at) return a.uploaded_at < b.uploaded_at ? -1 : 1;
  return a.document_id < b.document_id ? -1 : 1;
}

/** @param group Documents whose names differ in case or normalisation at the most, the oldest first. */
function sortOutGroup(
  group: readonly RemoteDocument[],
  names: NamedDocuments,
  isTracked: (documentId: string) => boolean,
  isTaken: (foldedPath: string) => boolean,
): void {
  const isKnownHere = group.some(({ document_id }) => isTracked(document_id));
  for (const document of group) {
    const { name, document_id } = document;
    const mistake = mistakeInPath(name);
    const owner = group.find((other) => other.name === name) ?? document;
    if (mistake !== undefined) {
      names.unusable.set(document_id, `its name ${mistake}`);
    } else if (group.length === 1 || (isKnownHere && mayKeepName(document, owner, group, isTracked))) {
      names.usable.set(name, document);
    } else if (isTracked(document_id)) {
      const remark = `duplicate ${document_id.replace(/^doc_/, '')}`;
      const used = (path: string): boolean => isTaken(foldedPath(path)) || names.byFoldedName.has(foldedPath(path));
      names.renamed.set(document_id, pathBeside(name, remark, used));
    } else {
      names.unusable.set(document_id, reasonOf(document, group));
    }
  }
}

function mayKeepName(
  document: RemoteDocument,
  owner: RemoteDocument,
  group: readonly RemoteDocument[],
  isTracked: (documentId: string) => boolean,
): boolean {
  if (document !== owner) return false;
  // One that is not known here may take its place only if it shares it with nobody but a known one that gives way.
  return isTracked(document.document_id) || group.every(({ name }) => name === document.name);
}

function reasonOf(document: RemoteDocument, group: readonly RemoteDocument[]): string {
  const twins = group.filter((other) => other !== document);
  const ids = twins.map(({ document_id }) => document_id).join(', ');
  return twins.some(({ name }) => name === document.name)
    ? `${ids} has the same name`
    : `the name of ${ids} differs in case or Unicode normalisation alone`;
}

/** A path cannot be a file and a folder. */
function leaveFoldersThatAreFiles(names: NamedDocuments, isTracked: (documentId: string) => boolean): void {
  const files = new Map([...names.usable].map(([name, document]) => [foldedPath(name), document]));
  for (const [name, document] of [...names.usable]) {
    const parent = parentsOf(foldedPath(name)).find((folder) => files.has(folder));
    const file = parent === undefined ? undefined : files.get(parent);
    if (file === undefined) continue;
    for (const [loser, other] of [
      [document, file],
      [file, document],
    ] as const) {
      if (isTracked(loser.document_id)) continue;
      names.usable.delete(loser.name);
      names.unusable.set(loser.document_id, `${other.document_id} is called ${JSON.stringify(other.name)}`);
    }
  }
}
