import pc from 'picocolors';
import type { Failure } from '../failure.js';
import { toJson } from './json.js';
import { printable, printableLines } from './printable.js';
import { withoutSecrets } from './secrets.js';

/** Functions that colour text, or leave it. */
export type Colours = ReturnType<typeof pc.createColors>;

/** How a command prints its result. */
export type Format = 'table' | 'json';

/** The streams that a command writes to. */
export interface Streams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** One result in its three shapes. */
export interface Result {
  /** For `--quiet`. */
  ids: string[];
  /** For `--format json`, as the server sent it where it comes from the server. */
  json: unknown;
  /** For people. */
  lines: string[];
}

/** What a command prints: data on stdout, everything else on stderr, colours only on a terminal. */
export class Output {
  /** Colours for what goes to stdout; where it is no terminal, they leave everything as it is. */
  readonly colours: Colours;
  readonly #streams: Streams;
  readonly #errorColours: Colours;

  /** @param colour Whether the person wants colours where a terminal has them. */
  constructor(streams: Streams, colour: boolean) {
    this.#streams = streams;
    this.colours = pc.createColors(colour && streams.stdout.isTTY);
    this.#errorColours = pc.createColors(colour && streams.stderr.isTTY);
  }

  /** The width of the terminal that stdout is; undefined where it is none. */
  get columns(): number | undefined {
    return this.#streams.stdout.isTTY ? this.#streams.stdout.columns : undefined;
  }

  /** Whether a person watches stderr, and nothing else is being written to the same screen. */
  get showsProgress(): boolean {
    return this.#streams.stderr.isTTY;
  }

  get stderr(): NodeJS.WriteStream {
    return this.#streams.stderr;
  }

  /** Prints a result in the shape that was asked for. */
  result(options: { format: Format; quiet: boolean }, result: Result): void {
    if (options.quiet) {
      this.lines(result.ids);
    } else if (options.format === 'json') {
      this.lines([toJson(result.json, 2)]);
    } else {
      this.lines(result.lines);
    }
  }

  /** Prints lines of data as they are. */
  lines(lines: readonly string[]): void {
    if (lines.length > 0) {
      this.#streams.stdout.write(`${lines.join('\n')}\n`);
    }
  }

  /**
   * Writes text of a document, exactly; on a terminal line by line, with nothing left that could steer it.
   * @param paint Colours a line for a terminal.
   */
  text(text: string, paint: (line: string) => string = (line) => line): void {
    const { stdout } = this.#streams;
    stdout.write(stdout.isTTY ? printableLines(text).map(paint).join('\n') : text);
  }

  /**
   * Writes bytes of data.
   * @returns When stdout can take more; rejects when it cannot be written any more.
   */
  bytes(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#streams.stdout.write(chunk, (error) => {
        if (error) {
          reject(error);
        } else {
          resolve();
        }
      });
    });
  }

  /** Tells something beside the data; `facts` are what a program would want to know of it. */
  note(format: Format, message: string, facts: Record<string, unknown> = {}): void {
    this.#tell(format === 'json' ? toJson({ message, ...facts }) : printable(message));
  }

  /** Tells about an error: what happened and what to do next. `facts` say what it is about, for programs. */
  failure(format: Format, failure: Failure, facts: Record<string, unknown> = {}): void {
    const { exitCode, code, message, details = [], hints, requestId } = failure;
    if (format === 'json') {
      const optional = {
        ...(hints.length > 0 && { hint: hints.join(' ') }),
        ...(requestId && { request_id: requestId }),
        ...failure.facts,
      };
      this.#tell(toJson({ code, message, ...optional, ...facts, exit_code: exitCode }));
      return;
    }
    const { bold, red } = this.#errorColours;
    const text = [
      `${red(bold('Error:'))} ${printableLines(message).join('\n')}`,
      ...details.flatMap(printableLines),
      ...hints.map(printable),
    ];
    this.#tell(text.join('\n'));
  }

  #tell(text: string): void {
    this.#streams.stderr.write(`${withoutSecrets(text)}\n`);
  }
}
