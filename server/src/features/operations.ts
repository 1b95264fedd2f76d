/** The table of all operations: the contract's own list, so that none can be missing. */
import type { OperationTable } from '../http/operation.js';
import type { ReadUploadMetadata } from '../http/upload-metadata.js';
import type { Archives } from './archive/index.js';
import { downloadArchive } from './archive/operations/downloadArchive.js';
import type { BatchChanges, BatchPushes, CheckItem } from './batch/index.js';
import { applyBatch } from './batch/operations/applyBatch.js';
import { uploadDocuments } from './batch/operations/uploadDocuments.js';
import type { CollectionContents, Collections, Grants } from './collections/index.js';
import { addToCollection } from './collections/operations/addToCollection.js';
import { createCollection } from './collections/operations/createCollection.js';
import { deleteCollection } from './collections/operations/deleteCollection.js';
import { getCollection } from './collections/operations/getCollection.js';
import { listCollections } from './collections/operations/listCollections.js';
import { listGrants } from './collections/operations/listGrants.js';
import { removeFromCollection } from './collections/operations/removeFromCollection.js';
import { removeGrant } from './collections/operations/removeGrant.js';
import { setGrant } from './collections/operations/setGrant.js';
import { updateCollection } from './collections/operations/updateCollection.js';
import type { Documents, Trash } from './documents/index.js';
import { deleteDocument } from './documents/operations/deleteDocument.js';
import { downloadDocument } from './documents/operations/downloadDocument.js';
import { getDocument } from './documents/operations/getDocument.js';
import { queryDocuments } from './documents/operations/queryDocuments.js';
import { queryTrash } from './documents/operations/queryTrash.js';
import { restoreDocument } from './documents/operations/restoreDocument.js';
import { updateDocument } from './documents/operations/updateDocument.js';
import { uploadDocument } from './documents/operations/uploadDocument.js';
import type { ApiKeys, Identities } from './keys/index.js';
import { createApiKey } from './keys/operations/createApiKey.js';
import { listApiKeys } from './keys/operations/listApiKeys.js';
import { revokeApiKey } from './keys/operations/revokeApiKey.js';
import { rotateApiKey } from './keys/operations/rotateApiKey.js';
import type { Links, OpenedLinks } from './links/index.js';
import { createLink } from './links/operations/createLink.js';
import { listLinks } from './links/operations/listLinks.js';
import { openLink } from './links/operations/openLink.js';
import { revokeLink } from './links/operations/revokeLink.js';
import type { Search } from './search/index.js';
import { getContext } from './search/operations/getContext.js';
import { listTags } from './search/operations/listTags.js';
import { searchDocuments } from './search/operations/searchDocuments.js';
import type { System } from './system/index.js';
import { getHealth } from './system/operations/getHealth.js';
import { getOpenApi } from './system/operations/getOpenApi.js';
import type { Tenants } from './tenants/index.js';
import { createTenant } from './tenants/operations/createTenant.js';
import { deleteTenant } from './tenants/operations/deleteTenant.js';
import { getUsage } from './tenants/operations/getUsage.js';
import { listTenants } from './tenants/operations/listTenants.js';
import { updateTenant } from './tenants/operations/updateTenant.js';
import { whoAmI } from './system/operations/whoAmI.js';
import type { Reading } from './text/index.js';
import { getOutline } from './text/operations/getOutline.js';
import { readText } from './text/operations/readText.js';
import type { TusProtocol } from './uploads/index.js';
import { appendToUpload } from './uploads/operations/appendToUpload.js';
import { createUpload } from './uploads/operations/createUpload.js';
import { deleteUpload } from './uploads/operations/deleteUpload.js';
import { getUpload } from './uploads/operations/getUpload.js';
import { getUploadCapabilities } from './uploads/operations/getUploadCapabilities.js';
import type { Versions } from './versions/index.js';
import { createVersion } from './versions/operations/createVersion.js';
import { diffVersions } from './versions/operations/diffVersions.js';
import { downloadVersion } from './versions/operations/downloadVersion.js';
import { editContent } from './versions/operations/editContent.js';
import { listVersions } from './versions/operations/listVersions.js';
import { rollbackDocument } from './versions/operations/rollbackDocument.js';

