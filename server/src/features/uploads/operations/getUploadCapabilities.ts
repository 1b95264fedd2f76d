import type { OperationHandler } from '../../../http/operation.js';
import { TUS_HEADERS } from '../../../http/tus.js';
import type { TusProtocol } from '../index.js';

export function getUploadCapabilities(tus: TusProtocol): OperationHandler<'getUploadCapabilities'> {
  return async ({ principal }) => {
    const { extensions, maxFileBytes } = await tus.capabilities(principal);
    const offered = { 'Tus-Version': '1.0.0', 'Tus-Extension': extensions, 'Tus-Max-Size': maxFileBytes } as const;
    return { status: 204, headers: { ...TUS_HEADERS, ...offered } };
  };
}
