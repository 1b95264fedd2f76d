import { scanHeadings } from './heading-scan.js';

/** The headings of a text, in order, in columns; places are in UTF-16 units. */
export interface Headings {
  /** Where the first line of each begins. */
  readonly starts: readonly number[];
  /** Behind the line ends of each. */
  readonly ends: readonly number[];
  readonly levels: readonly number[];
  /** What a heading is called; it may be empty. */
  title(at: number): string;
  /** How `section` of `GET /documents/{document_id}/text` names a heading, where that is certain. */
  anchor(at: number): string | undefined;
}

/** What is Markdown, may be some without saying so, or is text that was taken out of something that has headings. */
const WITH_HEADINGS =
  /^(?:text\/(?:markdown|x-markdown|mdx|plain|html)|application\/(?:xhtml\+xml|pdf|octet-stream|vnd\.openxmlformats-.*))$/;

/** What stands for the headings of a text that is not Markdown. */
export const NO_HEADINGS: Headings = {
  starts: [],
  ends: [],
  levels: [],
  title: () => '',
  anchor: () => undefined,
};

/** Whether `#` at the beginning of a line is a heading in content of this media type; in source code it is a comment. */
export function hasHeadings(mime_type: string): boolean {
  const [essence = ''] = mime_type.toLowerCase().split(';');
  return WITH_HEADINGS.test(essence.trim());
}

/** The headings of a Markdown text, in time that grows with its length. */
export function headingsIn(text: string): Headings {
  return scanHeadings(text);
}

/** The last heading that begins at or before a place; -1 when none does. */
export function headingAt({ starts }: Headings, place: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
