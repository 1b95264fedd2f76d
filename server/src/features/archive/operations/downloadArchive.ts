import { attachment } from '../../../http/header-text.js';
import type { OperationHandler } from '../../../http/operation.js';
import { Problem } from '../../../kernel/problem.js';
import { isEmptyFilter, readFilter, type FilterParameters } from '../../documents/index.js';
import type { Archives, ArchiveSelection } from '../index.js';

const TYPES = { zip: 'application/zip', tar: 'application/x-tar' } as const;

export function downloadArchive(archives: Archives): OperationHandler<'downloadArchive'> {
  return async ({ query, principal }) => {
    const { format = 'zip' } = query;
    const { open, release } = await archives.prepare(principal, selectionOf(query), format);
    const headers = {
      'Content-Disposition': attachment(`documents.${format}`),
      'Content-Security-Policy': "default-src 'none'; sandbox",
    } as const;
    return { status: 200, headers, streamed: { type: TYPES[format], open, release } };
  };
}

function selectionOf({
  document_ids,
  ...parameters
}: FilterParameters & { readonly document_ids?: string[] }): ArchiveSelection {
  const filter = readFilter(parameters);
  if (document_ids === undefined) return { filter };
  if (isEmptyFilter(filter)) return { document_ids };
  throw Problem.invalid({ location: 'query.document_ids', message: 'cannot be combined with a filter' });
}
