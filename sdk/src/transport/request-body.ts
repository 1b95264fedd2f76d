import type { IdleWatch } from './idle-watch.js';

/** A body that a request sends, as often as the request is tried. */
export interface RequestBody {
  /** Headers that belong to the body (`content-type`, and `content-length` when it is known). */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it can be sent once more, after what has been read of it so far. */
  readonly replayable: boolean;
  /** What went wrong with the source while it was read; it outranks the network error that follows from it. */
  readonly sourceError: unknown;
  /** Starts it anew for one attempt, which `watch` watches over. */
  open(watch: IdleWatch): NonNullable<RequestInit['body']>;
  /** Ends an attempt: lets go of what `open` opened, whether it was read to its end or not. */
  release(): void;
}

/** A body of known text. */
export function textBody(text: string): RequestBody {
  return { headers: {}, replayable: true, sourceError: undefined, open: () => text, release: () => undefined };
}
