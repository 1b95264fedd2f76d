// The process that reads what may be hostile. It is told of one content at a time, and dies with its parent.
import { Worker } from 'node:worker_threads';
import type { ExtractionJob, ExtractionResult } from './extraction-job.js';
import { declaredEncoding, readPlainText } from './plain-text.js';
import { Unreadable } from './unreadable.js';

/** HTML that is looked at for its encoding and read, as a multiple of the text that is wanted: markup takes more than text. */
const HTML_PER_TEXT = 16;

new Worker(new URL('./parent-watch.js', import.meta.url), { workerData: process.ppid }).unref();

process.on('disconnect', () => {
  process.exit();
});

// What a library still does with a content when that is answered must not be the end of the next one.
process.on('unhandledRejection', () => undefined);

process.on('message', (job: ExtractionJob) => {
  void extract(job).then((result) => process.send?.(result));
});

async function extract({ format, maxTextBytes, size_bytes }: ExtractionJob): Promise<ExtractionResult> {
  try {
    return await read(format, await receive(size_bytes), maxTextBytes);
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error.message };
    return { reason: 'It cannot be read.' };
  }
}

/** Takes so many bytes from the standard input; there is nothing behind them until they are answered. */
function receive(size_bytes: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const content = Buffer.alloc(size_bytes);
    let received = 0;
    const take = (chunk: Buffer): void => {
      content.set(chunk, received);
      received += chunk.length;
      if (received === size_bytes) done();
    };
    const done = (): void => {
      process.stdin.off('data', take).pause();
      resolve(content);
    };
    if (size_bytes === 0) done();
    else process.stdin.on('data', take).resume();
  });
}

/** Each format's code is loaded when it is first asked for. */
async function read(format: ExtractionJob['format'], content: Buffer, maxTextBytes: number): Promise<ExtractionResult> {
  switch (format) {
    case 'html': {
      const { readHtml } = await import('./html.js');
      const encoding = declaredEncoding(content);
      const plain = readPlainText(content, {
        maxTextBytes: HTML_PER_TEXT * maxTextBytes,
        ...(encoding && { encoding }),
      });
      if ('reason' in plain) return plain;
      const { text, truncated } = readHtml(plain.text, maxTextBytes);
      return { text, truncated: truncated || plain.truncated };
    }
    case 'docx': {
      const { readDocx } = await import('./docx.js');
      return await readDocx(content, maxTextBytes);
    }
    case 'pdf': {
      const { readPdf } = await import('./pdf.js');
      return await readPdf(new Uint8Array(content.buffer, content.byteOffset, content.length), maxTextBytes);
    }
  }
}
