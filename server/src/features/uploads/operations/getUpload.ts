import type { OperationHandler } from '../../../http/operation.js';
import { optionalHeader, speakTus, TUS_HEADERS } from '../../../http/tus.js';
import { lifetime } from '../../../http/upload-answer.js';
import type { TusProtocol } from '../index.js';

export function getUpload(tus: TusProtocol): OperationHandler<'getUpload'> {
  return ({ path, headers, principal }) =>
    speakTus(headers, async () => {
      const { metadata, upload } = await tus.look(principal, path.upload_id);
      const { upload_id, offset_bytes, size_bytes, expires_at, outcome } = upload;
      return {
        status: 200,
        headers: {
          ...TUS_HEADERS,
          'Upload-Offset': offset_bytes,
          'Upload-Length': size_bytes,
          'Upload-Metadata': optionalHeader(metadata),
          'Upload-Expires': lifetime(upload),
          'Cache-Control': 'no-store',
        },
        json: { upload_id, offset_bytes, size_bytes, expires_at: expires_at.toISOString(), ...outcome },
      };
    });
}
