import type {
  Action,
  ActionKind,
  DeleteLocal,
  DeleteRemote,
  LeftAlone,
  LocalFile,
  Plan,
  PlanOptions,
} from './plan-types.js';

/** Kinds of steps by the side that they change. */
const CHANGES: Readonly<Record<ActionKind, 'lock' | 'folder' | 'server' | 'both'>> = {
  adopt: 'lock',
  forget: 'lock',
  move_local: 'folder',
  rename_remote: 'server',
  pull: 'folder',
  push_new: 'server',
  push_version: 'server',
  merge: 'both',
  delete_local: 'folder',
  delete_remote: 'server',
};

/** Collects the steps of a plan, and leaves alone what the options do not allow. */
export class Steps {
  readonly #options: PlanOptions;
  readonly #actions: Action[] = [];
  readonly #left: LeftAlone[] = [];
  /** Documents and files of which a step was left out: the steps that would follow rely on it. */
  readonly #held = new Set<string>();

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  add(action: Action): void {
    const subject = subjectOf(action);
    if (this.#held.has(subject)) return;
    if (this.#isAllowed(action)) {
      this.#actions.push(action);
      return;
    }
    this.#held.add(subject);
    const side = this.#options.direction === 'pull' ? 'the server is not changed' : 'the folder is not changed';
    this.leave({ path: action.path, ...documentOf(action), kind: 'direction', reason: `${action.reason}; ${side}` });
  }

  leave(left: LeftAlone): void {
    this.#left.push(left);
  }

  /** A deletion there is carried here, if that is wanted. */
  deleteLocal(step: Omit<DeleteLocal, 'do' | 'reason'>): void {
    this.#delete({ do: 'delete_local', ...step, reason: 'deleted there' });
  }

  /** A deletion here is carried there, if that is wanted. */
  deleteRemote(step: Omit<DeleteRemote, 'do' | 'reason'>): void {
    this.#delete({ do: 'delete_remote', ...step, reason: 'deleted here' });
  }

  #delete(action: DeleteLocal | DeleteRemote): void {
    if (this.#options.delete) {
      this.add(action);
    } else {
      const { path, document_id, reason } = action;
      this.leave({ path, document_id, kind: 'deletion', reason });
    }
  }

  #isAllowed(action: Action): boolean {
    const changes = CHANGES[action.do];
    const { direction } = this.#options;
    if (direction === 'both' || changes === 'lock') return true;
    return changes === (direction === 'pull' ? 'folder' : 'server');
  }

  /**
   * The plan, without steps that would write where a file stays.
   * @param files The files of the folder as they are before the plan.
   */
  plan(files: ReadonlyMap<string, LocalFile>): Plan {
    let actions = this.#actions;
    // A file that cannot leave its path may be in the way of another one.
    for (let before = Infinity; actions.length < before;) {
      before = actions.length;
      actions = this.#withoutBlocked(actions, files);
    }
    return { actions, left: this.#left };
  }

  #withoutBlocked(actions: Action[], files: ReadonlyMap<string, LocalFile>): Action[] {
    const leaving = new Set(
      actions.flatMap((action) =>
        action.do === 'move_local' ? [action.from] : action.do === 'delete_local' ? [action.path] : [],
      ),
    );
    const blocked = new Set<string>();
    for (const action of actions) {
      const writes = action.do === 'move_local' || (action.do === 'pull' && action.replaces === undefined);
      if (!writes || !files.has(action.path) || leaving.has(action.path)) continue;
      blocked.add(subjectOf(action));
      const reason = `${action.reason}, and another file is there`;
      this.leave({ path: action.path, ...documentOf(action), kind: 'obstacle', reason });
    }
    return actions.filter((action) => !blocked.has(subjectOf(action)));
  }
}

/** What a step is about: the steps about one document, or about one new file, follow each other. */
export function subjectOf(action: Action): string {
  return 'document_id' in action ? action.document_id : action.path;
}

function documentOf(action: Action): { document_id?: string } {
  return 'document_id' in action ? { document_id: action.document_id } : {};
}
