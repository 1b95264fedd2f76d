import type { TransferProgress } from './contract.js';
import { NetworkError } from './errors.js';
import { backoffMs, pause } from './transport/retry.js';

/** A content on its way, and how to go on when the connection breaks. */
export interface ArrivingContent {
  /** The first answer's body. */
  body: ReadableStream<Uint8Array>;
  /** Where in the whole content the body starts. */
  start: number;
  /** How many bytes the body has. */
  sizeBytes: number;
  /** Asks for the bytes from a position of the whole content on; undefined when they are not to be had any more. */
  rest(position: number): Promise<ReadableStream<Uint8Array> | undefined>;
  /** How often in a row to go on without a byte having come. */
  retries: number;
  signal: AbortSignal | undefined;
  /** Called with every chunk, and waited for. */
  onChunk(chunk: Uint8Array): Promise<void>;
  /** Called after the last one, and waited for; throws when what came is wrong. */
  onEnd(): Promise<void>;
  /** Called when it ends otherwise. */
  onBreak(): Promise<void>;
  onProgress: ((progress: TransferProgress) => void) | undefined;
}

/** The body as one stream that survives lost connections: it goes on where it was cut, as long as the content is the same. */
export function steadyBody(content: ArrivingContent): ReadableStream<Uint8Array> {
  const { sizeBytes: totalBytes, onProgress } = content;
  let reader = content.body.getReader();
  let transferredBytes = 0;

  async function read(): Promise<Uint8Array | undefined> {
    for (let failures = 0; ; failures++) {
      try {
        const { done, value } = await reader.read();
        return done ? undefined : value;
      } catch (error) {
        if (!(error instanceof NetworkError) || failures >= content.retries) throw error;
        await pause(backoffMs(failures), content.signal);
        const rest = await content.rest(content.start + transferredBytes);
        if (rest === undefined) throw error;
        reader = rest.getReader();
      }
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      start() {
        onProgress?.({ transferredBytes, totalBytes });
      },
      async pull(controller) {
        try {
          const chunk = await read();
          if (chunk === undefined) {
            await content.onEnd();
            controller.close();
            return;
          }
          transferredBytes += chunk.byteLength;
          await content.onChunk(chunk);
          onProgress?.({ transferredBytes, totalBytes });
          controller.enqueue(chunk);
        } catch (error) {
          controller.error(error);
          await content.onBreak();
          await reader.cancel(error).catch(() => undefined);
        }
      },
      async cancel(reason) {
        await content.onBreak();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
