import { posix } from 'node:path';
import { type Document, safeFilename } from '@document-sync/sdk';

type Named = Pick<Document, 'document_id' | 'name' | 'original_filename' | 'uploaded_at'>;

const LONGEST_NAME_BYTES = 255;

/** A folder of git's own, under the names by which some file systems find it, too. */
const GIT_FOLDER = /^(\.git|git~\d+)[. ]*$/i;

/** Characters that some file systems leave out of names, so that `.gi\u200ct` is `.git` to them. */
const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * Where in one folder documents are to be written, by their ids: relative paths with `/` that never lead out of it. A
 * document that is named like a path whose last part is its file's name is put there, any other one under its file's
 * name. Where two would meet, also on file systems that tell neither cases nor ways of writing an accent apart, the
 * older document has the name and the other one gets its id: `a (doc_0123456789ab).md`. So a document keeps its place
 * when others come.
 */
export function targetPaths(documents: readonly Named[]): Map<string, string> {
  const paths = new Map<string, string>();
  const taken = new Set<string>();
  // A file cannot stand where another document needs a folder.
  const folders = new Set(documents.flatMap((document) => foldersOf(wantedPath(document))));
  for (const document of documents.toSorted(byAge)) {
    const wanted = wantedPath(document);
    const isFree = (path: string): boolean => !taken.has(folded(path)) && !folders.has(folded(path));
    let path = wanted;
    for (let attempt = 0; !isFree(path); attempt += 1) {
      path = withMark(wanted, attempt === 0 ? document.document_id : `${document.document_id}-${attempt}`);
    }
    taken.add(folded(path));
    paths.set(document.document_id, path);
  }
  return paths;
}

function wantedPath({ name, original_filename }: Named): string {
  const parts = name.split('/');
  const isPath = parts.length > 1 && parts.every(isPlainPart) && parts.at(-1) === original_filename;
  return (isPath ? parts : [original_filename]).map(safePart).join('/');
}

function isPlainPart(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..';
}

function safePart(part: string): string {
  const safe = safeFilename(part);
  return GIT_FOLDER.test(safe.replace(IGNORED, '')) ? `_${safe}` : safe;
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => folded(parts.slice(0, index + 1).join('/')));
}

/** Equal for paths that some file system does not tell apart. */
function folded(path: string): string {
  return path.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

function withMark(path: string, mark: string): string {
  const { dir, name, ext } = posix.parse(path);
  const marked = ` (${mark})${ext}`;
  // Cut so that the mark stays where a name gets longer than file systems take; a character has four bytes at the most.
  const room = LONGEST_NAME_BYTES - Buffer.byteLength(marked);
  const stem = Buffer.byteLength(name) > room ? [...name].slice(0, Math.floor(room / 4)).join('') : name;
  return posix.join(dir, `${stem}${marked}`);
}

function byAge(a: Named, b: Named): number {
  return a.uploaded_at < b.uploaded_at || (a.uploaded_at === b.uploaded_at && a.document_id < b.document_id) ? -1 : 1;
}