/** Everything the operations are built on. */
export interface Features {
  readonly apiKeys: ApiKeys;
  readonly archives: Archives;
  readonly batchChanges: BatchChanges;
  readonly batchPushes: BatchPushes;
  /** Holds an item of a batch to the contract. */
  readonly checkBatchItem: CheckItem;
  readonly collectionContents: CollectionContents;
  readonly collections: Collections;
  readonly documents: Documents;
  readonly grants: Grants;
  readonly links: Links;
  readonly openedLinks: OpenedLinks;
  readonly trash: Trash;
  readonly versions: Versions;
  readonly reading: Reading;
  readonly identities: Identities;
  readonly search: Search;
  readonly system: System;
  readonly tenants: Tenants;
  readonly tus: TusProtocol;
  readonly readUploadMetadata: ReadUploadMetadata;
  /** Is told of failures that are answered within a 200. */
  readonly report: (error: unknown) => void;
}

export function createOperations({
  apiKeys,
  archives,
  batchChanges,
  batchPushes,
  checkBatchItem,
  collectionContents,
  collections,
  documents,
  grants,
  links,
  openedLinks,
  identities,
  reading,
  readUploadMetadata,
  report,
  search,
  system,
  tenants,
  trash,
  tus,
  versions,
}: Features): OperationTable {
  return {
    addToCollection: addToCollection(collectionContents),
    appendToUpload: appendToUpload(tus),
    applyBatch: applyBatch(batchChanges),
    createApiKey: createApiKey(apiKeys),
    createCollection: createCollection(collections),
    createLink: createLink(links),
    createTenant: createTenant(tenants),
    createUpload: createUpload(tus, readUploadMetadata),
    createVersion: createVersion(versions),
    deleteCollection: deleteCollection(collections),
    deleteDocument: deleteDocument(trash),
    deleteTenant: deleteTenant(tenants),
    deleteUpload: deleteUpload(tus),
    diffVersions: diffVersions(versions),
    downloadArchive: downloadArchive(archives),
    downloadDocument: downloadDocument(documents),
    downloadVersion: downloadVersion(documents),
    editContent: editContent(versions),
    getCollection: getCollection(collections),
    getContext: getContext(search),
    getDocument: getDocument(documents),
    getHealth: getHealth(system),
    getOpenApi: getOpenApi(system),
    getOutline: getOutline(reading),
    getUpload: getUpload(tus),
    getUploadCapabilities: getUploadCapabilities(tus),
    getUsage: getUsage(tenants),
    listApiKeys: listApiKeys(apiKeys),
    listCollections: listCollections(collections),
    listGrants: listGrants(grants),
    listLinks: listLinks(links),
    listTags: listTags(search),
    listTenants: listTenants(tenants),
    listVersions: listVersions(versions),
    openLink: openLink(openedLinks),
    queryDocuments: queryDocuments(documents),
    queryTrash: queryTrash(trash),
    readText: readText(reading),
    removeFromCollection: removeFromCollection(collectionContents),
    removeGrant: removeGrant(grants),
    restoreDocument: restoreDocument(trash),
    revokeApiKey: revokeApiKey(apiKeys),
    revokeLink: revokeLink(links),
    rollbackDocument: rollbackDocument(versions),
    rotateApiKey: rotateApiKey(apiKeys),
    searchDocuments: searchDocuments(search),
    setGrant: setGrant(grants),
    updateCollection: updateCollection(collections),
    updateDocument: updateDocument(documents),
    updateTenant: updateTenant(tenants),
    uploadDocument: uploadDocument(documents),
    uploadDocuments: uploadDocuments(batchPushes, checkBatchItem, report),
    whoAmI: whoAmI(identities),
  };
}
