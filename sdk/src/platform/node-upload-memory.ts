import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { UnfinishedUpload, UploadMemory } from '../resumable/upload-memory.js';
import { isSystemError } from './node-rename.js';

const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** What is written here; nothing else in the folder is touched. */
const OWN_FILE = /^[0-9a-f]{64}\.upload$/;

/** One small file for each unfinished upload, written as a whole or not at all. */
export function uploadMemoryIn(folder: string): UploadMemory {
  const root = resolve(folder);
  const pathOf = (key: string): string => join(root, `${key}.upload`);
  return {
    async recall(key) {
      const text = await readFile(pathOf(key), 'utf8').catch((error: unknown) => {
        if (isSystemError(error, 'ENOENT')) return undefined;
        throw error;
      });
      return text === undefined ? undefined : uploadOf(text);
    },
    async remember(key, { uploadId }) {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const staging = join(root, `.${key}.${crypto.randomUUID().slice(0, 8)}`);
      await writeFile(staging, `${JSON.stringify({ upload_id: uploadId })}\n`, { mode: 0o600, flag: 'wx' });
      await rename(staging, pathOf(key));
      await removeOld(root);
    },
    async forget(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

function uploadOf(text: string): UnfinishedUpload | undefined {
  const { upload_id: uploadId } = JSON.parse(text) as { upload_id?: unknown };
  return typeof uploadId === 'string' ? { uploadId } : undefined;
}

async function removeOld(root: string): Promise<void> {
  const before = Date.now() - KEPT_MS;
  for (const name of await readdir(root)) {
    if (!OWN_FILE.test(name)) continue;
    const { mtimeMs } = await stat(join(root, name)).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < before) await rm(join(root, name), { force: true });
  }
}
