import type { TextPart } from '../kernel/contract.js';
import type { Located } from './selection.js';

/** What ends a part before its end. */
export type Limit = 'max_tokens' | 'one answer';

type Facts = Omit<TextPart, 'document_id' | 'version' | 'mime_type' | 'text' | 'statement'>;

/**
 * Says in one or two sentences what a part is, how much there is, and how to read on, for people and agents.
 *
 * @param limit what ended the part, if something did
 * @param inside whether the part ends inside a line
 */
export function describePart(part: Facts, { last_line, section }: Located, limit: Limit, inside: boolean): string {
  const { start_line, end_line, total_lines, total_bytes } = part;
  if (!part.truncated) return `This is the whole text: ${count(total_lines, 'line')}, ${count(total_bytes, 'byte')}.`;
  const lines = start_line === end_line ? `Line ${start_line}` : `Lines ${start_line} to ${end_line}`;
  const of = `of ${total_lines}${section === undefined ? '' : ` (section "${section}")`}`;
  const size = `${part.length_bytes} of ${count(total_bytes, 'byte')}`;
  if (!part.cut_short) return `${lines} ${of}, ${size}; the text has more.`;
  if (end_line < start_line) return `Nothing of line ${start_line} ${of} fits into ${limit}; ask for more.`;
  const next = part.offset_bytes + part.length_bytes;
  if (inside) {
    return (
      `The beginning of line ${start_line} ${of}, ${size}; the whole line does not fit into ${limit}. ` +
      `Pull the rest with the byte range ${next}-.`
    );
  }
  const rest = `${end_line + 1}-${last_line === total_lines ? '' : last_line}`;
  return `${lines} ${of}, ${size}; no more fits into ${limit}. Read on with lines=${rest}.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
