import { attachment } from '../../../http/header-text.js';
import type { OperationHandler } from '../../../http/operation.js';
import { Problem } from '../../../kernel/problem.js';
import type { Archives, ArchiveSelection } from '../index.js';

const TYPES = { zip: 'application/zip', tar: 'application/x-tar' } as const;

export function downloadArchive(archives: Archives): OperationHandler<'downloadArchive'> {
  return async ({ query, principal }) => {
    const { format = 'zip' } = query;
    const open = await archives.prepare(principal, selectionOf(query), format);
    const headers = {
      'Content-Disposition': attachment(`documents.${format}`),
      'Content-Security-Policy': "default-src 'none'; sandbox",
    } as const;
    return { status: 200, headers, streamed: { type: TYPES[format], open } };
  };
}

function selectionOf({
  document_ids,
  name = '',
  tags = [],
}: {
  document_ids?: string[];
  name?: string;
  tags?: string[];
}): ArchiveSelection {
  const wanted = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
  if (document_ids === undefined) return { filter: { name, tags: wanted } };
  if (name === '' && wanted.length === 0) return { document_ids };
  throw Problem.invalid({ location: 'query.document_ids', message: 'cannot be combined with name or tags' });
}
