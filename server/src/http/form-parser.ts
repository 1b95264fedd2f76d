/** Runs busboy over a request, so that nothing that a client does or leaves undone takes the parser down from within. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy, { type BusboyConfig, type FieldInfo, type FileInfo } from 'busboy';
import { Problem } from '../kernel/problem.js';

/** Takes the parts of a form, in their order. */
export interface FormParts {
  /**
   * @param value undefined when the part names a charset that nobody knows, whatever busboy's types say
   * @throws Problem ends the form
   */
  onField(name: string | undefined, value: string | undefined, info: FieldInfo): void;
  /**
   * Has to attach itself to `source` before it returns; `source` emits `limit` when the file is over the limit. What it
   * throws or rejects with ends the form.
   */
  onFile(name: string | undefined, source: Readable, info: FileInfo): Promise<void>;
  /** Resolves when there is room for more of the form; undefined when there is. */
  untilRoom?(): Promise<void> | undefined;
}

export interface FormBounds {
  /** The whole form: files and what may stand around them. */
  readonly maxFormBytes: number;
  readonly files: number;
  readonly fileBytes: number;
  readonly fields: number;
  readonly fieldBytes: number;
  /** What is to be said of more files or fields than that. */
  tooManyFiles(): Problem;
  tooManyFields(): Problem;
}

const FIELD_NAME_BYTES = 100;
const PART_HEADER_COUNT = 20;

/**
 * Resolves at the form's end; rejects at the first mistake with a Problem (the signal's reason, when that ended it),
 * having let go of the request; the rest of the body is then left unread.
 */
export function parseForm(
  request: IncomingMessage,
  parts: FormParts,
  bounds: FormBounds,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const parser = createParser(request, bounds);
    let failed = false;
    let source: Readable | undefined;
    const fail = (error: Error): void => {
      if (failed) return;
      failed = true;
      request.off('data', onData);
      request.pause();
      reject(error);
      // Not from within one of the parser's own events: it goes on with the rest of its piece, and would stumble.
      queueMicrotask(() => {
        source?.destroy(error);
        parser.destroy();
      });
    };
    parser.on('field', (name: string | undefined, value: string | undefined, info) => {
      if (failed) return;
      try {
        parts.onField(name, value, info);
      } catch (error) {
        fail(error as Error);
      }
    });
    parser.on('file', (name: string | undefined, file, info) => {
      // Whatever happens to the part, also after a failure, its error must have a listener.
      file.on('error', () => undefined);
      if (failed) {
        file.resume();
        return;
      }
      source = file;
      parts.onFile(name, file, info).catch(fail);
    });
    parser.on('filesLimit', () => {
      fail(bounds.tooManyFiles());
    });
    parser.on('fieldsLimit', () => {
      fail(bounds.tooManyFields());
    });
    parser.on('error', (error) => {
      fail(unreadable(error));
    });
    parser.on('close', resolve);
    signal.addEventListener('abort', () => {
      fail(signal.reason as Error);
    });
    request.on('close', () => {
      if (!request.complete) fail(new Problem('malformed_request', 'The body ended early. Nothing was stored.'));
    });
    let received = 0;
    const onData = (piece: Buffer): void => {
      received += piece.length;
      // Also what the parser skips (text between the parts, parts without a name) must come to an end.
      if (received > bounds.maxFormBytes) {
        fail(tooLarge(bounds.maxFormBytes));
        return;
      }
      const drained = parser.write(piece) ? undefined : once(parser, 'drain');
      const room = parts.untilRoom?.();
      if (drained === undefined && room === undefined) return;
      request.pause();
      void Promise.all([drained, room]).then(() => {
        if (!failed) request.resume();
      });
    };
    request.on('data', onData);
    request.on('end', () => {
      if (!failed) parser.end();
    });
  });
}

/** Resolves at the event; never, where the parser is given up before. */
function once(parser: busboy.Busboy, event: 'drain'): Promise<void> {
  return new Promise((resolve) => parser.once(event, resolve));
}

function createParser(request: IncomingMessage, bounds: FormBounds): busboy.Busboy {
  const config: BusboyConfig = {
    headers: request.headers,
    defParamCharset: 'utf8',
    // The whole name is wanted, to refuse one with a folder in it; otherwise busboy cuts the folder off.
    preservePath: true,
    limits: {
      files: bounds.files,
      fileSize: bounds.fileBytes + 1,
      fields: bounds.fields,
      fieldSize: bounds.fieldBytes,
      fieldNameSize: FIELD_NAME_BYTES,
      headerPairs: PART_HEADER_COUNT,
    },
  };
  try {
    return busboy(config);
  } catch (error) {
    throw unreadable(error);
  }
}

/** The refusal of a part; `name` is undefined where the part has none. */
export function invalidPart(name: string | undefined, message: string): Problem {
  return Problem.invalid({ location: `body.${name ?? ''}`, message });
}

/** The refusal of a file over the server's limit. */
export function fileTooLarge(maxFileBytes: number): Problem {
  const limit = `${maxFileBytes} bytes (DOCUMENT_MAX_FILE_BYTES)`;
  return new Problem('file_too_large', `The file is larger than ${limit}. Nothing was stored.`);
}

function tooLarge(maxFormBytes: number): Problem {
  return new Problem('body_too_large', `The form is larger than ${maxFormBytes} bytes. Nothing was stored.`);
}

/** busboy's own words are short and tell the client what it needs (`Unexpected end of form`). */
function unreadable(error: unknown): Error {
  if (error instanceof Problem) return error;
  return new Problem('malformed_request', `The form cannot be read: ${(error as Error).message}.`, { cause: error });
}
