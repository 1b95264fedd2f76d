import type { OperationHandler } from '../../../http/operation.js';
import type { Links } from '../index.js';

export function revokeLink(links: Links): OperationHandler<'revokeLink'> {
  return async ({ path, principal }) => {
    await links.revoke(principal, path.document_id, path.link_id);
    return { status: 204 };
  };
}
