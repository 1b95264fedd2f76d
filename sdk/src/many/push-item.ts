import type { Document, TransferProgress } from '../contract.js';
import type { UploadOptions } from '../upload.js';
import type { UploadSource } from '../upload-source.js';

/** One document to be: what to upload, and what to say about it. */
export interface PushItem extends Pick<
  UploadOptions,
  'filename' | 'contentType' | 'name' | 'tags' | 'description' | 'collectionId'
> {
  source: UploadSource;
}

/** What became of an item: a document, or an error. */
export type PushResult = {
  /** The item's place, counted from 0. */
  index: number;
  item: PushItem;
} & ({ document: Document; error?: undefined } | { error: Error; document?: undefined });

export interface PushManyOptions {
  /** How many requests are under way at once; 4 when left out. */
  concurrency?: number | undefined;
  /** Stops everything: the call rejects with the signal's reason. What has been pushed by then stays. */
  signal?: AbortSignal | undefined;
  /** Called with each result when it is there, in whatever order. */
  onResult?: ((result: PushResult) => void) | undefined;
  /** Over all items; the total is there once the last item has been taken, if all of them tell their size. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}
