/** The built server as its user starts it: a process of its own, told by its environment, ended by signals. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually.js';

const MAIN = path.resolve(import.meta.dirname, '../src/main.js');

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcessOptions {
  /** Settings; what is not given is as in a fresh shell, but for a free port and a temporary storage folder. */
  readonly environment?: Record<string, string>;
  readonly arguments?: readonly string[];
  /** A command that ends in running its arguments, to start the server within. */
  readonly within?: readonly string[];
  /** An existing storage folder; it is not removed. */
  readonly storageDir?: string;
}

export class ServerProcess {
  readonly storageDir: string;
  readonly exited: Promise<Ending>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ownsStorage: boolean;

  private constructor(child: ChildProcess, storageDir: string, ownsStorage: boolean) {
    this.#child = child;
    this.storageDir = storageDir;
    this.#ownsStorage = ownsStorage;
    child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.exited = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  /** Starts it and does not wait for anything. */
  static async spawn(options: ServerProcessOptions = {}): Promise<ServerProcess> {
    const storageDir = options.storageDir ?? (await mkdtemp(path.join(tmpdir(), 'document-server-process-')));
    const [command = process.execPath, ...args] = [
      ...(options.within ?? []),
      process.execPath,
      MAIN,
      ...(options.arguments ?? []),
    ];
    const { PATH, NODE_V8_COVERAGE } = process.env;
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH,
        ...(NODE_V8_COVERAGE !== undefined && { NODE_V8_COVERAGE }),
        DOCUMENT_SERVER_PORT: '0',
        DOCUMENT_STORAGE_DIR: storageDir,
        ...options.environment,
      },
    });
    return new ServerProcess(child, storageDir, options.storageDir === undefined);
  }

  /** Starts it and waits until it serves. */
  static async start(options: ServerProcessOptions = {}): Promise<ServerProcess> {
    const server = await ServerProcess.spawn(options);
    try {
      await eventually(() => {
        assert.match(server.stdout, /serves https?:/, `the server does not serve: ${server.stdout}${server.stderr}`);
      }, 10_000);
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Where it serves, as it printed it. */
  get url(): string {
    return / serves (https?:\S+)/.exec(this.stdout)?.[1] ?? '';
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The lines of its log. */
  get log(): Record<string, unknown>[] {
    return this.stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Ends it, if it still runs, and removes its folder. */
  async dispose(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
    if (this.#ownsStorage) await rm(this.storageDir, { recursive: true, force: true });
  }
}

/** Runs the server to its end, for starts that are expected to fail; the output is all that there is. */
export async function runToEnd(options: ServerProcessOptions): Promise<Ending & { stdout: string; stderr: string }> {
  const server = await ServerProcess.spawn(options);
  const giveUp = setTimeout(() => {
    server.signal('SIGKILL');
  }, 10_000);
  const ending = await server.exited;
  clearTimeout(giveUp);
  await server.dispose();
  return { ...ending, stdout: server.stdout, stderr: server.stderr };
}
