import { multipartFrame } from '../multipart.js';
import type { Form } from '../form.js';
import type { IdleWatch } from '../transport/idle-watch.js';
import type { RequestBody } from '../transport/request-body.js';

/**
 * A form as one Blob, for browsers: they send streams over HTTP/2 only or not at all, but read a Blob from the disk as
 * they send it. They do not tell how far they are.
 */
export async function blobForm({ fields, content, onProgress }: Form): Promise<RequestBody> {
  const file = content.blob ?? (await blobOf(content.open()));
  const { contentType, head, tail } = multipartFrame(fields, content);
  return {
    headers: { 'content-type': contentType },
    replayable: true,
    sourceError: undefined,
    open(watch: IdleWatch) {
      // Whether the upload moves is not to be seen, so it cannot be said to stand still.
      watch.busy();
      onProgress?.({ transferredBytes: 0, totalBytes: file.size });
      return new Blob([head, file, tail]);
    },
    release: () => undefined,
  };
}

/** The whole of a stream. Browsers keep great Blobs on the disk. */
async function blobOf(source: AsyncIterator<Uint8Array>): Promise<Blob> {
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await source.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
  return await new Response(stream).blob();
}
