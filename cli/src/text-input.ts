import { addAbortSignal } from 'node:stream';
import type { CommandContext } from './context.js';
import { UsageError } from './errors.js';

/** The server takes no longer list of edits (`x-max-body-bytes` of `editContent` in the contract). */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Reads stdin to its end, as UTF-8 text without a byte order mark.
 * @throws UsageError for what is no such text, or more than an edit can hold; the signal's reason when it aborts
 */
export async function readStdinText({ stdin, signal }: CommandContext): Promise<string> {
  signal.throwIfAborted();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of addAbortSignal(signal, stdin) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MOST_BYTES) {
        throw new UsageError(
          'stdin holds more than 2 MiB, the most that an edit takes.',
          '`doc update` takes any size.',
        );
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UsageError('stdin holds no UTF-8 text.', 'Convert it first, with iconv for example.');
  }
}

/** Text of a command line as lines of a document: a shell makes it hard to end it with a line end. Nothing stays nothing. */
export function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
