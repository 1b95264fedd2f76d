import type { TransferProgress } from './contract.js';
import { platform } from '#platform';
import type { RequestBody } from './transport/request-body.js';
import { tagList } from './tags.js';
import { contentOf, type UploadSource } from './upload-source.js';

export interface UploadOptions {
  /** The file's name; left out, that of the path or the `File`. A stream or a plain `Blob` needs one. */
  filename?: string | undefined;
  /** The content's media type, for the case that the file's name does not tell it. */
  contentType?: string | undefined;
  /** What to call the document; left out, the file's name. */
  name?: string | undefined;
  tags?: readonly string[] | undefined;
  description?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * The multipart body that uploads a source.
 *
 * @throws TypeError for a source that is none, has no file name, or for a tag that the wire cannot carry; the file
 *   system's error for a path that cannot be read
 */
export async function uploadBody(source: UploadSource, options: UploadOptions): Promise<RequestBody> {
  const { name, tags, description, onProgress } = options;
  const fields: [string, string][] = [];
  if (name !== undefined) fields.push(['name', name]);
  if (tags !== undefined && tags.length > 0) fields.push(['tags', tagList(tags).join(',')]);
  if (description !== undefined) fields.push(['description', description]);
  return await platform.formBody({ fields, content: await contentOf(source, options), onProgress });
}
