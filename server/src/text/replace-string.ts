import type { ContentEdit, EditFinding } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import { type EditContext, tooLarge } from './edit-context.js';
import { countLineEnds } from './lines.js';
import { findSimilar } from './similar-text.js';

type ReplaceEdit = Extract<ContentEdit, { op: 'replace' }>;

/** More places than this are not named; the contract's limit of `EditFinding`. */
const NAMED_LINES = 20;

/**
 * Replaces a string that stands there exactly once, or with `all` wherever it stands.
 *
 * @throws {Problem} `edit_failed`, `text_too_large`
 */
export function replaceString(edit: ReplaceEdit, { text, edit: at, maxLength }: EditContext): string {
  // Occurrences that overlap count each: it is not clear which one is meant.
  const places = placesOf(edit.old, text, edit.all === true ? edit.old.length : 1);
  const [place] = places.first;
  if (place === undefined) throw nowhere(edit, text, at);
  const length = text.length + places.count * (edit.new.length - edit.old.length);
  if (length > maxLength) throw tooLarge(maxLength);
  if (edit.all === true) return replaceAll(edit.old, edit.new, text);
  if (places.count > 1) throw several(places, text, at);
  return text.slice(0, place) + edit.new + text.slice(place + edit.old.length);
}

/** Pieces that are joined at once: with millions of occurrences, to hold all of them would take gigabytes. */
const JOINED = 10_000;

/** Replaces every occurrence by a string as it stands. */
function replaceAll(wanted: string, replacement: string, text: string): string {
  let result = '';
  let pieces: string[] = [];
  let start = 0;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, start)) {
    pieces.push(text.slice(start, at), replacement);
    start = at + wanted.length;
    if (pieces.length < JOINED) continue;
    result += pieces.join('');
    pieces = [];
  }
  return result + pieces.join('') + text.slice(start);
}

interface Places {
  readonly count: number;
  readonly first: readonly number[];
}

/** Where a string stands: how often, and the first places. */
function placesOf(wanted: string, text: string, step: number): Places {
  const first: number[] = [];
  let count = 0;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + step)) {
    if (count < NAMED_LINES) first.push(at);
    count++;
  }
  return { count, first };
}

function several({ count, first }: Places, text: string, edit: number): Problem {
  const lines = linesOf(first, text);
  const named = `${[...new Set(lines)].join(', ')}${count > lines.length ? ' and more' : ''}`;
  return failed(
    `Edit ${edit} (replace): the text to replace occurs ${count} times, in line ${named}; ` +
      'give more of what is around it, or say "all".',
    { edit, occurrences: count, lines, suggestions: [] },
  );
}

function nowhere({ old }: ReplaceEdit, text: string, edit: number): Problem {
  const similar = findSimilar(old, text);
  const lines = linesOf(similar.places, text);
  const where = lines.length === 0 ? '' : ` in line ${lines.join(', ')}`;
  const hint = { 'white space or case': 'It is there with other white space or case', alike: 'Something like it is' };
  const found =
    similar.kind === undefined
      ? 'Nothing like it is there; read the document again.'
      : `${hint[similar.kind]}${where}: see "found.suggestions", which have it as it stands.`;
  return failed(`Edit ${edit} (replace): the text to replace occurs nowhere. ${found}`, {
    edit,
    occurrences: 0,
    lines,
    suggestions: [...similar.texts],
  });
}

/** Numbers of the lines in which places stand, counted from 1; the places rise. */
function linesOf(places: readonly number[], text: string): number[] {
  let line = 1;
  let before = 0;
  return places.map((place) => {
    line += countLineEnds(text, before, place);
    before = place;
    return line;
  });
}

function failed(detail: string, found: EditFinding): Problem {
  return new Problem('edit_failed', detail, { details: { found } });
}
