import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Document } from '@document-sync/sdk';
import type { Program } from '../src/parser.js';

/** The folder of the installed commands. */
export const BIN = path.resolve(import.meta.dirname, '../../bin');

/** Where the commands of one run of the tests keep what they cache and remember, far from the person's own. */
const KEPT = mkdtempSync(path.join(tmpdir(), 'document-sync-cli-kept-'));
process.once('exit', () => {
  rmSync(KEPT, { recursive: true, force: true });
});

/** What a command left behind when it ended. */
export interface Finished {
  /** The exit code; null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** stdout, byte for byte. */
  bytes: Buffer;
}

/** How a command is run. */
export interface Surroundings {
  /** The server's address. */
  url?: string;
  /** The folder that the command works in. */
  cwd?: string;
  env?: Record<string, string>;
  /** What stdin holds; without it stdin is empty. */
  input?: string | Uint8Array;
  program?: Program;
}

/** A command that is still running. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
}

/** Runs the built command in a process of its own, and waits for its end. */
export function doc(args: readonly string[], surroundings: Surroundings = {}): Promise<Finished> {
  const { child, finished } = startDoc(args, surroundings);
  child.stdin.end(surroundings.input);
  return finished;
}

/** Starts the built command, and leaves its stdin open. */
export function startDoc(args: readonly string[], surroundings: Surroundings = {}): Running {
  const child = spawn(process.execPath, [path.join(BIN, `${surroundings.program ?? 'doc'}.cjs`), ...args], {
    cwd: surroundings.cwd ?? tmpdir(),
    env: environment(surroundings),
  });
  // A command may well end without having read its stdin.
  child.stdin.on('error', () => undefined);
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const bytes = Buffer.concat(stdout);
      resolve({ code, stdout: bytes.toString(), stderr, bytes });
    });
  });
  return { child, finished };
}

/** An environment in which nothing of the person who runs the tests counts; coverage goes on to be measured. */
export function environment({ url, env }: Surroundings): Record<string, string> {
  const { PATH, HOME, NODE_V8_COVERAGE } = process.env;
  return {
    TZ: 'UTC',
    XDG_CACHE_HOME: path.join(KEPT, 'cache'),
    XDG_STATE_HOME: path.join(KEPT, 'state'),
    XDG_CONFIG_HOME: path.join(KEPT, 'config'),
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    ...(NODE_V8_COVERAGE !== undefined && { NODE_V8_COVERAGE }),
    ...(url !== undefined && { DOCUMENT_SERVER_URL: url }),
    ...env,
  };
}

/** Pushes text as a document and gives the document as the server sent it. @throws Error when that fails */
export async function push(url: string, content: string | Uint8Array, ...options: string[]): Promise<Document> {
  const args = [
    'push',
    '-',
    '--format',
    'json',
    ...(options.includes('--name') ? [] : ['--name', 'a.txt']),
    ...options,
  ];
  const { code, stdout, stderr } = await doc(args, { url, input: content });
  if (code !== 0) throw new Error(`The push ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Document;
}

/** Gives each test of the `describe` that calls this an empty folder, removed after the test. */
export function useFolder(): { readonly path: string; file(name: string): string } {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'document-sync-cli-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get path() {
      return folder;
    },
    file: (name) => path.join(folder, name),
  };
}
