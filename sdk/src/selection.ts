import type { DocumentSelection } from './contract.js';
import { given } from './given.js';
import { tagList } from './tags.js';

/**
 * The filters as the parameters of a query.
 *
 * @throws TypeError for a tag that the wire cannot carry; RangeError for a `Date` that is none
 */
export function selectionQuery(selection: DocumentSelection) {
  const { name, tags, anyTags, notTags, collection, mimeType, minSize, maxSize } = selection;
  const { uploadedAfter, uploadedBefore, updatedAfter, updatedBefore } = selection;
  return given({
    name,
    tags: tags && [...tagList(tags)],
    any_tags: anyTags && [...tagList(anyTags)],
    not_tags: notTags && [...tagList(notTags)],
    collection,
    mime_type: mimeType,
    min_size: minSize,
    max_size: maxSize,
    uploaded_after: moment(uploadedAfter),
    uploaded_before: moment(uploadedBefore),
    updated_after: moment(updatedAfter),
    updated_before: moment(updatedBefore),
  });
}

function moment(value: Date | string | undefined): string | undefined {
  return value instanceof Date ? value.toISOString() : value;
}
