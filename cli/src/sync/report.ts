import { printable } from '../output/printable.js';
import type { Done } from './apply.js';
import type { Action, ActionKind, LeftAlone, Plan } from './plan-types.js';
import { subjectOf } from './plan-steps.js';

/** The kinds of steps that people want to know of, in the order in which they are shown. */
const TITLES: readonly (readonly [ActionKind, string])[] = [
  ['move_local', 'Move here'],
  ['rename_remote', 'Rename there'],
  ['pull', 'Pull'],
  ['push_version', 'Push as the next version'],
  ['push_new', 'Push as a document'],
  ['merge', 'Bring together: merge, or keep both'],
  ['delete_local', 'Delete here'],
  ['delete_remote', 'Delete there'],
  ['adopt', 'Recognise as equal'],
];

const WORDS_OF_LEFT: Readonly<Record<LeftAlone['kind'], string>> = {
  deletion: '; --delete carries it over',
  direction: '',
  name: '',
  obstacle: '',
};

/** A plan for people, grouped by what is to be done. */
export function planLines({ actions, left }: Plan, inStep: number): string[] {
  const groups = TITLES.flatMap(([kind, title]) => group(title, shownOf(kind, actions).map(planned)));
  const lines = [...groups, ...group('Left alone', left.map(leftLine))];
  const steps = actions.filter(({ do: kind }) => kind !== 'forget' && kind !== 'adopt').length;
  const summary = steps === 0 ? 'Nothing to do' : `${counted(steps, 'step')} to take`;
  return [...lines, `${summary}; the lock names ${counted(inStep, 'document')}.`];
}

function group(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title} (${lines.length})`, ...lines.map((line) => `  ${line}`), ''];
}

function shownOf(kind: ActionKind, actions: readonly Action[]): Action[] {
  const found = actions.filter((action) => action.do === kind);
  return kind === 'adopt' ? withoutOtherSteps(found, actions) : found;
}

/** Recognising that a file has arrived where it was moved to is no news. */
function withoutOtherSteps(adopted: Action[], actions: readonly Action[]): Action[] {
  const busy = new Set(actions.filter(({ do: kind }) => kind !== 'adopt').map(subjectOf));
  return adopted.filter((action) => !busy.has(subjectOf(action)));
}

function planned(action: Action): string {
  const from = 'from' in action ? `${printable(action.from)} → ` : '';
  const version = action.do === 'pull' ? `, version ${action.version}` : '';
  return `${from}${printable(action.path)}  (${action.reason}${version})`;
}

/** What is left alone, and why. */
export function leftLine({ path, kind, reason }: LeftAlone): string {
  return `${printable(path)}: ${printable(reason)}${WORDS_OF_LEFT[kind]}`;
}

/** What a step has done, for people; undefined for what they need not know. */
export function doneLine({ action, version, merged, conflict_path: copy }: Done): string | undefined {
  const path = printable(action.path);
  switch (action.do) {
    case 'pull':
      return `Pulled: ${path} (version ${action.version})`;
    case 'push_new':
      return `Pushed: ${path}`;
    case 'push_version':
      return `Pushed: ${path} (version ${version ?? ''})`;
    case 'merge':
      return merged === true
        ? `Merged: ${path} (version ${version ?? ''})`
        : `Kept both: ${path} (version ${version ?? ''}) and ${printable(copy ?? '')}`;
    case 'move_local':
      return `Moved here: ${printable(action.from)} → ${path}`;
    case 'rename_remote':
      return `Renamed there: ${printable(action.from)} → ${path}`;
    case 'delete_local':
      return `Deleted here: ${path}`;
    case 'delete_remote':
      return `Deleted there: ${path}`;
    case 'adopt':
    case 'forget':
      return undefined;
  }
}

/** `1 document`, `2 documents`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
