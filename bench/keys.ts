/*
 * Keys of the default tenant, made as the operator makes the first one: on the machine, in the storage folder.
 */
import { openAdministration } from '@document-sync/server/dist/src/compose.js';
import { readConfig } from '@document-sync/server/dist/src/config.js';

const SCOPES = {
  team: ['documents:read', 'documents:write', 'documents:delete', 'collections:manage'],
  reader: ['documents:read'],
} as const;

export type KeyKind = keyof typeof SCOPES;

/** Makes a key, for a server that works on the folder or is yet to start. */
export async function bootstrapKey(storageFolder: string, kind: KeyKind): Promise<string> {
  const administration = await openAdministration(readConfig({ DOCUMENT_STORAGE_DIR: storageFolder }));
  try {
    const { key } = await administration.keys.create('default', { name: kind, scopes: SCOPES[kind] }, 'operator');
    return key;
  } finally {
    await administration.close();
  }
}
