import { checkedDocumentId } from './checks.js';
import type { Connection } from './connection.js';
import type { Outline, TextPart } from './contract.js';
import type { VersionOptions } from './documents.js';
import { given } from './given.js';

export interface ReadTextOptions extends VersionOptions {
  /** Which lines, counted from 1: `40-120`, `40-` to the end, `40` alone, or `-20` for the last twenty. */
  lines?: string | undefined;
  /** A Markdown section: its heading as text, or as the anchor (`#decisions-1`) that the outline gives. */
  section?: string | undefined;
  /** Cut the answer at the end of the last line that fits in about so many tokens. */
  maxTokens?: number | undefined;
}

/** Reads a part of a text document. */
export async function readTextPart(
  connection: Connection,
  documentId: string,
  { version, lines, section, maxTokens, signal }: ReadTextOptions,
): Promise<TextPart> {
  const query = given({ version, lines, section, max_tokens: maxTokens });
  const params = { path: { document_id: checkedDocumentId(documentId) }, query };
  return await connection.json({ signal }, (fetch) =>
    connection.api.GET('/documents/{document_id}/text', { params, fetch }),
  );
}

/** Lists the headings of a Markdown document. */
export async function readOutline(
  connection: Connection,
  documentId: string,
  { version, signal }: VersionOptions,
): Promise<Outline> {
  const params = { path: { document_id: checkedDocumentId(documentId) }, query: given({ version }) };
  return await connection.json({ signal }, (fetch) =>
    connection.api.GET('/documents/{document_id}/outline', { params, fetch }),
  );
}
