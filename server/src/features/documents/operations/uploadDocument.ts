import type { OperationHandler } from '../../../http/operation.js';
import { contentEtag } from '../../../kernel/precondition.js';
import type { Documents } from '../index.js';

export function uploadDocument(documents: Documents): OperationHandler<'uploadDocument'> {
  return async ({ body, principal }) => {
    const { name, tags = [], description = '', collection_id } = body;
    const said = { name, tags, description, collection_id };
    const document =
      'file' in body
        ? await documents.push(principal, { ...said, ...body.file })
        : await documents.pushKnown(principal, {
            ...said,
            checksum_sha256: body.checksum_sha256,
            original_filename: body.original_filename,
            mime_type: body.mime_type,
          });
    const headers = { Location: `/documents/${document.document_id}`, ETag: contentEtag(document) };
    return { status: 201, headers, json: document };
  };
}
