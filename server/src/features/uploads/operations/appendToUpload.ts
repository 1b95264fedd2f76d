import type { OperationHandler } from '../../../http/operation.js';
import { speakTus } from '../../../http/tus.js';
import { progressHeaders } from '../../../http/upload-answer.js';
import type { TusProtocol } from '../index.js';

export function appendToUpload(tus: TusProtocol): OperationHandler<'appendToUpload'> {
  return ({ path, headers, body, principal }) =>
    speakTus(headers, async () => {
      const upload = await tus.append(principal, path.upload_id, Number(headers['upload-offset']), body);
      return { status: 204, headers: progressHeaders(upload) };
    });
}
