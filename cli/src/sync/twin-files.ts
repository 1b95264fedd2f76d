import { foldedPath } from './document-path.js';

/** Knows which files of a folder some file systems would take for one. */
export class TwinFiles {
  readonly #groups = new Map<string, string[]>();

  constructor(paths: Iterable<string>) {
    for (const path of paths) {
      const folded = foldedPath(path);
      const group = this.#groups.get(folded);
      if (group === undefined) this.#groups.set(folded, [path]);
      else group.push(path);
    }
  }

  /** Why a path is not the only one of its kind, in words; undefined where it is. */
  reason(path: string): string | undefined {
    const twin = this.#groups.get(foldedPath(path))?.find((other) => other !== path);
    return twin === undefined ? undefined : `${JSON.stringify(twin)} differs in case or Unicode normalisation alone`;
  }
}
