/** Documents that are found by parts of their names, where no word of the documents is like what was asked for. */
import { whereAmong, whereContains } from '../../db/index.js';
import type { QueryNode } from '../../search-index/index.js';
import { findSequences, foldName, type DocumentFilter } from '../documents/index.js';
import type { SearchScope } from './finding.candidates.js';
import { filtersBeside, plainFilter } from './finding.plain.js';

/** Names that have the longest part and are looked at for the others. */
const LOOKED_AT = 1000;
const MIN_LETTERS = 2;

/**
 * The documents whose names have every word of a query as a part, with how much of the name that is. None where the query
 * says more than words and filters.
 */
export async function namesWithParts(
  scope: SearchScope,
  node: QueryNode,
  filter: DocumentFilter,
): Promise<Map<number, number>> {
  const { session, tenant_id } = scope;
  const beside = filter.name === '' ? filtersBeside(node) : undefined;
  const all = beside && plainFilter(beside.filters, filter);
  if (!all || beside.words.length === 0) return new Map();
  const parts = beside.words.map(foldName).sort((a, b) => b.length - a.length);
  const [longest = '', ...others] = parts;
  if (longest.length < MIN_LETTERS) return new Map();
  const sequences = await findSequences(session, tenant_id, { ...all, name: longest }, LOOKED_AT, undefined);
  const query = session.knex({ d: 'documents' }).select('d.sequence', 'd.name_folded').where('d.tenant_id', tenant_id);
  void whereAmong(query, 'd.sequence', sequences);
  for (const part of others) void whereContains(query, 'd.name_folded', part);
  const rows = (await query) as { sequence: number; name_folded: string }[];
  const letters = parts.reduce((sum, part) => sum + part.length, 0);
  return new Map(rows.map(({ name_folded, sequence }) => [sequence, Math.min(1, letters / name_folded.length)]));
}
