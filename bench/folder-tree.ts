import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { contentBytes, contentDigest, prepareContent, stamp } from './contents.js';

/** A file of a tree. */
export interface TreeFile {
  /** Relative to the tree's folder, with `/`. */
  readonly path: string;
  readonly sha256: string;
}

const FILES_OF_A_FOLDER = 100;

/**
 * Writes so many text files, no two alike, a hundred in each folder.
 * @param folder exists, and is empty
 */
export function writeTree(folder: string, files: number, sizeBytes: number): readonly TreeFile[] {
  const content = prepareContent('paragraphs', sizeBytes);
  return Array.from({ length: files }, (_, file): TreeFile => {
    const part = `part-${Math.floor(file / FILES_OF_A_FOLDER)}`;
    if (file % FILES_OF_A_FOLDER === 0) mkdirSync(join(folder, part));
    const path = `${part}/note-${file}.md`;
    const unique = stamp('tree', file);
    writeFileSync(
      join(folder, path),
      contentBytes({ kind: 'paragraphs', stamp: unique.toString('latin1') }, sizeBytes),
    );
    return { path, sha256: contentDigest(content, unique) };
  });
}
