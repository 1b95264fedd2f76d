import { foldedPath, mistakeInPath, parentsOf, pathBeside } from './document-path.js';
import { type NamedDocuments, sortOutNames } from './document-names.js';
import { planContent } from './plan-content.js';
import type { LocalFile, Plan, PlanInput, RemoteDocument } from './plan-types.js';
import { Steps } from './plan-steps.js';
import { findTracked, type Tracked } from './tracked.js';
import { TwinFiles } from './twin-files.js';

/**
 * Compares what both sides have with what they had in common, and says what brings them together. Asks and changes
 * nothing; the same input gives the same plan.
 */
export function makePlan(input: PlanInput): Plan {
  return new Planner(input).plan();
}

class Planner {
  readonly #input: PlanInput;
  readonly #steps: Steps;
  readonly #names: NamedDocuments;
  readonly #tracked: Tracked[];
  readonly #twins: TwinFiles;
  /** Local paths that the lock explains. */
  readonly #known = new Set<string>();
  /** Every path of the folder as file systems compare them, with the paths that are given in this plan. */
  readonly #taken = new Map<string, string>();
  /** Documents that a file of the folder has been found for. */
  readonly #found = new Set<string>();

  constructor(input: PlanInput) {
    const { base, local, remote, options } = input;
    this.#input = input;
    this.#steps = new Steps(options);
    this.#twins = new TwinFiles(local.files.keys());
    for (const path of [...local.files.keys(), ...local.obstacles.keys()]) this.#taken.set(foldedPath(path), path);
    const ids = new Set([...base.values()].map(({ document_id }) => document_id));
    this.#names = sortOutNames(
      remote,
      (id) => ids.has(id),
      (folded) => this.#taken.has(folded),
    );
    this.#tracked = findTracked(input);
    for (const { entry, at } of this.#tracked) {
      if (at !== undefined) this.#known.add(at);
      this.#found.add(entry.document_id);
    }
  }

  plan(): Plan {
    for (const tracked of this.#tracked) this.#planTracked(tracked);
    this.#planNewFiles();
    this.#planNewDocuments();
    this.#tellWhatIsNoFile();
    return this.#steps.plan(this.#input.local.files);
  }

  #planTracked(tracked: Tracked): void {
    const { from, entry, at, document } = tracked;
    const obstacle = at === undefined ? this.#input.local.obstacles.get(from) : undefined;
    const unusable = document && this.#names.unusable.get(document.document_id);
    if (obstacle !== undefined) {
      this.#steps.leave({ path: from, document_id: entry.document_id, kind: 'obstacle', reason: obstacle });
    } else if (unusable !== undefined) {
      this.#steps.leave({ path: from, document_id: entry.document_id, kind: 'name', reason: unusable });
    } else if (document === undefined) {
      this.#planGone(tracked);
    } else {
      this.#planBoth(tracked, document);
    }
  }

  /** The document is gone, or belongs to the folder no more. */
  #planGone(tracked: Tracked): void {
    const { from, entry, at, file } = tracked;
    const { document_id } = entry;
    if (at === undefined || file === undefined) {
      this.#steps.add({ do: 'forget', path: from, document_id, reason: 'deleted on both sides' });
      return;
    }
    const successor = this.#successorOf(at);
    if (successor !== undefined) {
      // Somebody has deleted the document and pushed another one of its name.
      this.#found.add(successor.document_id);
      this.#steps.add({ do: 'forget', path: from, document_id, reason: 'another document has its name' });
      planContent(this.#steps, { ...tracked, at, file, document: successor, path: at, hasBase: false });
      return;
    }
    const isChanged = file.sha256 !== entry.sha256;
    if (!isChanged && at === from) {
      this.#steps.deleteLocal({ path: at, document_id, sha256: file.sha256 });
      return;
    }
    this.#steps.add({ do: 'forget', path: from, document_id, reason: 'deleted there' });
    this.#pushNew(at, file, isChanged ? 'changed here, deleted there' : 'moved here, deleted there');
  }

  /** A document that is not in the lock and has the name of a file that is. */
  #successorOf(path: string): RemoteDocument | undefined {
    const document = this.#names.usable.get(path);
    return document !== undefined && !this.#found.has(document.document_id) ? document : undefined;
  }

  #planBoth(tracked: Tracked, document: RemoteDocument): void {
    const { from, entry, at, file } = tracked;
    const twin = this.#elderTwin(tracked, document);
    if (twin !== undefined && at !== undefined && file !== undefined) {
      this.#found.add(twin.document_id);
      const { document_id, revision } = document;
      const reason = `the same as ${twin.document_id}, which is older`;
      this.#steps.add({ do: 'delete_remote', path: at, document_id, revision, duplicate: true, reason });
      planContent(this.#steps, { ...tracked, at, file, document: twin, path: at, hasBase: false });
      return;
    }
    const name = this.#names.renamed.get(entry.document_id) ?? document.name;
    if (at === undefined || file === undefined) {
      this.#planDeletedHere(tracked, document, name);
      return;
    }
    const path = this.#pathFor(at, from, name);
    if (path === undefined) {
      const reason = `moved here to ${JSON.stringify(at)}, and a document's name differs from that in case alone`;
      this.#steps.leave({ path: from, document_id: entry.document_id, kind: 'name', reason });
      return;
    }
    const obstacle = path === at ? undefined : this.#input.local.obstacles.get(path);
    if (obstacle !== undefined) {
      this.#steps.leave({ path: at, document_id: entry.document_id, kind: 'obstacle', reason: obstacle });
      return;
    }
    this.#addPathSteps(tracked, document, { at, path });
    planContent(this.#steps, { ...tracked, at, file, document, path, hasBase: true });
  }

  /** An older document of the same name and content, where nobody has changed the younger one. */
  #elderTwin({ entry, from, at }: Tracked, document: RemoteDocument): RemoteDocument | undefined {
    const elder = this.#names.renamed.has(entry.document_id) ? this.#names.usable.get(document.name) : undefined;
    const isTwin =
      elder?.sha256 === document.sha256 &&
      document.revision === 1 &&
      document.name === from &&
      at === from &&
      !this.#found.has(elder.document_id);
    return isTwin ? elder : undefined;
  }

  #planDeletedHere({ from, entry }: Tracked, document: RemoteDocument, name: string): void {
    const { document_id, version, sha256, size, revision } = document;
    const isChanged = sha256 !== entry.sha256;
    if (!isChanged && name === from) {
      this.#steps.deleteRemote({ path: from, document_id, revision });
      return;
    }
    const obstacle = this.#input.local.obstacles.get(name);
    if (obstacle !== undefined) {
      this.#steps.leave({ path: name, document_id, kind: 'obstacle', reason: obstacle });
      return;
    }
    if (name !== document.name) {
      this.#rename(document, name);
    }
    const reason = isChanged ? 'changed there, deleted here' : 'moved there, deleted here';
    this.#steps.add({ do: 'pull', path: name, document_id, version, sha256, size, reason });
  }

  /** The path on which both sides meet: the server's, unless the file was moved here alone. */
  #pathFor(at: string, from: string, name: string): string | undefined {
    if (at === from || name !== from) return name;
    const others = (this.#names.byFoldedName.get(foldedPath(at)) ?? []).filter(
      ({ document_id }) =>
        document_id !== this.#input.base.get(from)?.document_id && !this.#leavesName(document_id, at),
    );
    if (others.length === 0) return at;
    return others.some((other) => other.name === at) ? this.#aside(at) : undefined;
  }

  /** Whether a document that has the name now gets another one in this plan, because its file was moved here. */
  #leavesName(documentId: string, name: string): boolean {
    const tracked = this.#tracked.find(({ entry }) => entry.document_id === documentId);
    return tracked?.at !== undefined && tracked.from === name && tracked.document?.name === name && tracked.at !== name;
  }

  #addPathSteps({ entry, file }: Tracked, document: RemoteDocument, { at, path }: { at: string; path: string }) {
    const { document_id } = entry;
    if (path !== document.name) {
      this.#rename(document, path);
    }
    if (path !== at) {
      const reason = path === document.name ? 'moved there' : 'two documents have this name';
      const sha256 = file?.sha256 ?? '';
      this.#steps.add({ do: 'move_local', from: at, path, document_id, sha256, reason });
    }
  }

  #rename({ document_id, name, revision }: RemoteDocument, path: string): void {
    const reason = this.#names.renamed.has(document_id) ? 'two documents have this name' : 'moved here';
    this.#steps.add({ do: 'rename_remote', from: name, path, document_id, revision, reason });
  }

  /** A path that nobody has, for a file whose own belongs to another document. */
  #aside(path: string): string {
    const aside = pathBeside(
      path,
      'conflict from here',
      (other) => this.#taken.has(foldedPath(other)) || this.#names.byFoldedName.has(foldedPath(other)),
    );
    this.#taken.set(foldedPath(aside), aside);
    return aside;
  }

  #planNewFiles(): void {
    for (const [path, file] of this.#input.local.files) {
      if (this.#known.has(path)) continue;
      const document = this.#names.usable.get(path);
      if (document !== undefined && !this.#found.has(document.document_id)) {
        this.#found.add(document.document_id);
        planContent(this.#steps, { at: path, file, document, path, hasBase: false });
      } else {
        this.#pushNew(path, file, 'new here');
      }
    }
  }

  /** Makes a document of a file, under another name where a document has its own. */
  #pushNew(path: string, file: LocalFile, reason: string): void {
    const mistake = mistakeInPath(path) ?? this.#clash(path);
    if (mistake !== undefined) {
      this.#steps.leave({ path, kind: 'name', reason: mistake });
      return;
    }
    const { sha256, size } = file;
    let target = path;
    if (this.#names.usable.has(path)) {
      target = this.#aside(path);
      this.#steps.add({ do: 'move_local', from: path, path: target, sha256, reason: 'another document has this name' });
    }
    this.#steps.add({ do: 'push_new', path: target, sha256, size, reason });
  }

  /** Why a file's path cannot be a document's name, in words. */
  #clash(path: string): string | undefined {
    const folded = foldedPath(path);
    const documents = this.#names.byFoldedName.get(folded) ?? [];
    const [document] = documents;
    if (document !== undefined && !this.#names.usable.has(path) && !this.#allLeave(documents, path)) {
      return documents.some(({ name }) => name === path)
        ? `${document.document_id} has this name, and is left alone`
        : `the name of ${document.document_id} differs in case or Unicode normalisation alone`;
    }
    const twin = this.#twins.reason(path);
    if (twin !== undefined) return twin;
    const parent = parentsOf(folded).find((folder) => this.#names.byFoldedName.has(folder));
    return parent === undefined ? undefined : `a document is called ${JSON.stringify(parent)}, which is a folder here`;
  }

  #allLeave(documents: readonly RemoteDocument[], path: string): boolean {
    return documents.every(({ document_id }) => this.#leavesName(document_id, path));
  }

  #planNewDocuments(): void {
    for (const document of this.#input.remote) {
      const { document_id, name, version, sha256, size } = document;
      if (this.#found.has(document_id)) continue;
      const unusable = this.#names.unusable.get(document_id);
      const obstacle = this.#input.local.obstacles.get(name) ?? this.#twins.reason(name);
      if (unusable !== undefined) {
        this.#steps.leave({ path: name, document_id, kind: 'name', reason: unusable });
      } else if (obstacle !== undefined) {
        this.#steps.leave({ path: name, document_id, kind: 'obstacle', reason: obstacle });
      } else {
        this.#steps.add({
          do: 'pull',
          path: name,
          document_id,
          version,
          sha256,
          size,
          reason: 'new there',
        });
      }
    }
  }

  /** What stands in the folder and cannot be synced, like a link, though no document is meant: unsaid, nobody would know. */
  #tellWhatIsNoFile(): void {
    const { base, local, remote } = this.#input;
    const told = new Set([...base.keys(), ...remote.map(({ name }) => name)]);
    for (const [path, reason] of local.obstacles) {
      if (!told.has(path)) this.#steps.leave({ path, kind: 'obstacle', reason });
    }
  }
}
