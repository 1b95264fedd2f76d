import type { ContextOmission, ContextPassage } from '../../kernel/contract.js';
import { countTokens } from './passages/index.js';

/** Names and headings that are longer are cut where they are only named. In characters. */
const MAX_NAME = 100;

/** What could end a line, hide, or turn the direction of what stands behind it. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** What is said when no document says anything. */
export const NOTHING_FOUND = 'Nothing about this was found.\n';

/** The lines of a version, as people and the contract cite them. */
export function citationOf(document_id: string, version: number, start_line: number, end_line: number): string {
  return `${document_id}@${version}#L${start_line}${end_line === start_line ? '' : `-L${end_line}`}`;
}

/** What stands before the text of a passage. */
export function passageHeader({
  citation,
  name,
  section,
}: Pick<ContextPassage, 'citation' | 'name' | 'section'>): string {
  return `### ${titleOf(name, section)}\n[${citation}]\n\n`;
}

/** What was left out: how many sections that are, the best of them, and how to read them. */
export interface Omissions {
  readonly count: number;
  readonly listed: readonly ContextOmission[];
}

/** A pack as Markdown: the passages, and what was left out. Its tokens are the sum of its lines'. */
export function toMarkdown(passages: readonly ContextPassage[], left_out: Omissions): string {
  if (passages.length === 0 && left_out.count === 0) return NOTHING_FOUND;
  const blocks = passages.map((passage) => passageHeader(passage) + withLineEnd(passage.text));
  if (left_out.count > 0) blocks.push(omissionsText(left_out));
  return blocks.join('\n');
}

/** How many tokens the list of what was left out has, with the line before it. */
export function omissionsTokens(left_out: Omissions): number {
  return left_out.count === 0 ? 0 : 1 + countTokens(omissionsText(left_out));
}

/** How many tokens a passage has in the pack, with the line before it. */
export function passageTokens(header: string, textTokens: number): number {
  return 1 + countTokens(header) + textTokens;
}

/** As many of the omissions, from the first, as fit into a number of tokens; none where not even one does. */
export function fittingOmissions(
  omissions: readonly ContextOmission[],
  count: number,
  tokens: number,
): readonly ContextOmission[] {
  let listed = omissions;
  while (listed.length > 0 && omissionsTokens({ count, listed }) > tokens) listed = listed.slice(0, -1);
  return listed;
}

function omissionsText({ count, listed }: Omissions): string {
  const sections = count === 1 ? '1 section' : `${count} sections`;
  const gives = '`--max-tokens` gives more';
  if (listed.length === 0) return `Left out for the budget: ${sections}; ${gives}.\n`;
  const readable = listed.find(({ path }) => path !== undefined);
  const reads = readable === undefined ? '' : `\`${command(readable)}\` reads one, `;
  const order = count === 1 ? '' : ', the best first';
  return `Left out for the budget: ${sections}${order} (${reads}${gives}):\n${listed.map(item).join('')}`;
}

function command({ document_id, version, start_line, end_line }: ContextOmission): string {
  return `doc cat ${document_id} --version ${version} --lines ${start_line}-${end_line}`;
}

function item({ citation, name, section, tokens, path }: ContextOmission): string {
  const where = path === undefined ? ' of the text in the file' : '';
  return `- [${citation}] ${titleOf(name, section)} (${tokens} tokens${where})\n`;
}

function titleOf(name: string, section: string | undefined): string {
  const title = inLine(section ?? '');
  return title === '' || title === inLine(name) ? inLine(name) : `${inLine(name)}: ${title}`;
}

/** A text that stays in its line, and is no longer than a line should be. */
function inLine(text: string): string {
  const line = text.replace(UNSAFE, ' ').replace(/\s+/g, ' ').trim();
  const characters = Array.from(line.slice(0, 2 * MAX_NAME + 2));
  return characters.length <= MAX_NAME ? line : `${characters.slice(0, MAX_NAME).join('')}…`;
}

function withLineEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
