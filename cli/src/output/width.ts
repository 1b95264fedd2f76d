/** Measures how many columns of a terminal a text without escape sequences takes. */
export type WidthOf = (text: string) => number;

// Latin letters of all kinds and the usual punctuation take one column each; the soft hyphen (U+00AD) may take none.
const ONE_COLUMN_EACH = /^[\x20-\x7E\u00A0-\u00AC\u00AE-\u02FF\u2010-\u2027\u20AC]*$/;

/**
 * A measure for just these texts. Latin text is measured by its length, and only other text loads the tables of wide and
 * combining characters, which takes a third of the time of a query.
 */
export async function widthMeasure(texts: Iterable<string>): Promise<WidthOf> {
  for (const text of texts) {
    if (!ONE_COLUMN_EACH.test(text)) {
      return (await import('string-width')).default;
    }
  }
  return (text) => text.length;
}

/** The text, cut and ended with `…` where it takes more than `columns` columns. Never cuts a character in two. */
export function truncated(text: string, columns: number, widthOf: WidthOf): string {
  if (widthOf(text) <= columns) {
    return text;
  }
  let kept = '';
  let keptColumns = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    keptColumns += widthOf(segment);
    if (keptColumns > columns - 1) {
      break;
    }
    kept += segment;
  }
  return `${kept}…`;
}

/** The text, filled up with blanks to `columns` columns. */
export function padded(text: string, columns: number, widthOf: WidthOf): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}
