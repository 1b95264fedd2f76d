/** Receives a multipart form: the file straight into the staging area, the fields into memory within limits. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { StagedContent } from '../kernel/content.js';
import { Problem } from '../kernel/problem.js';
import { splitList, type FormRules } from './form-rules.js';
import type { UploadedFile } from './operation.js';

/** Takes a stream into the staging area; attached to it before it returns. */
export type Stage = (source: Readable) => Promise<StagedContent>;

export interface FormLimits {
  readonly maxFileBytes: number;
  /** The whole form: the file and what may stand around it. */
  readonly maxFormBytes: number;
  isFileName(name: string): boolean;
}

/** The form as the validator wants it: text as strings, lists as arrays, and the file apart. */
export interface ReceivedForm {
  readonly fields: Record<string, string | string[]>;
  readonly file: UploadedFile | undefined;
}

/** Longer than any field of the contract may be; what is over it is not even kept to be validated. */
const FIELD_BYTES = 64 * 1024;
const FIELD_NAME_BYTES = 100;
const FIELD_COUNT = 20;
const PART_HEADER_COUNT = 20;

/**
 * Reads the whole form of `request`. On any failure it stops at once, leaves nothing staged, and rejects with a Problem
 * that says what is wrong (the signal's reason, when that ended it); the rest of the body is then left unread.
 */
export async function receiveForm(
  request: IncomingMessage,
  rules: FormRules,
  stage: Stage,
  limits: FormLimits,
  signal: AbortSignal,
): Promise<ReceivedForm> {
  const reader = new FormReader(rules, stage, limits);
  try {
    await reader.read(request, signal);
    return { fields: reader.fields, file: await reader.file };
  } catch (error) {
    await reader.discard();
    throw error;
  }
}

class FormReader {
  readonly fields: Record<string, string | string[]> = {};
  file: Promise<UploadedFile> | undefined;
  readonly #rules: FormRules;
  readonly #stage: Stage;
  readonly #limits: FormLimits;
  #source: Readable | undefined;

  constructor(rules: FormRules, stage: Stage, limits: FormLimits) {
    this.#rules = rules;
    this.#stage = stage;
    this.#limits = limits;
  }

  /** Resolves at the form's end; rejects at the first mistake, having let go of the request. */
  read(request: IncomingMessage, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const parser = this.#createParser(request);
      let failed = false;
      const fail = (error: Error): void => {
        if (failed) return;
        failed = true;
        request.unpipe(parser);
        reject(error);
        // Not from within one of the parser's own events: it goes on with the rest of its piece, and would stumble.
        queueMicrotask(() => {
          this.#source?.destroy(error);
          parser.destroy();
        });
      };
      parser.on('field', (name, value, info) => {
        if (failed) return;
        try {
          this.#onField(name, value, info);
        } catch (error) {
          fail(error as Error);
        }
      });
      parser.on('file', (name, source, info) => {
        // Whatever happens to the part, also after a failure, its error must have a listener.
        source.on('error', () => undefined);
        if (failed) {
          source.resume();
          return;
        }
        // At once, and not when the staged part is gone: meanwhile more of the body than a form may have would arrive.
        source.on('limit', () => {
          fail(fileTooLarge(this.#limits.maxFileBytes));
        });
        this.#onFile(name, source, info).catch(fail);
      });
      parser.on('filesLimit', () => {
        fail(invalidPart('file', 'was sent more than once; push one file a request'));
      });
      parser.on('fieldsLimit', () => {
        fail(new Problem('validation_failed', `The form has more than ${FIELD_COUNT} fields.`));
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
      request.on('data', (piece: Buffer) => {
        received += piece.length;
        // Also what the parser skips (text between the parts, parts without a name) must come to an end.
        if (received > this.#limits.maxFormBytes) fail(tooLarge(this.#limits.maxFormBytes));
      });
      request.pipe(parser);
    });
  }

  /** Gives back what was staged, whenever that is done. */
  async discard(): Promise<void> {
    const file = await this.file?.catch(() => undefined);
    file?.content.discard();
  }

  #createParser(request: IncomingMessage): busboy.Busboy {
    try {
      return busboy({
        headers: request.headers,
        defParamCharset: 'utf8',
        // The whole name is wanted, to refuse one with a folder in it; otherwise busboy cuts the folder off.
        preservePath: true,
        limits: {
          files: 1,
          fileSize: this.#limits.maxFileBytes + 1,
          fields: FIELD_COUNT,
          fieldSize: FIELD_BYTES,
          fieldNameSize: FIELD_NAME_BYTES,
          headerPairs: PART_HEADER_COUNT,
        },
      });
    } catch (error) {
      throw unreadable(error);
    }
  }

  /** `value` is undefined when the part names a charset that nobody knows, whatever busboy's types say. */
  #onField(name: string, value: string | undefined, info: busboy.FieldInfo): void {
    const kind = this.#rules.get(name);
    if (kind === undefined)
      throw invalidPart(name, `is not a field of this form (${[...this.#rules.keys()].join(', ')})`);
    if (kind === 'file') throw invalidPart(name, 'must be a file: the part needs a filename');
    if (Object.hasOwn(this.fields, name)) throw invalidPart(name, 'was sent more than once');
    if (value === undefined) throw invalidPart(name, 'is in a charset that cannot be read; use UTF-8');
    if (info.valueTruncated)
      throw new Problem('body_too_large', `The field ${name} is larger than ${FIELD_BYTES} bytes.`);
    this.fields[name] = kind === 'list' ? splitList(value) : value;
  }

  async #onFile(name: string, source: Readable, { filename, mimeType }: busboy.FileInfo): Promise<void> {
    if (this.#rules.get(name) !== 'file') throw invalidPart(name, 'must not be a file');
    if (!filename) throw invalidPart(name, 'has no file name');
    if (!this.#limits.isFileName(filename)) {
      throw invalidPart(name, 'has a file name with a folder, a control character or more than 255 characters in it');
    }
    this.#source = source;
    // No wait before this line: a source that fails before it is piped would end the process.
    const staged = this.#stage(source);
    this.file = staged.then((content) => ({ filename, declared_type: mimeType, content }));
    await this.file;
  }
}

/** The refusal of a file over the server's limit. */
export function fileTooLarge(maxFileBytes: number): Problem {
  const limit = `${maxFileBytes} bytes (DOCUMENT_MAX_FILE_BYTES)`;
  return new Problem('file_too_large', `The file is larger than ${limit}. Nothing was stored.`);
}

function tooLarge(maxFormBytes: number): Problem {
  return new Problem('body_too_large', `The form is larger than ${maxFormBytes} bytes. Nothing was stored.`);
}

function invalidPart(name: string, message: string): Problem {
  return Problem.invalid({ location: `body.${name}`, message });
}

/** busboy's own words are short and tell the client what it needs (`Unexpected end of form`). */
function unreadable(error: unknown): Error {
  if (error instanceof Problem) return error;
  return new Problem('malformed_request', `The form cannot be read: ${(error as Error).message}.`, { cause: error });
}
