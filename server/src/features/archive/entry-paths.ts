/** Where documents lie in an archive: paths that are safe on every system, and no two of which meet. */
import { createHash } from 'node:crypto';
import { limitBytes, safeSegment } from './safe-segment.js';

/** What the path of a document follows from. */
export interface PlacedDocument {
  readonly document_id: string;
  readonly name: string;
  readonly original_filename: string;
}

/** A path with more folders or bytes than this is not one that anybody wants to have; what a set of paths takes follows. */
const MAX_FOLDERS = 32;
const MAX_PATH_BYTES = 1024;

/**
 * Gives paths to documents, one after the other. Of what was given it keeps digests alone: of equal ones it keeps apart
 * what need not be kept apart once in a blue moon, and never the other way round.
 */
export class EntryPaths {
  readonly #files = new Set<number>();
  readonly #folders = new Set<number>();

  /**
   * A safe path for the document, which none has so far, also on systems that do not tell cases or Unicode forms apart, and
   * where no file stands where another entry needs a folder. Where it is not the obvious one, the id is part of it.
   */
  place(document: PlacedDocument): string {
    const wished = wishedPath(document).map(safeSegment);
    for (let attempt = 0; ; attempt += 1) {
      const mark =
        attempt === 0 ? '' : attempt === 1 ? ` (${document.document_id})` : ` (${document.document_id} ${attempt})`;
      const path = this.#tryToPlace(wished, mark);
      if (path !== undefined) return path;
    }
  }

  /** With the mark in the first part that is in the way of something; undefined when something is in the way still. */
  #tryToPlace(wished: readonly string[], mark: string): string | undefined {
    const segments: string[] = [];
    let marked = mark === '';
    const folders: number[] = [];
    for (const [index, wish] of wished.entries()) {
      const isFile = index === wished.length - 1;
      let key = keyOf([...segments, wish]);
      let segment = wish;
      if (this.#isTaken(key, isFile)) {
        if (marked) return undefined;
        marked = true;
        segment = withMark(wish, mark, isFile);
        key = keyOf([...segments, segment]);
        if (this.#isTaken(key, isFile)) return undefined;
      }
      segments.push(segment);
      folders.push(key);
    }
    const file = folders.pop();
    if (file !== undefined) this.#files.add(file);
    for (const folder of folders) this.#folders.add(folder);
    return segments.join('/');
  }

  /** Two documents share a folder, and nothing else. */
  #isTaken(key: number, isFile: boolean): boolean {
    return this.#files.has(key) || (isFile && this.#folders.has(key));
  }
}

/** The folders and the file that a document's names ask for. */
function wishedPath({ name, original_filename }: PlacedDocument): string[] {
  const segments = name.split('/');
  const isPath =
    segments.at(-1) === original_filename &&
    segments.length <= MAX_FOLDERS + 1 &&
    Buffer.byteLength(name) <= MAX_PATH_BYTES &&
    segments.every((segment) => segment.trim() !== '' && segment !== '.' && segment !== '..') &&
    !/^[a-z]:$/i.test(segments[0] ?? '');
  return isPath ? segments : [original_filename];
}

/** `a.md` becomes `a (doc_0123456789ab).md`. */
function withMark(segment: string, mark: string, isFile: boolean): string {
  const ending = isFile ? (/(?<=.)\.[^.]{1,20}$/.exec(segment)?.[0] ?? '') : '';
  const stem = segment.slice(0, segment.length - ending.length);
  return limitBytes(stem, Buffer.byteLength(mark + ending)) + mark + ending;
}

/** What two paths have in common that some system takes for the same. 48 bits of a digest. */
function keyOf(segments: readonly string[]): number {
  // Through lower case to upper case, since either alone keeps some letters apart (`ß`, the Greek sigma).
  const folded = segments.join('/').normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC');
  return createHash('sha1').update(folded).digest().readUIntBE(0, 6);
}
