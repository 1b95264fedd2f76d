/** The use cases of reading parts of texts. */
import { LRUCache } from 'lru-cache';
import type { Database } from '../../db/index.js';
import type { Outline, TextPart } from '../../kernel/contract.js';
import type { Principal } from '../../kernel/principal.js';
import { cutPart, locate, toOutline, type Selection, type TextIndex, type TextWorkshop } from '../../text/index.js';
import { presentContent, type ContentRow } from '../documents/index.js';
import type { TextContents } from './text-contents.js';

/** Memory for what is known of texts that were read. */
const INDEX_CACHE_BYTES = 32 * 1024 * 1024;

interface IndexJob {
  readonly tenant_id: string;
  readonly content: ContentRow;
}

export class Reading {
  readonly #db: Database;
  readonly #contents: TextContents;
  /**
   * A text is read as a whole once; from then on the index says where a part stands, and only that is read. Content under
   * a digest never changes, so an index holds for ever.
   */
  readonly #indexes: LRUCache<string, TextIndex, IndexJob>;

  constructor(db: Database, workshop: TextWorkshop, contents: TextContents) {
    this.#db = db;
    this.#contents = contents;
    this.#indexes = new LRUCache({
      maxSize: INDEX_CACHE_BYTES,
      sizeCalculation: ({ weight }) => weight,
      fetchMethod: (_key, _stale, { context: { tenant_id, content } }) =>
        contents.run(content.size_bytes, async () => workshop.index(await contents.load(tenant_id, content))),
    });
  }

  /**
   * A part of a text document; the whole when nothing of it is selected.
   *
   * @param version undefined for the current one
   * @throws Problem `document_not_found`, `version_not_found`, `version_removed`, `not_text`, `text_too_large`,
   *   `section_not_found`, `section_ambiguous`, `range_not_satisfiable`
   */
  async readPart(
    principal: Principal,
    document_id: string,
    version: number | undefined,
    selection: Selection,
  ): Promise<{ content: ContentRow; part: TextPart }> {
    const { tenant_id } = principal;
    const content = await presentContent(this.#db.read, principal, 'read', document_id, version);
    const index = await this.#index(tenant_id, content);
    const located = locate(index, selection);
    const bytes = located.range ? await this.#contents.loadRange(tenant_id, content, located.range) : new Uint8Array();
    const cut = cutPart(index, located, bytes);
    return { content, part: { document_id, version: content.version, mime_type: content.mime_type, ...cut } };
  }

  /**
   * The headings of a Markdown document.
   *
   * @param version undefined for the current one
   * @throws Problem `document_not_found`, `version_not_found`, `version_removed`, `not_text`, `text_too_large`
   */
  async outline(
    principal: Principal,
    document_id: string,
    version: number | undefined,
  ): Promise<{ content: ContentRow; outline: Outline }> {
    const { tenant_id } = principal;
    const content = await presentContent(this.#db.read, principal, 'read', document_id, version);
    const index = await this.#index(tenant_id, content);
    return { content, outline: { document_id, version: content.version, ...toOutline(index) } };
  }

  async #index(tenant_id: string, content: ContentRow): Promise<TextIndex> {
    const key = `${tenant_id}/${content.checksum_sha256}`;
    const index = await this.#indexes.fetch(key, { context: { tenant_id, content } });
    if (!index) throw new Error(`no index of ${key}`);
    return index;
  }
}
