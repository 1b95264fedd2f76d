/** The table of all operations: the contract's own list, so that none can be missing. */
import type { OperationTable } from '../http/operation.js';
import type { Documents } from './documents/index.js';
import { deleteDocument } from './documents/operations/deleteDocument.js';
import { downloadDocument } from './documents/operations/downloadDocument.js';
import { getDocument } from './documents/operations/getDocument.js';
import { queryDocuments } from './documents/operations/queryDocuments.js';
import { updateDocument } from './documents/operations/updateDocument.js';
import { uploadDocument } from './documents/operations/uploadDocument.js';
import type { System } from './system/index.js';
import { getHealth } from './system/operations/getHealth.js';
import { getOpenApi } from './system/operations/getOpenApi.js';

/** Everything the operations are built on. */
export interface Features {
  readonly documents: Documents;
  readonly system: System;
}

export function createOperations({ documents, system }: Features): OperationTable {
  return {
    deleteDocument: deleteDocument(documents),
    downloadDocument: downloadDocument(documents),
    getDocument: getDocument(documents),
    getHealth: getHealth(system),
    getOpenApi: getOpenApi(system),
    queryDocuments: queryDocuments(documents),
    updateDocument: updateDocument(documents),
    uploadDocument: uploadDocument(documents),
  };
}
