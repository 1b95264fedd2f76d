import type { VersionChange } from '../kernel/contract.js';
import { contentEtag } from '../kernel/precondition.js';

/** The answer to a change of content: 201 with the version that was made, 200 when none was needed. */
export function versionAnswer(change: VersionChange) {
  const ETag = contentEtag(change);
  const Location = `/documents/${change.document_id}/versions/${change.version}`;
  return change.outcome === 'unchanged'
    ? ({ status: 200, headers: { ETag }, json: change } as const)
    : ({ status: 201, headers: { ETag, Location }, json: change } as const);
}
