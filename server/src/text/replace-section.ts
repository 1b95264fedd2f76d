import type { ContentEdit } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import type { EditContext } from './edit-context.js';
import { findHeadings, sectionEnds, type SourceHeading } from './headings.js';
import { matchSection } from './section-names.js';

type ReplaceSectionEdit = Extract<ContentEdit, { op: 'replace_section' }>;

/**
 * Replaces what stands below a heading, up to the next one of the same or a higher level. The heading's own lines stay; when
 * the new text begins with that very heading, it is not doubled.
 *
 * @throws {Problem} `edit_failed` when no heading or more than one fits, `text_too_large` when there are too many lines
 */
export function replaceSection(edit: ReplaceSectionEdit, { text, lineEnd, edit: at }: EditContext): string {
  const found = findHeadings(text);
  if (found === undefined) throw new Problem('text_too_large', `Edit ${at}: the text has too many lines for sections.`);
  const { headings, outline } = found;
  const names = { titles: headings.map(({ title }) => title), anchors: headings.map(({ anchor }) => anchor) };
  const match = matchSection(names, edit.section, (index) => (headings[index]?.line ?? 0) + 1);
  if ('detail' in match) {
    throw new Problem('edit_failed', `Edit ${at} (replace_section): ${match.detail}`, {
      details: { found: { edit: at, ...match.found } },
    });
  }
  const heading = headings[match.at];
  if (heading === undefined) throw new Error('the heading that was found is not there');
  const next = outline[sectionEnds(outline)[match.at] ?? outline.length];
  const start = indexOfLine(text, heading.body);
  const before = text.slice(0, start);
  const after = next === undefined ? '' : text.slice(indexOfLine(text, next.line));
  const body = withoutHeading(edit.text, heading);
  const opened = body !== '' && !before.endsWith('\n') ? before + lineEnd : before;
  const closed = after !== '' && body !== '' && !body.endsWith('\n') ? body + lineEnd : body;
  return opened + closed + after;
}

/** A text without the heading that it begins with, if it is this one. */
function withoutHeading(text: string, { level, title }: SourceHeading): string {
  const first = findHeadings(text)?.headings[0];
  const repeats = first?.line === 0 && first.level === level && first.title === title;
  return repeats ? text.slice(indexOfLine(text, first.body)) : text;
}

/** Where a line begins, counted from 0; the text's end when it has no such line. */
function indexOfLine(text: string, line: number): number {
  let at = 0;
  for (let skipped = 0; skipped < line && at < text.length; skipped++) at = text.indexOf('\n', at) + 1 || text.length;
  return at;
}
