import {
  addToCollection,
  changeCollection,
  createCollection,
  deleteCollection,
  listCollections,
  listGrants,
  readCollection,
  removeFromCollection,
  removeGrant,
  setGrant,
} from './collections.js';
import type { CallOptions } from './connection.js';
import type {
  Collection,
  CollectionChange,
  CollectionPage,
  CreatedLink,
  Grant,
  LinkPage,
  NewCollection,
  PageRequest,
  Role,
  ShareLink,
} from './contract.js';
import { DocumentFinder } from './finder.js';
import { itemsOf } from './pages.js';
import { createLink, type LinkOptions, listLinks, revokeLink } from './share-links.js';

/** What documents are shared by: collections with grants, and links. */
export class SharingClient extends DocumentFinder {
  /** Makes a collection. @throws ProblemError `collection_exists` */
  async createCollection(collection: NewCollection, options: CallOptions = {}): Promise<Collection> {
    return await createCollection(this.connection, collection, options);
  }

  /** Lists the collections that this client may know of, by name: one page. */
  async listCollections(page: PageRequest = {}, options: CallOptions = {}): Promise<CollectionPage> {
    const { items: collections, ...rest } = await listCollections(this.connection, page, options);
    return { collections, ...rest };
  }

  /** Lists the collections, page after page as they are asked for. `limit` is the size of a page. */
  listCollectionsAll(
    { limit }: Omit<PageRequest, 'cursor'> = {},
    options: CallOptions = {},
  ): AsyncIterable<Collection> {
    return itemsOf((cursor) => listCollections(this.connection, { limit, cursor }, options));
  }

  /** Reads a collection. The documents in it are `query({ collection })`. */
  async getCollection(collectionId: string, options: CallOptions = {}): Promise<Collection> {
    return await readCollection(this.connection, collectionId, options);
  }

  /** Changes a collection's name or description. */
  async updateCollection(
    collectionId: string,
    change: CollectionChange,
    options: CallOptions = {},
  ): Promise<Collection> {
    return await changeCollection(this.connection, collectionId, change, options);
  }

  /** Deletes a collection and its grants; the documents stay. */
  async deleteCollection(collectionId: string, options: CallOptions = {}): Promise<void> {
    await deleteCollection(this.connection, collectionId, options);
  }

  /**
   * Puts a document into a collection, where it may be already.
   *
   * @throws ProblemError `forbidden` when this client may not write on the document or in the collection, or could do more
   *   with the document there
   */
  async addToCollection(collectionId: string, documentId: string, options: CallOptions = {}): Promise<void> {
    await addToCollection(this.connection, collectionId, documentId, options);
  }

  /** Takes a document out of a collection, where it need not be. The document stays. */
  async removeFromCollection(collectionId: string, documentId: string, options: CallOptions = {}): Promise<void> {
    await removeFromCollection(this.connection, collectionId, documentId, options);
  }

  /** Lists the grants on a collection. */
  async listGrants(collectionId: string, options: CallOptions = {}): Promise<Grant[]> {
    return await listGrants(this.connection, collectionId, options);
  }

  /**
   * Grants a role on a collection, in the place of the one that was there.
   *
   * @param grantee the id of a key, or `everyone` in the tenant
   * @throws ProblemError `forbidden` for more than this client may do itself
   */
  async setGrant(collectionId: string, grantee: string, role: Role, options: CallOptions = {}): Promise<Grant> {
    return await setGrant(this.connection, collectionId, grantee, role, options);
  }

  /** Takes a grant back, which need not be there. */
  async removeGrant(collectionId: string, grantee: string, options: CallOptions = {}): Promise<void> {
    await removeGrant(this.connection, collectionId, grantee, options);
  }

  /** Makes a link that opens one version of a document to whoever has it, until it expires, is revoked or used up. */
  async createLink(documentId: string, options: LinkOptions = {}): Promise<CreatedLink> {
    return await createLink(this.connection, documentId, options);
  }

  /** Lists the links to a document, those that are not valid any more included: one page, the newest first. */
  async listLinks(documentId: string, page: PageRequest = {}, options: CallOptions = {}): Promise<LinkPage> {
    const { items: links, ...rest } = await listLinks(this.connection, documentId, page, options);
    return { links, ...rest };
  }

  /** Lists the links to a document, page after page as they are asked for. `limit` is the size of a page. */
  listLinksAll(
    documentId: string,
    { limit }: Omit<PageRequest, 'cursor'> = {},
    options: CallOptions = {},
  ): AsyncIterable<ShareLink> {
    return itemsOf((cursor) => listLinks(this.connection, documentId, { limit, cursor }, options));
  }

  /** Ends a link, at once. One that has ended is left as it is. */
  async revokeLink(documentId: string, linkId: string, options: CallOptions = {}): Promise<void> {
    await revokeLink(this.connection, documentId, linkId, options);
  }
}
