/** Receives a multipart form: the file straight into the staging area, the fields into memory within limits. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FieldInfo, FileInfo } from 'busboy';
import type { StagedContent } from '../kernel/content.js';
import { Problem } from '../kernel/problem.js';
import { fileTooLarge, invalidPart, parseForm, type FormBounds, type FormParts } from './form-parser.js';
import { splitList, type FormRules } from './form-rules.js';
import type { UploadedFile } from './operation.js';

/** Takes a stream into the staging area; attached to it before it returns. */
export type Stage = (source: Readable) => Promise<StagedContent>;

export interface FormLimits {
  readonly maxFileBytes: number;
  /** The whole form: the files and what may stand around them. */
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
const FIELD_COUNT = 20;

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
  const form = new SingleFileForm(rules, stage, limits);
  const bounds: FormBounds = {
    maxFormBytes: limits.maxFormBytes,
    files: 1,
    fileBytes: limits.maxFileBytes,
    fields: FIELD_COUNT,
    fieldBytes: FIELD_BYTES,
    tooManyFiles: () => invalidPart('file', 'was sent more than once; push one file a request'),
    tooManyFields: () => new Problem('validation_failed', `The form has more than ${FIELD_COUNT} fields.`),
  };
  try {
    await parseForm(request, form, bounds, signal);
    return { fields: form.fields, file: await form.file };
  } catch (error) {
    await form.discard();
    throw error;
  }
}

class SingleFileForm implements FormParts {
  readonly fields: Record<string, string | string[]> = {};
  file: Promise<UploadedFile> | undefined;
  readonly #rules: FormRules;
  readonly #stage: Stage;
  readonly #limits: FormLimits;

  constructor(rules: FormRules, stage: Stage, limits: FormLimits) {
    this.#rules = rules;
    this.#stage = stage;
    this.#limits = limits;
  }

  onField(name: string | undefined, value: string | undefined, info: FieldInfo): void {
    const kind = this.#kindOf(name);
    if (name === undefined || kind === undefined)
      throw invalidPart(name, `is not a field of this form (${[...this.#rules.keys()].join(', ')})`);
    if (kind === 'file') throw invalidPart(name, 'must be a file: the part needs a filename');
    if (Object.hasOwn(this.fields, name)) throw invalidPart(name, 'was sent more than once');
    if (value === undefined) throw invalidPart(name, 'is in a charset that cannot be read; use UTF-8');
    if (info.valueTruncated)
      throw new Problem('body_too_large', `The field ${name} is larger than ${FIELD_BYTES} bytes.`);
    this.fields[name] = kind === 'list' ? splitList(value) : value;
  }

  async onFile(name: string | undefined, source: Readable, { filename, mimeType }: FileInfo): Promise<void> {
    if (this.#kindOf(name) !== 'file') throw invalidPart(name, 'must not be a file');
    if (!filename) throw invalidPart(name, 'has no file name');
    if (!this.#limits.isFileName(filename)) throw invalidPart(name, FILE_NAME_RULE);
    // No wait before this line: a source that fails before it is piped would end the process.
    const staged = this.#stage(source);
    this.file = staged.then((content) => ({ filename, declared_type: mimeType, content }));
    // At once, and not when the staged part is gone: meanwhile more of the body than a form may have would arrive.
    const limit = new Promise<never>((_resolve, reject) => {
      source.on('limit', () => {
        reject(fileTooLarge(this.#limits.maxFileBytes));
      });
    });
    await Promise.race([this.file, limit]);
  }

  /** Gives back what was staged, whenever that is done. */
  async discard(): Promise<void> {
    const file = await this.file?.catch(() => undefined);
    file?.content.discard();
  }

  #kindOf(name: string | undefined) {
    return name === undefined ? undefined : this.#rules.get(name);
  }
}

/** What a file's name must not be. */
export const FILE_NAME_RULE = 'has a file name with a folder, a control character or more than 255 characters in it';
