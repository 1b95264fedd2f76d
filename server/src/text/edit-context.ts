import { Problem } from '../kernel/problem.js';

/** What an edit is applied to, and what it has to keep to. */
export interface EditContext {
  readonly text: string;
  /** The line end that the text has, for the places where one is added. */
  readonly lineEnd: '\n' | '\r\n';
  /** The edit's place in its list, counted from 0. */
  readonly edit: number;
  /** How long the text may become, in UTF-16 units. */
  readonly maxLength: number;
}

/** The problem of a text that would become larger than edits may make it. */
export function tooLarge(maxBytes: number): Problem {
  return new Problem(
    'text_too_large',
    `The edits would make the text larger than the ${maxBytes} bytes that text operations take (DOCUMENT_MAX_TEXT_BYTES).`,
  );
}
