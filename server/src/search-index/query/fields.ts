/** What `type:`, `after:` and `before:` mean. */
import mime from 'mime-types';
import { parseMoment } from '../../kernel/moment.js';

const KINDS = new Set(['text', 'image', 'audio', 'video', 'application', 'font', 'model', 'message', 'multipart']);
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/(?:\*|[a-z0-9!#$&^_.+-]+)$/;

/** Source code whose endings the registry does not know, or takes for something else. */
const SOURCE_CODE: Readonly<Record<string, readonly string[]>> = {
  'text/x-typescript': ['typescript', 'ts', 'mts', 'cts', 'tsx'],
  'text/x-rust': ['rust', 'rs'],
  'text/x-go': ['go', 'golang'],
  'text/x-python': ['python', 'py'],
  'text/x-ruby': ['ruby', 'rb'],
  'text/x-kotlin': ['kotlin', 'kt'],
  'text/x-swift': ['swift'],
  'text/x-diff': ['diff', 'patch'],
};
const sourceTypes = new Map(
  Object.entries(SOURCE_CODE).flatMap(([media_type, names]) => names.map((name) => [name, media_type])),
);

/**
 * The media type that is meant: by itself (`text/markdown`, `text/*`), by its kind (`text`), a language, the ending of a
 * file (`md`, `.pdf`) or its second half (`plain`). Undefined for what is none.
 */
export function mediaTypeOf(text: string): string | undefined {
  const [essence = ''] = text.toLowerCase().split(';');
  const value = essence.trim().replace(/^\./, '');
  if (MEDIA_TYPE.test(value)) return value;
  if (KINDS.has(value)) return `${value}/*`;
  return sourceTypes.get(value) ?? (mime.lookup(value) || ofAnyKind(value));
}

function ofAnyKind(subtype: string): string | undefined {
  return ['text', 'application', 'image'].map((kind) => `${kind}/${subtype}`).find((type) => type in mime.extensions);
}

/** The moment that is meant: a year, a month, a day or a time. Undefined for what is none. */
export function momentOf(text: string): string | undefined {
  if (/^\d{4}$/.test(text)) return parseMoment(`${text}-01-01`);
  if (/^\d{4}-\d{2}$/.test(text)) return parseMoment(`${text}-01`);
  return parseMoment(text);
}
