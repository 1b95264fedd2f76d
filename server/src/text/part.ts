import type { TextPart } from '../kernel/contract.js';
import { decodeRange, wholeCharacters, type TextEncoding } from './encoding.js';
import { MAX_PART_BYTES, type Located } from './selection.js';
import { describePart, type Limit } from './statement.js';
import type { TextIndex } from './text-index.js';
import { LineMeter } from './tokens.js';

/** A part of a text, without the facts that only a document has. */
export type CutPart = Omit<TextPart, 'document_id' | 'version' | 'mime_type'>;

/**
 * Cuts a selection out of the bytes that `locate` named: to the end of the last line that fits into one answer and into
 * the budget of tokens; when not even the first line fits, inside it, at a character.
 *
 * @param bytes the content's bytes of `located.range`; empty when there is none
 */
export function cutPart(index: TextIndex, located: Located, bytes: Uint8Array): CutPart {
  const { first_line, last_line } = located;
  const cut = new Cut(index, located, bytes);
  const { offset, end, lines, tokens, limit, inside } = cut.run();
  const rangeStart = located.range?.start ?? offset;
  const end_line = first_line - 1 + lines + (inside ? 1 : 0);
  const length_bytes = end - offset;
  const part = {
    encoding: index.encoding,
    text: decodeRange(bytes.subarray(offset - rangeStart, end - rangeStart), index.encoding),
    start_line: first_line,
    end_line,
    total_lines: index.total_lines,
    offset_bytes: offset,
    length_bytes,
    total_bytes: index.total_bytes,
    tokens,
    total_tokens: index.total_tokens,
    truncated: length_bytes < index.total_bytes - index.bom_bytes,
    cut_short: first_line - 1 + lines < last_line,
  };
  return { ...part, statement: describePart(part, located, limit, inside) };
}

/** Walks from the range's checkpoint to where the part ends. Stretches between checkpoints that fit are not looked at. */
class Cut {
  readonly #index: TextIndex;
  readonly #located: Located;
  readonly #bytes: Uint8Array;
  readonly #meter = new LineMeter();
  #textBytes = 0;
  #tokens = 0;
  #lines = 0;
  #end = 0;
  #limit: Limit = 'one answer';
  #inside = false;

  constructor(index: TextIndex, located: Located, bytes: Uint8Array) {
    this.#index = index;
    this.#located = located;
    this.#bytes = bytes;
  }

  /** Offsets in the content, the number of whole lines, tokens, what ended it, and whether it ends inside a line. */
  run(): { offset: number; end: number; lines: number; tokens: number; limit: Limit; inside: boolean } {
    const { checkpoints } = this.#index;
    const { checkpoint, first_line, last_line } = this.#located;
    let text = this.#stretch(checkpoint);
    const skipped = indexOfLine(text, first_line - 1 - (checkpoints.lines[checkpoint] ?? 0));
    const offset = (checkpoints.bytes[checkpoint] ?? 0) + this.#sourceBytes(text, 0, skipped);
    this.#end = offset;
    let goesOn = last_line >= first_line && this.#walk(text, skipped);
    for (let at = checkpoint + 1; goesOn && this.#wanted > 0 && at + 1 < checkpoints.lines.length; at++) {
      if (this.#takeStretch(at)) continue;
      text = this.#stretch(at);
      goesOn = this.#walk(text, 0);
    }
    const [lines, tokens] = [this.#lines, this.#tokens];
    return { offset, end: this.#end, lines, tokens, limit: this.#limit, inside: this.#inside };
  }

  /** How many lines are still to come. */
  get #wanted(): number {
    const { first_line, last_line } = this.#located;
    return last_line - first_line + 1 - this.#lines;
  }

  /** The text from a checkpoint to the next one, as far as it was read. */
  #stretch(at: number): string {
    const { bytes } = this.#index.checkpoints;
    const base = this.#located.range?.start ?? 0;
    const piece = this.#bytes.subarray((bytes[at] ?? 0) - base, (bytes[at + 1] ?? 0) - base);
    return decodeRange(piece.subarray(0, wholeCharacters(piece, this.#index.encoding)), this.#index.encoding);
  }

  /** Takes all between a checkpoint and the next one, if it is wanted and fits. */
  #takeStretch(at: number): boolean {
    const { lines, bytes, text_bytes, tokens } = this.#index.checkpoints;
    const between = (column: Uint32Array | Float64Array) => (column[at + 1] ?? 0) - (column[at] ?? 0);
    if (between(lines) > this.#wanted || !this.#fits(between(text_bytes), between(tokens))) return false;
    this.#lines += between(lines);
    this.#add(between(text_bytes), between(tokens), bytes[at + 1] ?? 0);
    return true;
  }

  /** Takes lines of a text, as many as are wanted and fit; false when one does not. */
  #walk(text: string, from: number): boolean {
    for (let start = from; start < text.length && this.#wanted > 0;) {
      const end = text.indexOf('\n', start) + 1 || text.length;
      const textBytes = utf8Length(text, start, end);
      const tooLong = this.#textBytes + textBytes > MAX_PART_BYTES;
      // Measuring takes time, and a line that is too long anyway may be very long.
      if (tooLong || !this.#fits(textBytes, this.#measure(text, start, end))) {
        if (!tooLong) this.#limit = 'max_tokens';
        if (this.#lines === 0) this.#takeBeginning(text, start, end);
        return false;
      }
      this.#lines++;
      this.#add(textBytes, this.#meter.tokens, this.#end + this.#sourceBytes(text, start, end));
      start = end;
    }
    return true;
  }

  /** Takes as much of a line as fits, between characters. */
  #takeBeginning(text: string, start: number, end: number): void {
    const fitting = start + new TextEncoder().encodeInto(text.slice(start, end), new Uint8Array(MAX_PART_BYTES)).read;
    const cut = this.#meter.measure(text, start, fitting, this.#located.max_tokens);
    if (cut.end < fitting) this.#limit = 'max_tokens';
    this.#inside = cut.end > start;
    this.#add(utf8Length(text, start, cut.end), cut.tokens, this.#end + this.#sourceBytes(text, start, cut.end));
  }

  /** The tokens of a line, or more than there may be. */
  #measure(text: string, start: number, end: number): number {
    const measured = this.#meter.measure(text, start, end, this.#located.max_tokens - this.#tokens);
    return measured.end < end ? Infinity : measured.tokens;
  }

  #fits(textBytes: number, tokens: number): boolean {
    return this.#textBytes + textBytes <= MAX_PART_BYTES && this.#tokens + tokens <= this.#located.max_tokens;
  }

  #add(textBytes: number, tokens: number, end: number): void {
    this.#textBytes += textBytes;
    this.#tokens += tokens;
    this.#end = end;
  }

  #sourceBytes(text: string, start: number, end: number): number {
    return sourceBytes(this.#index.encoding, text, start, end);
  }
}

function sourceBytes(encoding: TextEncoding, text: string, start: number, end: number): number {
  if (encoding === 'utf-8') return utf8Length(text, start, end);
  return encoding === 'windows-1252' ? end - start : 2 * (end - start);
}

function utf8Length(text: string, start: number, end: number): number {
  return Buffer.byteLength(text.slice(start, end));
}

/** Where a line begins, counted from 0. */
function indexOfLine(text: string, line: number): number {
  let at = 0;
  for (let skipped = 0; skipped < line; skipped++) at = text.indexOf('\n', at) + 1;
  return at;
}
