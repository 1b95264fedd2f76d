/** Many pushes at once, each for itself. */
import pLimit from 'p-limit';
import type { StagedContent } from '../../kernel/content.js';
import type { BatchItem, Document } from '../../kernel/contract.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { Documents } from '../documents/index.js';
import type { ReadItem } from './manifest.js';

/** A file of a batch, received and staged. */
export interface BatchedFile {
  readonly filename: string;
  readonly declared_type: string | undefined;
  readonly content: StagedContent;
}

/** What became of an item: a document, or whatever was thrown. */
export type ItemResult = { readonly document: Document } | { readonly error: unknown };

export interface BatchOutcome {
  /** One for each item, in their order. */
  readonly results: ItemResult[];
  /** The files that no item names. */
  readonly unexpected_files: string[];
}

/** Items that are being recorded at once: as many as share a transaction, and as many to follow. */
const RECORDED_AT_ONCE = 512;

export class BatchPushes {
  readonly #documents: Documents;

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /**
   * Stores a document for each item, and refuses the items that it cannot store; what it has stored is durable when it
   * resolves. The files stay staged: they are the caller's.
   *
   * @param files by the names that the items use; one that could not be received is its own Problem
   */
  async push(
    principal: Principal,
    items: readonly ReadItem[],
    files: ReadonlyMap<string, BatchedFile | Problem>,
  ): Promise<BatchOutcome> {
    const atOnce = pLimit(RECORDED_AT_ONCE);
    const results = await Promise.all(
      items.map((item) =>
        atOnce(async (): Promise<ItemResult> => {
          try {
            return { document: await this.#pushItem(principal, item, files) };
          } catch (error) {
            return { error };
          }
        }),
      ),
    );
    const named = new Set(items.map((item) => (item instanceof Problem ? undefined : item.file)));
    return { results, unexpected_files: [...files.keys()].filter((name) => !named.has(name)) };
  }

  async #pushItem(
    principal: Principal,
    item: ReadItem,
    files: ReadonlyMap<string, BatchedFile | Problem>,
  ): Promise<Document> {
    if (item instanceof Problem) throw item;
    const { name, tags = [], description = '', collection_id } = item;
    const { checksum_sha256 = '', original_filename, mime_type } = item;
    const said = { name, tags, description, collection_id };
    if (item.file === undefined) {
      return await this.#documents.pushKnown(principal, { ...said, checksum_sha256, original_filename, mime_type });
    }
    const { filename, declared_type, content } = fileOf(item.file, item, files);
    return await this.#documents.push(principal, {
      ...said,
      content,
      filename: original_filename ?? filename,
      declared_type: mime_type ?? declared_type,
    });
  }
}

function fileOf(
  part: string,
  { checksum_sha256 }: BatchItem,
  files: ReadonlyMap<string, BatchedFile | Problem>,
): BatchedFile {
  const file = files.get(part);
  if (file === undefined) {
    throw Problem.invalid({ location: 'file', message: `the form has no file part ${JSON.stringify(part)}` });
  }
  if (file instanceof Problem) throw file;
  const arrived = file.content.checksum_sha256;
  if (checksum_sha256 === undefined || checksum_sha256 === arrived) return file;
  throw new Problem(
    'checksum_mismatch',
    `The part ${JSON.stringify(part)} has the SHA-256 ${arrived}, not the promised ${checksum_sha256}. It was not stored.`,
  );
}
