/** What the answers to pieces of an upload tell. */
import type { Document, VersionChange } from '../kernel/contract.js';
import { optionalHeader, TUS_HEADERS } from './tus.js';

/** An upload, as far as answers tell of it. */
interface Progress {
  readonly offset_bytes: number;
  readonly expires_at: Date;
  readonly outcome: { readonly document: Document } | { readonly change: VersionChange } | undefined;
}

/** How far an upload is, until when it is kept, and what it has become. */
export function progressHeaders(upload: Progress) {
  const { outcome } = upload;
  const made = outcome && ('document' in outcome ? outcome.document : outcome.change);
  return {
    ...TUS_HEADERS,
    'Upload-Offset': upload.offset_bytes,
    'Upload-Expires': lifetime(upload),
    'X-Document-ID': optionalHeader(made?.document_id),
    'X-Document-Version': optionalHeader(made?.version),
  };
}

/** `Upload-Expires`: only what is not complete can be given up. */
export function lifetime({ expires_at, outcome }: Progress): string {
  return optionalHeader(outcome === undefined ? expires_at.toUTCString() : undefined);
}
