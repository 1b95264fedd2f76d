import type { OperationHandler } from '../../../http/operation.js';
import type { Links } from '../index.js';

const WEEK_SECONDS = 7 * 24 * 60 * 60;

export function createLink(links: Links): OperationHandler<'createLink'> {
  return async ({ path, body, principal }) => {
    const { version, expires_in_seconds = WEEK_SECONDS, max_downloads } = body;
    const wanted = { version, expires_in_seconds, max_downloads };
    return { status: 201, json: await links.create(principal, path.document_id, wanted) };
  };
}
