import { platform } from '#platform';

/** An upload that the server has a part of. */
export interface UnfinishedUpload {
  uploadId: string;
}

/**
 * Where a client keeps which uploads are unfinished, so that a later one goes on with them. Keys are made by the client.
 * An implementation may reject: the client then goes on as if nothing were remembered.
 */
export interface UploadMemory {
  recall(key: string): Promise<UnfinishedUpload | undefined>;
  remember(key: string, upload: UnfinishedUpload): Promise<void>;
  forget(key: string): Promise<void>;
}

/**
 * Remembers unfinished uploads in a folder, so that another process goes on with them (Node only). The folder is made
 * when it is needed, for its user alone. What is a week old is removed: no server keeps an unfinished upload that long.
 *
 * @throws TypeError in a browser
 */
export function uploadMemoryIn(folder: string): UploadMemory {
  return platform.uploadMemoryIn(folder);
}

/** Remembers for as long as it lives itself. */
export function shortUploadMemory(): UploadMemory {
  const uploads = new Map<string, UnfinishedUpload>();
  return {
    recall: (key) => Promise.resolve(uploads.get(key)),
    remember(key, upload) {
      uploads.set(key, upload);
      return Promise.resolve();
    },
    forget(key) {
      uploads.delete(key);
      return Promise.resolve();
    },
  };
}

/** The same memory, whose failures are taken for forgetfulness: they must not hold up an upload. */
export function forgivingMemory(memory: UploadMemory): UploadMemory {
  return {
    recall: (key) => memory.recall(key).catch(() => undefined),
    remember: (key, upload) => memory.remember(key, upload).catch(() => undefined),
    forget: (key) => memory.forget(key).catch(() => undefined),
  };
}
