/** Receives a form of many files and one text about them, in any order of the parts. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FieldInfo, FileInfo } from 'busboy';
import pLimit, { type LimitFunction } from 'p-limit';
import { Problem } from '../kernel/problem.js';
import { FILE_NAME_RULE, type FormLimits, type Stage } from './form.js';
import { fileTooLarge, invalidPart, parseForm, type FormBounds, type FormParts } from './form-parser.js';
import type { ReceivedFile, UploadedFile } from './operation.js';
import { ReliableSource } from './reliable-source.js';

/** As many as the contract allows, and the manifest, which may come as a file too. */
const MAX_FILES = 1000;
/** Files that are on their way to the disk at once; the rest of the form waits. */
const STAGED_AT_ONCE = 32;
/** The text may be as large as the contract allows. */
const TEXT_BYTES = 4 * 1024 * 1024;

/** What becomes of a file that waits when the form fails; nobody is told. */
const GIVEN_UP = new Error('the form was given up');

/** The text part, and the files by the names of their parts. */
export interface ReceivedFiles {
  readonly text: string | undefined;
  readonly files: ReadonlyMap<string, ReceivedFile>;
}

/**
 * Reads the whole form of `request`. A file that cannot be received (no room on the disk, too large, no name) stands in
 * the result as the Problem that it is, and the others are received. What is wrong with the form itself rejects, and
 * leaves nothing staged.
 *
 * @param textName the name of the part that is not a file, whether it comes with a filename or not
 * @param toProblem says what a failure of the machine is to the client; undefined for our own mistakes
 */
export async function receiveManyFiles(
  request: IncomingMessage,
  textName: string,
  stage: Stage,
  limits: FormLimits,
  toProblem: (error: unknown) => Problem | undefined,
  signal: AbortSignal,
): Promise<ReceivedFiles> {
  const form = new ManyFilesForm(textName, stage, limits, toProblem);
  const bounds: FormBounds = {
    maxFormBytes: limits.maxFormBytes,
    files: MAX_FILES + 1,
    fileBytes: limits.maxFileBytes,
    // One more, so that what is wrong with it can be said.
    fields: 2,
    fieldBytes: TEXT_BYTES + 1,
    tooManyFiles: tooManyFiles,
    tooManyFields: () => invalidPart(textName, 'must be the only part that is not a file'),
  };
  try {
    await parseForm(request, form, bounds, signal);
    return { text: form.text, files: await form.received() };
  } catch (error) {
    await form.discard();
    throw error;
  }
}

class ManyFilesForm implements FormParts {
  text: string | undefined;
  readonly #textName: string;
  readonly #stage: Stage;
  readonly #limits: FormLimits;
  readonly #toProblem: (error: unknown) => Problem | undefined;
  readonly #slots: LimitFunction = pLimit(STAGED_AT_ONCE);
  readonly #files = new Map<string, Promise<ReceivedFile>>();
  #onRoom: (() => void) | undefined;
  #isGivenUp = false;

  constructor(textName: string, stage: Stage, limits: FormLimits, toProblem: (error: unknown) => Problem | undefined) {
    this.#textName = textName;
    this.#stage = stage;
    this.#limits = limits;
    this.#toProblem = toProblem;
  }

  onField(name: string | undefined, value: string | undefined, info: FieldInfo): void {
    if (name !== this.#textName) throw invalidPart(name, 'must be a file: the part needs a filename');
    if (value === undefined) throw invalidPart(name, 'is in a charset that cannot be read; use UTF-8');
    if (info.valueTruncated) throw this.#textTooLarge();
    this.#setText(value);
  }

  async onFile(name: string | undefined, source: Readable, { filename, mimeType }: FileInfo): Promise<void> {
    if (name === this.#textName) {
      this.#setText(await this.#readText(source));
      return;
    }
    if (name === undefined) throw invalidPart(name, 'has no name');
    if (this.#files.has(name)) throw invalidPart(name, 'was sent more than once');
    if (this.#files.size === MAX_FILES) throw tooManyFiles();
    const file = filename && this.#limits.isFileName(filename) ? this.#receive(source, filename, mimeType) : undefined;
    if (file === undefined) source.resume();
    this.#files.set(name, file ?? Promise.resolve(invalidPart(name, filename ? FILE_NAME_RULE : 'has no file name')));
    await file;
  }

  untilRoom(): Promise<void> | undefined {
    if (this.#slots.pendingCount === 0) return undefined;
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** The files, as soon as all are received. */
  async received(): Promise<Map<string, ReceivedFile>> {
    const received = new Map<string, ReceivedFile>();
    for (const [name, file] of this.#files) received.set(name, await file);
    return received;
  }

  /** Gives back what was staged, whenever that is done, and stages nothing more. */
  async discard(): Promise<void> {
    this.#isGivenUp = true;
    for (const received of await Promise.allSettled(this.#files.values())) {
      if (received.status === 'fulfilled' && !(received.value instanceof Problem)) received.value.content.discard();
    }
  }

  async #receive(source: Readable, filename: string, declared_type: string): Promise<ReceivedFile> {
    let problem: Problem | undefined;
    // From the beginning, also while it waits for its turn.
    const reliable = new ReliableSource(source);
    source.on('limit', () => {
      problem = fileTooLarge(this.#limits.maxFileBytes);
      reliable.destroy(problem);
    });
    try {
      const content = await this.#slots(async () => {
        if (this.#isGivenUp) throw GIVEN_UP;
        return await this.#stage(reliable);
      });
      return { filename, declared_type, content } satisfies UploadedFile;
    } catch (error) {
      // The form itself has failed: that is for the form to say.
      if (reliable.sourceFailed || this.#isGivenUp) throw error;
      const found = problem ?? this.#toProblem(error);
      if (!found) throw error;
      return found;
    } finally {
      this.#makeRoom();
    }
  }

  #makeRoom(): void {
    if (this.#slots.pendingCount > 0) return;
    this.#onRoom?.();
    this.#onRoom = undefined;
  }

  #setText(text: string): void {
    if (this.text !== undefined) throw invalidPart(this.#textName, 'was sent more than once');
    this.text = text;
  }

  async #readText(source: Readable): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of source as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > TEXT_BYTES) throw this.#textTooLarge();
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  #textTooLarge(): Problem {
    return new Problem('body_too_large', `The part ${this.#textName} is larger than ${TEXT_BYTES} bytes.`);
  }
}

function tooManyFiles(): Problem {
  return new Problem('validation_failed', `The form has more than ${MAX_FILES} files; send several batches.`);
}
