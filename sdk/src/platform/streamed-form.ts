import type { Form } from '../form.js';
import { multipartFrame } from '../multipart.js';
import { StreamedBody } from './streamed-body.js';

/** A form that is sent as a stream, at the pace of the network. */
export function streamedForm({ fields, files, onProgress }: Form): StreamedBody {
  const { contentType, heads, tail } = multipartFrame(fields, files);
  const parts = files.flatMap(({ content }, index) => [heads[index] ?? new Uint8Array(), content]);
  return new StreamedBody(contentType, [...parts, tail], { onProgress });
}
