import { answerWithContent } from '../../../http/content-answer.js';
import type { OperationHandler } from '../../../http/operation.js';
import type { OpenedLinks } from '../index.js';

/** Nobody is to keep what can be revoked, to find it, or to tell others where it was found. */
const FOR_THE_HOLDER_ONLY = { 'X-Robots-Tag': 'noindex', 'Referrer-Policy': 'no-referrer' } as const;

export function openLink(links: OpenedLinks): OperationHandler<'openLink'> {
  return async ({ path, headers }) => {
    const { content, open } = await links.find(path.token);
    return answerWithContent(content, headers, 'private, no-store', open, FOR_THE_HOLDER_ONLY);
  };
}
