import type { ExtractedFormat } from './formats.js';

/** A content that is to be read; its bytes come by the process's standard input, since no message should be so large. */
export interface ExtractionJob {
  readonly format: ExtractedFormat;
  readonly size_bytes: number;
  readonly maxTextBytes: number;
}

/** Its text, or why there is none. */
export type ExtractionResult = { readonly text: string; readonly truncated: boolean } | { readonly reason: string };
