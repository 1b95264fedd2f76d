import { blobForm } from './blob-form.js';
import type { Platform } from './platform.js';

/** Browsers: no file system, no running hash, no streamed uploads. Imports nothing of Node. */
export const platform: Platform = {
  runningSha256: () => undefined,
  openPath: () => Promise.reject(new TypeError('A path can be uploaded in Node only; pass a File or a Blob here.')),
  formBody: blobForm,
  saveDownload: () =>
    Promise.reject(new TypeError('A download can be written to a file in Node only; use download().')),
  uploadMemoryIn: () => {
    throw new TypeError('Uploads can be remembered in a folder in Node only.');
  },
};
