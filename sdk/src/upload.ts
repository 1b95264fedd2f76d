import type { Connection } from './connection.js';
import type { Document, TransferProgress } from './contract.js';
import { pushDigest, pushDocument } from './documents.js';
import { given } from './given.js';
import { platform } from '#platform';
import { isResumable, pushResumably, unlessUnknown } from './resumable/resumable-push.js';
import { tagList } from './tags.js';
import { contentOf, type UploadSource } from './upload-source.js';

export interface UploadOptions {
  /** The file's name; left out, that of the path or the `File`. Every other source needs one. */
  filename?: string | undefined;
  /** The content's media type, for the case that the file's name does not tell it. */
  contentType?: string | undefined;
  /** What to call the document; left out, the file's name. */
  name?: string | undefined;
  tags?: readonly string[] | undefined;
  description?: string | undefined;
  /** The id of a collection that the document is put into. */
  collectionId?: string | undefined;
  /** Of a large file by its path: go on with what an earlier call has left; left out, yes. */
  resume?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * Pushes a source as a new document: as a form, or a large file so that it can go on after a cut.
 *
 * @throws TypeError for a source that is none, has no file name, or for a tag that the wire cannot carry; the file
 *   system's error for a path that cannot be read
 */
export async function uploadDocument(
  connection: Connection,
  source: UploadSource,
  options: UploadOptions,
): Promise<Document> {
  const { name, description, collectionId: collection_id, contentType, resume, signal, onProgress } = options;
  const tags = options.tags?.length ? tagList(options.tags) : undefined;
  const said = Object.entries(given({ name, tags: tags?.join(','), description, collection_id }));
  const content = await contentOf(source, options);
  if (!isResumable(content, connection.resumableFromBytes)) {
    const files = [{ field: 'file', content }];
    return await pushDocument(connection, await platform.formBody({ fields: said, files, onProgress }), { signal });
  }
  const { filename } = content;
  return await pushResumably(connection, {
    content,
    metadata: [['filename', filename], ...Object.entries(given({ filetype: contentType })), ...said],
    byDigest: (checksum_sha256) => {
      const facts = { original_filename: filename, mime_type: contentType, name, tags: tags && [...tags], description };
      const known = { checksum_sha256, ...given({ ...facts, collection_id }) };
      return unlessUnknown(pushDigest(connection, known, { signal }));
    },
    resultOf: ({ document }) => document,
    resume,
    signal,
    onProgress,
  });
}
