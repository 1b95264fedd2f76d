import type { LockEntry } from '../lock-file.js';
import { orderMoves } from '../move-order.js';
import type { Action, LocalFile, MoveLocal, Plan, PlanInput, PlanOptions, RemoteDocument } from '../plan-types.js';

/** A document as the tests write it: `[id, name, content]`, the oldest first. */
export type DocumentRow = readonly [id: string, name: string, content: string];

/** Both sides and the lock, with contents in the place of digests. */
export interface Scene {
  /** What was in step: `[id, path, content]`. */
  base?: readonly DocumentRow[];
  /** The files of the folder: path → content. */
  local?: Readonly<Record<string, string>>;
  remote?: readonly DocumentRow[];
  obstacles?: Readonly<Record<string, string>>;
}

export const BOTH_WAYS: PlanOptions = { delete: true, direction: 'both' };

/** The input of a plan from a scene. A document whose content is not that of the lock has a version and a revision more. */
export function inputOf(scene: Scene, options: Partial<PlanOptions> = {}): PlanInput {
  const base = new Map(
    (scene.base ?? []).map(([document_id, path, sha256]) => [path, { document_id, version: 1, sha256 }]),
  );
  const known = new Map((scene.base ?? []).map(([id, , content]) => [id, content]));
  const files = new Map(
    Object.entries(scene.local ?? {}).map(([path, sha256]) => [path, { sha256, size: sha256.length }]),
  );
  const remote = (scene.remote ?? []).map(([document_id, name, sha256], index): RemoteDocument => {
    const version = known.has(document_id) && known.get(document_id) !== sha256 ? 2 : 1;
    const uploaded_at = new Date(index * 1000).toISOString();
    return { document_id, name, version, sha256, revision: version, size: sha256.length, uploaded_at };
  });
  const obstacles = new Map(Object.entries(scene.obstacles ?? {}));
  return { base, local: { files, obstacles }, remote, options: { ...BOTH_WAYS, ...options } };
}

/** A step in few words: `pull a.md`, `move_local a.md → b.md`. */
export function shortly(action: Action): string {
  return `${action.do} ${'from' in action ? `${action.from} → ` : ''}${action.path}`;
}

/** Carries out a plan on both sides as they are in memory, in the order in which it is done for real; nothing merges. */
export function carryOut({ actions }: Plan, input: PlanInput): PlanInput {
  const model = new Model(input);
  model.carryOut(actions);
  return model.input();
}

class Model {
  readonly #input: PlanInput;
  readonly #files: Map<string, LocalFile>;
  readonly #documents: Map<string, RemoteDocument>;
  readonly #lock: Map<string, LockEntry>;
  #count = 0;

  constructor(input: PlanInput) {
    this.#input = input;
    this.#files = new Map(input.local.files);
    this.#documents = new Map(input.remote.map((document) => [document.document_id, document]));
    this.#lock = new Map(input.base);
  }

  input(): PlanInput {
    const local = { ...this.#input.local, files: this.#files };
    return { ...this.#input, base: this.#lock, local, remote: [...this.#documents.values()] };
  }

  carryOut(actions: readonly Action[]): void {
    const phases = [
      ...[['delete_local'], ['move_local'], ['rename_remote'], ['adopt', 'forget']],
      ...[['pull', 'push_version', 'merge'], ['push_new'], ['delete_remote']],
    ];
    for (const kinds of phases) {
      const steps = actions.filter(({ do: kind }) => kinds.includes(kind));
      if (kinds.includes('move_local')) this.#move(steps.filter((step) => step.do === 'move_local'));
      else for (const step of steps) this.#take(step);
    }
  }

  #move(moves: readonly MoveLocal[]): void {
    const asides = new Map<MoveLocal, string>();
    for (const { move, aside } of orderMoves(moves)) {
      const from = asides.get(move) ?? move.from;
      const to = aside ? `${move.from} aside` : move.path;
      if (aside) asides.set(move, to);
      const file = this.#files.get(from);
      if (file === undefined || this.#files.has(to)) throw new Error(`cannot move ${from} to ${to}`);
      this.#files.delete(from);
      this.#files.set(to, file);
    }
  }

  #take(step: Action): void {
    switch (step.do) {
      case 'adopt':
        this.#record(step.path, step.document_id);
        return;
      case 'forget':
        if (this.#lock.get(step.path)?.document_id === step.document_id) this.#lock.delete(step.path);
        return;
      case 'rename_remote':
        this.#change(step.document_id, { name: step.path });
        return;
      case 'pull':
        if (this.#files.get(step.path)?.sha256 !== step.replaces) throw new Error(`cannot pull over ${step.path}`);
        this.#files.set(step.path, { sha256: step.sha256, size: step.size });
        this.#record(step.path, step.document_id);
        return;
      case 'push_version':
        this.#push(step.document_id, step.path, step.replaces);
        return;
      case 'merge':
        this.#keepBoth(step.document_id, step.path, step.remote_sha256);
        return;
      case 'push_new':
        this.#create(step.path);
        return;
      case 'delete_local':
        if (!this.#files.delete(step.path)) throw new Error(`cannot delete ${step.path}`);
        this.#lock.delete(step.path);
        return;
      case 'delete_remote':
        this.#documents.delete(step.document_id);
        if (this.#lock.get(step.path)?.document_id === step.document_id) this.#lock.delete(step.path);
        return;
      case 'move_local':
        throw new Error('has a phase of its own');
    }
  }

  #keepBoth(id: string, path: string, remote: string): void {
    const copy = `${path} (conflict from server ${remote})`;
    this.#files.set(copy, { sha256: remote, size: remote.length });
    this.#push(id, path, remote);
    this.#create(copy);
  }

  #push(id: string, path: string, replaces: string): void {
    const { sha256 = '', size = 0 } = this.#files.get(path) ?? {};
    if (this.#documents.get(id)?.sha256 !== replaces) throw new Error(`${path} replaces what is not there`);
    this.#change(id, { sha256, size });
    this.#record(path, id);
  }

  #create(name: string): void {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`cannot push ${name}`);
    this.#count += 1;
    const document_id = `new ${this.#count}`;
    const uploaded_at = new Date(1e9 + this.#count).toISOString();
    this.#documents.set(document_id, { document_id, name, version: 1, revision: 1, uploaded_at, ...file });
    this.#record(name, document_id);
  }

  #change(id: string, change: Partial<RemoteDocument>): void {
    const document = this.#documents.get(id);
    if (document === undefined) throw new Error(`there is no ${id}`);
    const version = document.version + (change.sha256 === undefined ? 0 : 1);
    this.#documents.set(id, { ...document, ...change, version, revision: document.revision + 1 });
  }

  #record(path: string, id: string): void {
    const document = this.#documents.get(id);
    if (document === undefined) throw new Error(`there is no ${id}`);
    for (const [at, entry] of [...this.#lock]) if (entry.document_id === id) this.#lock.delete(at);
    this.#lock.set(path, { document_id: id, version: document.version, sha256: document.sha256 });
  }
}
