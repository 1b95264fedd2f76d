/** What kind of content it is. */

/**
 * `text` is text by itself, `unknown` perhaps; the text of `html`, `pdf` and `docx` has to be extracted, and `binary` has
 * none.
 */
export type Format = 'text' | 'html' | 'pdf' | 'docx' | 'unknown' | 'binary';

/** Formats whose text has to be extracted. */
export type ExtractedFormat = Extract<Format, 'html' | 'pdf' | 'docx'>;

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const EXACT: Readonly<Record<string, Format>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'application/pdf': 'pdf',
  [DOCX]: 'docx',
  'application/vnd.ms-word.document.macroenabled.12': 'docx',
  // TypeScript, to the table of media types, is a video stream.
  'video/mp2t': 'unknown',
  'image/svg+xml': 'text',
};
const TEXTUAL =
  /^application\/(?:[\w.+-]*(?:json|xml|yaml|toml|javascript|ecmascript|typescript|sql|graphql|x-sh|x-tex|x-httpd-php|x-perl|x-python|x-ruby|rtf|x-subrip|x-ndjson|node)[\w.+-]*)$/;
const BINARY = /^(?:image|audio|video|font|model)\//;
const BINARY_APPLICATION =
  /^application\/(?:zip|gzip|x-tar|x-7z-compressed|x-rar-compressed|vnd\.rar|x-bzip2?|x-xz|zstd|java-archive|wasm|x-executable|vnd\.ms-fontobject|font-.*|vnd\.openxmlformats.*|vnd\.oasis.*|vnd\.ms-.*|msword|epub\+zip|x-sqlite3|vnd\.sqlite3|x-iso9660-image)$/;
const BY_ENDING: Readonly<Record<string, Format>> = {
  htm: 'html',
  html: 'html',
  xhtml: 'html',
  pdf: 'pdf',
  docx: 'docx',
};

/** What kind of content it is, by its media type and, where that tells nothing, by its file's name. */
export function formatOf(mime_type: string, filename: string): Format {
  const [type = ''] = mime_type.toLowerCase().split(';');
  const media_type = type.trim();
  const exact = EXACT[media_type];
  if (exact) return exact;
  // Before the textual ones: there is `xml` in the name of every OpenXML format.
  if (BINARY.test(media_type) || BINARY_APPLICATION.test(media_type)) return 'binary';
  if (media_type.startsWith('text/') || media_type.startsWith('message/') || TEXTUAL.test(media_type)) return 'text';
  const ending = /\.([^.]+)$/.exec(filename.toLowerCase())?.[1] ?? '';
  return BY_ENDING[ending] ?? 'unknown';
}
