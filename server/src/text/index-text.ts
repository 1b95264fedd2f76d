import { bomLength, decodeText, type TextEncoding } from './encoding.js';
import { findHeadings, sectionEnds, type SourceHeadings } from './headings.js';
import { CHECKPOINT_BYTES, type Checkpoints, type HeadingTable, type TextIndex } from './text-index.js';
import { LineMeter } from './tokens.js';

/**
 * Reads a text once.
 *
 * @param content the bytes; they are only read
 * @throws {Problem} `not_text`
 */
export function indexText(content: Uint8Array): TextIndex {
  const { text, encoding, bom } = decodeText(content, 'The content');
  const bom_bytes = bomLength(encoding, bom);
  const found = findHeadings(text);
  const { checkpoints, atHeadings, end } = measure(text, content, encoding, bom_bytes, found?.outline ?? []);
  const headings = found && headingTable(found, atHeadings, end);
  return {
    encoding,
    bom_bytes,
    total_lines: end.line,
    total_bytes: content.length,
    total_tokens: end.tokens,
    headings,
    checkpoints,
    weight: weightOf(checkpoints) + (headings === undefined ? 0 : weightOf(headings)) + 500,
  };
}

/** What lies before the beginning of a line. */
interface Mark {
  /** Lines; so it is the number of the line, counted from 0. */
  readonly line: number;
  /** Bytes of the content. */
  readonly byte: number;
  /** Bytes that the text has in UTF-8. */
  readonly textByte: number;
  readonly tokens: number;
}

interface Measured {
  readonly checkpoints: Checkpoints;
  readonly atHeadings: { readonly bytes: Float64Array; readonly tokens: Float64Array };
  readonly end: Mark;
}

/** Goes through the lines once. Nothing is kept for each of them: there may be as many as there are bytes. */
function measure(
  text: string,
  content: Uint8Array,
  encoding: TextEncoding,
  firstByte: number,
  outline: SourceHeadings['outline'],
): Measured {
  const meter = new LineMeter();
  const width = encoding.startsWith('utf-16') ? 2 : 1;
  const marks: Mark[] = [];
  const atHeadings = { bytes: new Float64Array(outline.length), tokens: new Float64Array(outline.length) };
  let [line, start, byte, tokens, heading] = [0, 0, firstByte, 0, 0];
  let last: Mark & { readonly start: number } = { line, byte, textByte: 0, tokens, start };
  const mark = () => {
    const textByte = encoding === 'utf-8' ? byte - firstByte : last.textByte + utf8Length(text, last.start, start);
    last = { line, byte, textByte, tokens, start };
    marks.push(last);
  };
  while (start < text.length) {
    if (start === 0 || byte >= last.byte + CHECKPOINT_BYTES) mark();
    if (outline[heading]?.line === line) {
      atHeadings.bytes[heading] = byte;
      atHeadings.tokens[heading] = tokens;
      heading++;
    }
    const end = text.indexOf('\n', start) + 1 || text.length;
    tokens += meter.measure(text, start, end).tokens;
    // In UTF-8 a line end is one byte, which is no part of another character.
    byte = encoding === 'utf-8' ? content.indexOf(0x0a, byte) + 1 || content.length : byte + width * (end - start);
    start = end;
    line++;
  }
  mark();
  return { checkpoints: checkpointsOf(marks), atHeadings, end: last };
}

function utf8Length(text: string, start: number, end: number): number {
  return Buffer.byteLength(text.slice(start, end));
}

function checkpointsOf(marks: readonly Mark[]): Checkpoints {
  return {
    lines: Uint32Array.from(marks, ({ line }) => line),
    bytes: Float64Array.from(marks, ({ byte }) => byte),
    text_bytes: Float64Array.from(marks, ({ textByte }) => textByte),
    tokens: Float64Array.from(marks, ({ tokens }) => tokens),
  };
}

function headingTable({ headings, outline }: SourceHeadings, at: Measured['atHeadings'], end: Mark): HeadingTable {
  const ends = sectionEnds(outline);
  const between = (column: Float64Array, total: number) =>
    Float64Array.from(headings, (_, index) => {
      const next = ends[index] ?? outline.length;
      return (next < outline.length ? (column[next] ?? 0) : total) - (column[index] ?? 0);
    });
  return {
    total: outline.length,
    titles: headings.map(({ title }) => title).join('\n'),
    anchors: headings.map(({ anchor }) => anchor).join('\n'),
    levels: Uint8Array.from(headings, ({ level }) => level),
    start_lines: Uint32Array.from(headings, ({ line }) => line + 1),
    end_lines: Uint32Array.from(headings, (_, index) => outline[ends[index] ?? outline.length]?.line ?? end.line),
    size_bytes: between(at.bytes, end.byte),
    tokens: between(at.tokens, end.tokens),
  };
}

function weightOf(columns: Checkpoints | HeadingTable): number {
  let weight = 0;
  for (const column of Object.values(columns) as unknown[]) {
    if (typeof column === 'string') weight += 2 * column.length;
    if (ArrayBuffer.isView(column)) weight += column.byteLength + 200;
  }
  return weight;
}
