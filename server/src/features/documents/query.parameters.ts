/** The filter that a request's parameters stand for. */
import { parseMoment } from '../../kernel/moment.js';
import { Problem, type ProblemError } from '../../kernel/problem.js';
import { membershipLabel } from '../../kernel/rights.js';
import type { DocumentFilter } from './query.filter.js';

/** The contract's filter parameters, as they come from the request. */
export interface FilterParameters {
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly any_tags?: readonly string[];
  readonly not_tags?: readonly string[];
  readonly collection?: string;
  readonly mime_type?: string;
  readonly min_size?: number;
  readonly max_size?: number;
  readonly uploaded_after?: string;
  readonly uploaded_before?: string;
  readonly updated_after?: string;
  readonly updated_before?: string;
}

const MOMENTS = ['uploaded_after', 'uploaded_before', 'updated_after', 'updated_before'] as const;

/**
 * Reads the filter parameters of a request; others are ignored. Space around a tag and empty tags do not count.
 *
 * @throws Problem `validation_failed` that names every time that does not exist
 */
export function readFilter(parameters: FilterParameters): DocumentFilter {
  const { name = '', collection, mime_type, min_size, max_size } = parameters;
  const moments: Partial<Record<(typeof MOMENTS)[number], string>> = {};
  const mistakes: ProblemError[] = [];
  for (const parameter of MOMENTS) {
    const text = parameters[parameter];
    if (text === undefined) continue;
    const moment = parseMoment(text);
    if (moment === undefined) mistakes.push({ location: `query.${parameter}`, message: 'there is no such time' });
    else moments[parameter] = moment;
  }
  if (mistakes.length > 0) throw Problem.invalid(mistakes);
  return {
    name,
    tags: namedTags(parameters.tags),
    any_tags: namedTags(parameters.any_tags),
    not_tags: namedTags(parameters.not_tags),
    ...(collection !== undefined && { labels: [[membershipLabel(collection)]] }),
    ...(mime_type !== undefined && { mime_type: mime_type.toLowerCase() }),
    ...(min_size !== undefined && { min_size }),
    ...(max_size !== undefined && { max_size }),
    ...moments,
  };
}

/** The filter parameters alone, as they were given: what the address of a further page repeats. */
export function filterParameters(parameters: FilterParameters): Record<string, string | number | undefined> {
  return {
    name: parameters.name,
    tags: parameters.tags?.join(','),
    any_tags: parameters.any_tags?.join(','),
    not_tags: parameters.not_tags?.join(','),
    collection: parameters.collection,
    mime_type: parameters.mime_type,
    min_size: parameters.min_size,
    max_size: parameters.max_size,
    uploaded_after: parameters.uploaded_after,
    uploaded_before: parameters.uploaded_before,
    updated_after: parameters.updated_after,
    updated_before: parameters.updated_before,
  };
}

function namedTags(tags: readonly string[] = []): string[] {
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
}
