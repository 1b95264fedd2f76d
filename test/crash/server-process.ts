/** The built server in a process of its own, to be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const MAIN = path.resolve(import.meta.dirname, '../../../server/dist/src/main.js');
const START_MS = 20_000;

export interface ServerOptions {
  /** Settings beside port, folder and log level. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A command that runs the server as its own child, with its arguments. */
  readonly wrapper?: readonly string[];
}

export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #served: Promise<string>;
  #printed = '';

  /** Starts a server on `storageDir`; whether it serves is asked with {@link url}. */
  constructor(storageDir: string, { environment = {}, wrapper = [] }: ServerOptions = {}) {
    const [command = process.execPath, ...args] = [...wrapper, process.execPath, MAIN];
    this.#child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        DOCUMENT_SERVER_PORT: '0',
        DOCUMENT_STORAGE_DIR: storageDir,
        DOCUMENT_LOG_LEVEL: 'warn',
        ...environment,
      },
    });
    this.#ended = once(this.#child, 'close');
    this.#served = this.#waitUntilServed();
    // A server that is killed before it serves is nobody's failure until somebody asks.
    this.#served.catch(() => undefined);
  }

  /** What the server has printed and logged; warnings and errors only. */
  get printed(): string {
    return this.#printed;
  }

  /** Resolves to where the server serves, once it does. */
  url(): Promise<string> {
    return this.#served;
  }

  /** Kills it as a power switch would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Asks it to stop, and resolves to its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    await this.#ended;
    return this.#child.exitCode;
  }

  #waitUntilServed(): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        reject(new Error(`the server does not serve (exit code ${this.#child.exitCode}):\n${this.#printed}`));
      };
      const timer = setTimeout(fail, START_MS);
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          this.#printed += text;
          const url = /serves (http:\S+)/.exec(this.#printed)?.[1];
          if (url === undefined) return;
          clearTimeout(timer);
          resolve(url);
        });
      }
      void this.#ended.then(() => {
        clearTimeout(timer);
        fail();
      }, fail);
    });
  }
}
