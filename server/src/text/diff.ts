import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk } from 'diff';
import type { DiffHunk } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import { sharedEnds } from './shared-ends.js';
import { decodeText, type DecodedText } from './encoding.js';
import { LineNumbers, matchLines, type LineMatch } from './line-matching.js';
import { countLineEnds, splitLines } from './lines.js';

/** One of two texts that are compared. */
export interface Side {
  readonly content: Uint8Array;
  readonly filename: string;
  readonly version: number;
}

/** What is to be compared, and how the difference is to be written. */
export interface DiffJob {
  readonly from: Side;
  readonly to: Side;
  /** How many unchanged lines stand around each change. */
  readonly context: number;
  /** `patch`: a unified diff. `hunks`: the JSON text of `DiffHunk[]`. */
  readonly form: 'patch' | 'hunks';
}

/** Texts that differ in a stretch of more lines are not compared: the comparison holds them all in memory. */
export const MAX_COMPARED_LINES = 1_000_000;

const NO_LINE_END = '\\ No newline at end of file';

/**
 * Compares two texts by lines. A patch applies with `patch`: line ends and a byte order mark in UTF-8 are part of the lines.
 * Texts in other encodings are compared by their characters; when the encodings differ, the file headers name them.
 *
 * @param timeoutMs how long the comparison may take
 * @returns UTF-8 bytes; a patch of equal texts is empty
 * @throws {Problem} `not_text`, or `text_too_large` when the texts are too different to be compared in time
 */
export function diffTexts({ from, to, context, form }: DiffJob, timeoutMs: number): Uint8Array<ArrayBuffer> {
  const before = decodeText(from.content, `Version ${from.version}`);
  const after = decodeText(to.content, `Version ${to.version}`);
  const hunks = compare(markedText(before), markedText(after), context, timeoutMs);
  if (hunks === undefined) throw tooDifferent(from, to);
  if (form === 'hunks') return new TextEncoder().encode(JSON.stringify(hunks.map(toDiffHunk)));
  const sameEncoding = before.encoding === after.encoding;
  if (hunks.length === 0 && sameEncoding) return new Uint8Array();
  const header = ({ version }: Side, { encoding }: DecodedText) =>
    `version ${version}${sameEncoding ? '' : ` (${encoding})`}`;
  const patch = {
    oldFileName: from.filename,
    newFileName: to.filename,
    oldHeader: header(from, before),
    newHeader: header(to, after),
    hunks,
  };
  return new TextEncoder().encode(formatPatch(patch, FILE_HEADERS_ONLY));
}

/** The library says where an empty side is by the line behind it, the unified format by the line before it. */
function toDiffHunk({ oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk): DiffHunk {
  return {
    old_start: oldLines === 0 ? oldStart - 1 : oldStart,
    old_lines: oldLines,
    new_start: newLines === 0 ? newStart - 1 : newStart,
    new_lines: newLines,
    lines,
  };
}

/** A text as its bytes stand in a file of UTF-8: there the byte order mark is a character of the first line. */
function markedText({ text, encoding, bom }: DecodedText): string {
  return encoding === 'utf-8' && bom ? `\ufeff${text}` : text;
}

function compare(before: string, after: string, context: number, timeoutMs: number): StructuredPatchHunk[] | undefined {
  const ends = sharedEnds(before, after);
  // The unchanged lines around the stretch that differs are wanted too.
  const start = linesBack(before, ends.head, context);
  const tail = ends.tail - (linesAhead(before, before.length - ends.tail, context) - (before.length - ends.tail));
  const oldLines = splitLines(before.slice(start, before.length - tail));
  const newLines = splitLines(after.slice(start, after.length - tail));
  if (oldLines.length + newLines.length > MAX_COMPARED_LINES) return undefined;
  const numbers = new LineNumbers();
  const matches = matchLines(numbers.of(oldLines), numbers.of(newLines), timeoutMs);
  const firstLine = countLineEnds(before, 0, start) + 1;
  return matches && hunksOf(oldLines, newLines, matches, context, firstLine);
}

/** Builds hunks from what is common: changes that are no further apart than their context are in one. */
function hunksOf(
  oldLines: readonly string[],
  newLines: readonly string[],
  matches: readonly LineMatch[],
  context: number,
  firstLine: number,
): StructuredPatchHunk[] {
  const hunks: StructuredPatchHunk[] = [];
  let hunk: StructuredPatchHunk | undefined;
  let oldAt = 0;
  let newAt = 0;
  const push = (mark: string, line: string) => {
    if (line.endsWith('\n')) hunk?.lines.push(mark + line.slice(0, -1));
    else hunk?.lines.push(mark + line, NO_LINE_END);
  };
  const keep = (start: number, count: number) => {
    for (const line of oldLines.slice(start, start + count)) push(' ', line);
  };
  for (const match of [...matches, { old_line: oldLines.length, new_line: newLines.length, length: 0 }]) {
    const changed = match.old_line > oldAt || match.new_line > newAt;
    if (changed && hunk === undefined) {
      const lead = Math.min(context, oldAt);
      hunk = {
        oldStart: firstLine + oldAt - lead,
        oldLines: 0,
        newStart: firstLine + newAt - lead,
        newLines: 0,
        lines: [],
      };
      keep(oldAt - lead, lead);
      hunks.push(hunk);
    }
    for (const line of oldLines.slice(oldAt, match.old_line)) push('-', line);
    for (const line of newLines.slice(newAt, match.new_line)) push('+', line);
    oldAt = match.old_line + match.length;
    newAt = match.new_line + match.length;
    if (hunk === undefined) continue;
    const last = oldAt === oldLines.length && newAt === newLines.length;
    const closes = last || match.length > 2 * context;
    const kept = closes ? Math.min(context, match.length) : match.length;
    keep(match.old_line, kept);
    if (!closes) continue;
    hunk.oldLines = firstLine + match.old_line + kept - hunk.oldStart;
    hunk.newLines = firstLine + match.new_line + kept - hunk.newStart;
    hunk = undefined;
  }
  return hunks;
}

/** The index so many lines before a beginning of a line. */
function linesBack(text: string, from: number, lines: number): number {
  let at = from;
  for (let back = 0; back < lines && at > 0; back++) at = at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1;
  return at;
}

/** The index so many lines behind a beginning of a line. */
function linesAhead(text: string, from: number, lines: number): number {
  let at = from;
  for (let ahead = 0; ahead < lines && at < text.length; ahead++) at = text.indexOf('\n', at) + 1 || text.length;
  return at;
}

function tooDifferent(from: Side, to: Side): Problem {
  return new Problem(
    'text_too_large',
    `Versions ${from.version} and ${to.version} are too large and too different to be compared here; ` +
      'pull both and compare them with diff -u.',
  );
}
