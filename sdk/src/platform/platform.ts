import type { Download } from '../download.js';
import type { DownloadedFile, DownloadToFileOptions } from '../download-to-file.js';
import type { RequestBody } from '../transport/request-body.js';
import type { Content, Form } from '../form.js';
import type { UploadMemory } from '../resumable/upload-memory.js';

/** SHA-256 of bytes that come piece by piece. */
export interface RunningSha256 {
  update(bytes: Uint8Array): void;
  /** The digest of all bytes so far, in lower-case hex. Ends the run. */
  hex(): string;
}

/** What Node and browsers do differently. `#platform` in package.json chooses one of the two. */
export interface Platform {
  /** Undefined where only whole buffers can be hashed. */
  runningSha256(): RunningSha256 | undefined;
  /**
   * A file's content, not opened yet.
   *
   * @throws the file system's error; TypeError where there is no file system
   */
  openPath(path: string): Promise<Content>;
  /** The form as a body that holds no more of the content in memory than the platform forces it to. */
  formBody(form: Form): Promise<RequestBody>;
  /**
   * Writes a download to a file.
   *
   * @param download starts the download; called when the target has been found free as far as it is known
   * @throws FileExistsError, the file system's errors, whatever the download throws
   */
  saveDownload(download: () => Promise<Download>, options: DownloadToFileOptions): Promise<DownloadedFile>;
  /**
   * Remembers unfinished uploads in a folder.
   *
   * @throws TypeError where there is no file system
   */
  uploadMemoryIn(folder: string): UploadMemory;
}
