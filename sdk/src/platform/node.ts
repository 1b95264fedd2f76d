import { createHash } from 'node:crypto';

import { fileContent } from './node-file-content.js';
import { saveDownload } from './node-save.js';
import type { Platform } from './platform.js';
import { uploadMemoryIn } from './node-upload-memory.js';
import { streamedForm } from './streamed-form.js';

/** Node, and what is like it. */
export const platform: Platform = {
  runningSha256() {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') };
  },
  openPath: fileContent,
  formBody: (form) => Promise.resolve(streamedForm(form)),
  saveDownload,
  uploadMemoryIn,
};
