import { addAbortSignal, Writable } from 'node:stream';
import type { CommandContext } from '../context.js';
import { Interrupted, UsageError } from '../errors.js';
import { parseApiKey } from '../server-address.js';

/** Far more than any key has. */
const MOST_CHARACTERS = 4096;

/**
 * Reads a key: from a person at a terminal, who does not see it, or else from stdin. Never from the command line, which
 * others can see while the command runs, and which the shell remembers.
 * @param serverUrl What the person is told that the key is for.
 * @throws UsageError for what is no key; Interrupted
 */
export async function readKey(context: CommandContext, serverUrl: string): Promise<string> {
  const { stdin, signal } = context;
  signal.throwIfAborted();
  const text = await (stdin.isTTY ? typedKey(context, serverUrl) : pipedKey(context));
  const key = parseApiKey(text.trim());
  if (key !== undefined) return key;
  throw new UsageError(
    text.trim() === ''
      ? 'There is no key on stdin.'
      : 'What is on stdin is no key: it has blanks or special characters.',
    'Pipe the key alone, `doc login < key-file`, or type it where doc asks for it.',
  );
}

async function pipedKey({ stdin, signal }: CommandContext): Promise<string> {
  let text = '';
  try {
    for await (const chunk of addAbortSignal(signal, stdin) as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString('latin1');
      if (text.length > MOST_CHARACTERS) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return text.length > MOST_CHARACTERS ? 'much more than a key' : text;
}

/** Asks on the terminal; what is typed is not shown. */
async function typedKey({ stdin, signal, output }: CommandContext, serverUrl: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  const unseen = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: stdin, output: unseen, terminal: true, historySize: 0 });
  // Only now is what is typed not shown.
  output.stderr.write(`Key for ${serverUrl} (it is not shown): `);
  try {
    return await new Promise<string>((resolve, reject) => {
      const interrupt = (): void => {
        reject(new Interrupted());
      };
      lines.once('line', resolve);
      lines.once('SIGINT', interrupt);
      // Ctrl-D.
      lines.once('close', () => {
        resolve('');
      });
      signal.addEventListener('abort', interrupt, { once: true });
    });
  } finally {
    lines.close();
    output.stderr.write('\n');
  }
}
