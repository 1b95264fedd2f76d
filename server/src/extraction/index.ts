/** The door of the extraction: what kind of content it is, and the text in it. */
export type { ExtractionResult } from './extraction-job.js';
export { Extractor, type ExtractorOptions } from './extractor.js';
export { formatOf, type ExtractedFormat, type Format } from './formats.js';
export { readPlainText, type PlainText } from './plain-text.js';
