import { Problem } from '../kernel/problem.js';
import { sharedEnds } from './shared-ends.js';
import { listConflicts, type ConflictingLines } from './conflicts.js';
import { decodeText, encodeText, type DecodedText, type TextEncoding } from './encoding.js';
import { LineNumbers } from './line-matching.js';
import { countLineEnds, lineEndsOf, splitLines } from './lines.js';
import { mergeLines } from './merge-lines.js';
import type { Merge, Sides } from './sides.js';

const NAMES: Sides<string> = {
  base: 'the version it is based on',
  current: 'the current version',
  yours: 'the new content',
};

/** Texts whose stretches that differ have more lines are not merged: all of them are held in memory. */
const MAX_MERGED_LINES = 1_500_000;

/**
 * Merges two changes of one text by lines. What nobody changed stays as it is, byte for byte. Line ends, when they are
 * uniform on every side, the byte order mark and the encoding are merged too: who changed them wins.
 *
 * @param timeoutMs how long the comparison may take
 */
export function mergeTexts(contents: Sides<Uint8Array>, timeoutMs: number): Merge {
  const only = onlyChange(contents);
  if (only !== undefined) return { merged: only };
  const decoded = decodeSides(contents);
  if ('unmergeable' in decoded) return decoded;
  const encoding = commonEncoding(decoded);
  if (encoding === undefined) {
    const { current, yours } = map(decoded, (side) => side.encoding);
    return { unmergeable: `the sides are in different encodings (current: ${current}, yours: ${yours})` };
  }
  const lineEnds = new LineEndMerge(map(decoded, ({ text }) => text));
  const merged = mergeText(
    map(decoded, ({ text }) => lineEnds.unify(text)),
    timeoutMs,
  );
  if (typeof merged !== 'string') return merged;
  const bom = encoding.startsWith('utf-16') || (pick(map(decoded, (side) => side.bom)) ?? false);
  const bytes = encodeText({ text: lineEnds.restore(merged), encoding, bom });
  return bytes === undefined ? { unmergeable: `${encoding} cannot hold both changes` } : { merged: bytes };
}

/** The content of the only side that changed anything, or of both when they are equal. */
function onlyChange({ base, current, yours }: Sides<Uint8Array>): Uint8Array | undefined {
  if (Buffer.compare(yours, base) === 0) return current;
  return Buffer.compare(current, base) === 0 || Buffer.compare(current, yours) === 0 ? yours : undefined;
}

/** Merges texts whose lines can be compared as they stand. */
function mergeText(texts: Sides<string>, timeoutMs: number): string | Exclude<Merge, { merged: unknown }> {
  const { base, current, yours } = texts;
  const { head, tail } = sharedEnds(base, current, yours);
  const lines = map(texts, (text) => splitLines(text.slice(head, text.length - tail)));
  const total = lines.base.length + lines.current.length + lines.yours.length;
  if (total > MAX_MERGED_LINES) return { unmergeable: 'the texts are too large' };
  const numbers = new LineNumbers();
  const chunks = mergeLines(
    map(lines, (side) => numbers.of(side)),
    timeoutMs,
  );
  if (chunks === undefined) return { unmergeable: 'the texts are too different' };
  const firstLine = countLineEnds(base, 0, head) + 1;
  const conflicts = chunks.filter((chunk): chunk is ConflictingLines => 'conflict' in chunk);
  if (conflicts.length > 0) return listConflicts(conflicts, lines, firstLine);
  const middle = chunks.flatMap((chunk) =>
    'merged' in chunk ? chunk.merged.map((number) => numbers.line(number)) : [],
  );
  return base.slice(0, head) + middle.join('') + base.slice(base.length - tail);
}

function decodeSides(contents: Sides<Uint8Array>): Sides<DecodedText> | { unmergeable: string } {
  try {
    return {
      base: decodeText(contents.base, NAMES.base),
      current: decodeText(contents.current, NAMES.current),
      yours: decodeText(contents.yours, NAMES.yours),
    };
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'not_text')) throw error;
    return { unmergeable: error.message.replace(/; pull it instead\.$/, '') };
  }
}

/** The one encoding of all that is not ASCII; text of ASCII alone goes with any. */
function commonEncoding(sides: Sides<DecodedText>): TextEncoding | undefined {
  const encodings = new Set<TextEncoding>();
  for (const { text, encoding } of Object.values(sides) as DecodedText[]) {
    if (encoding !== 'utf-8' || /[^\0-\x7f]/.test(text)) encodings.add(encoding);
  }
  const [encoding = 'utf-8'] = encodings;
  return encodings.size > 1 ? undefined : encoding;
}

/** Takes line ends out of the comparison where they are a property of the whole text, and puts them back. */
class LineEndMerge {
  readonly #unifies: boolean;
  readonly #crlf: boolean;

  constructor(texts: Sides<string>) {
    const styles = map(texts, lineEndsOf);
    const ends = new Set([styles.base, styles.current, styles.yours]);
    this.#unifies = ends.has('lf') && ends.has('crlf') && !ends.has('mixed');
    this.#crlf = pick(map(styles, (style) => (style === 'none' ? undefined : style))) === 'crlf';
  }

  unify(text: string): string {
    return this.#unifies ? text.replaceAll('\r\n', '\n') : text;
  }

  restore(text: string): string {
    return this.#unifies && this.#crlf ? text.replaceAll('\n', '\r\n') : text;
  }
}

/** A property of three texts, by the rule of merging: who changed it wins. Who has no opinion has not changed it. */
function pick<T>({ base, current, yours }: Sides<T | undefined>): T | undefined {
  return yours === undefined || yours === base ? (current ?? yours ?? base) : yours;
}

function map<T, U>({ base, current, yours }: Sides<T>, change: (side: T) => U): Sides<U> {
  return { base: change(base), current: change(current), yours: change(yours) };
}
