/** The rows of the search index, written in the transaction of what they follow from. */
import { indexStatements, indexTables, tenantNumber, type IndexTables, type Session } from '../../db/index.js';
import { filterTerms, termsOf } from '../../search-index/index.js';
import type { IndexOutcome, PreparedText } from './content-indexing.js';
import { findDocument, type DocumentRow } from './documents.store.js';
import { deleteExtractedText, setIndexStatus } from './indexing.sql.js';

/** What the index has of a document beside its content. */
export interface IndexedMetadata {
  readonly name: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly mime_type: string;
}

/**
 * Puts a document into the index, where it is not yet. Without text (it waits, or there is none) by its metadata alone.
 *
 * @param sequence the document's; it says whose tenant's index it is, too, unless `tables` does
 */
export async function insertIndexEntry(
  tx: Session,
  sequence: number,
  { name, tags, description, mime_type }: IndexedMetadata,
  text: PreparedText['text'],
  tables = liveTables(sequence),
): Promise<void> {
  const words = new Set(text?.words);
  await tx.run(indexStatements(tables).insert, {
    sequence,
    name: termsOf(name, words),
    tags: termsOf(tags.join('\n'), words),
    description: termsOf(description, words),
    headings: text?.headings ?? '',
    body: text?.body ?? '',
    compounds: text?.compounds ?? '',
    filters: filterTerms(tags, mime_type),
  });
  await insertWords(tx, tables, words);
}

/** The same for a document that is in the index already. */
export async function replaceIndexEntry(
  tx: Session,
  sequence: number,
  metadata: IndexedMetadata,
  text: PreparedText['text'],
  tables = liveTables(sequence),
): Promise<void> {
  await tx.run(indexStatements(tables).remove, { sequence });
  await insertIndexEntry(tx, sequence, metadata, text, tables);
}

/**
 * Brings the index up to what a document is now, after it has changed in this transaction.
 *
 * @param prepared of its current content; of another one, or none at all, the content waits to be indexed
 */
export async function indexCurrent(
  tx: Session,
  tenant_id: string,
  document_id: string,
  prepared: PreparedText | undefined,
): Promise<IndexOutcome> {
  const { sequence, checksum_sha256, tags, ...row } = await rowOf(tx, tenant_id, document_id);
  const known = prepared?.checksum_sha256 === checksum_sha256 ? prepared : undefined;
  const { index_status, index_reason } = known ?? WAITS;
  await replaceIndexEntry(tx, sequence, { ...row, tags: JSON.parse(tags) as string[] }, known?.text);
  await tx.run(setIndexStatus, { tenant_id, sequence, index_status, index_reason });
  return { index_status, index_reason };
}

async function rowOf(tx: Session, tenant_id: string, document_id: string): Promise<DocumentRow> {
  const row = await findDocument(tx, tenant_id, document_id);
  if (!row) throw new Error(`no document ${document_id} in the transaction that changes it`);
  return row;
}

/** What is said of a content that is indexed later. */
const WAITS: IndexOutcome = { index_status: 'pending', index_reason: '' };

/** Takes a document out of the index. Its words stay: others may have them, and whoever offers one looks whether it is there. */
export async function deleteIndexEntry(tx: Session, tenant_id: string, sequence: number): Promise<void> {
  await tx.run(indexStatements(liveTables(sequence)).remove, { sequence });
  await tx.run(deleteExtractedText, { tenant_id, sequence });
}

function liveTables(sequence: number): IndexTables {
  return indexTables(tenantNumber(sequence));
}

/**
 * Words that are known to be in the tables of a database, by the connection that writes and the table's name. A look at
 * the table costs more than the word.
 */
const known = new WeakMap<Session, { forgetAt: number; readonly tables: Map<string, Set<string>> }>();
const KNOWN_WORDS = 200_000;
/** A rebuild, by whatever process, leaves out words that no document has any more; then they are forgotten here, too. */
const FORGET_AFTER_MS = 10 * 60 * 1000;

async function insertWords(tx: Session, tables: IndexTables, words: ReadonlySet<string>): Promise<void> {
  const { insertWord, insertWordParts } = indexStatements(tables);
  const seen = knownWords(tx, tables.words);
  for (const word of words) {
    if (seen.has(word)) continue;
    const [inserted] = await tx.run(insertWord, { word });
    // Known is only what was there before: this transaction may still be taken back.
    if (inserted) await tx.run(insertWordParts, { ...inserted, word });
    else seen.add(word);
  }
}

function knownWords(tx: Session, table: string): Set<string> {
  const now = Date.now();
  let ofConnection = known.get(tx);
  if (!ofConnection || now >= ofConnection.forgetAt) {
    ofConnection = { forgetAt: now + FORGET_AFTER_MS, tables: new Map() };
    known.set(tx, ofConnection);
  }
  const words = ofConnection.tables.get(table) ?? new Set<string>();
  if (words.size > KNOWN_WORDS) words.clear();
  ofConnection.tables.set(table, words);
  return words;
}

/** To be called when the tables of an index were emptied or replaced. */
export function forgetWords(tx: Session): void {
  known.delete(tx);
}
