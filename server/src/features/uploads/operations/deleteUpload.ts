import type { OperationHandler } from '../../../http/operation.js';
import { speakTus, TUS_HEADERS } from '../../../http/tus.js';
import type { TusProtocol } from '../index.js';

export function deleteUpload(tus: TusProtocol): OperationHandler<'deleteUpload'> {
  return ({ path, headers, principal }) =>
    speakTus(headers, async () => {
      await tus.remove(principal, path.upload_id);
      return { status: 204, headers: TUS_HEADERS };
    });
}
