import type { Content, Form } from '../form.js';
import { multipartFrame } from '../multipart.js';
import type { IdleWatch } from '../transport/idle-watch.js';
import type { RequestBody } from '../transport/request-body.js';

/**
 * A form as one Blob, for browsers: they send streams over HTTP/2 only or not at all, but read a Blob from the disk as
 * they send it. They do not tell how far they are.
 */
export async function blobForm({ fields, files, onProgress }: Form): Promise<RequestBody> {
  const { contentType, heads, tail } = multipartFrame(fields, files);
  const parts: BlobPart[] = [];
  let totalBytes = 0;
  for (const [index, { content }] of files.entries()) {
    const file = await blobOf(content);
    totalBytes += file.size;
    parts.push(heads[index] ?? '', file);
  }
  return {
    headers: { 'content-type': contentType },
    replayable: true,
    sourceError: undefined,
    open(watch: IdleWatch) {
      // Whether the upload moves is not to be seen, so it cannot be said to stand still.
      watch.busy();
      onProgress?.({ transferredBytes: 0, totalBytes });
      return new Blob([...parts, tail]);
    },
    release: () => undefined,
  };
}

/** The whole content. Browsers keep great Blobs on the disk. */
async function blobOf(content: Content): Promise<Blob> {
  if (content.blob !== undefined) return content.blob;
  const source = content.open();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await source.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
  return await new Response(stream).blob();
}
