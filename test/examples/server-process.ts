import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** How long a server may take to say where it serves; far more than it needs. */
const START_MS = 15_000;

/** A server in a process of its own, as `npm start` runs it once everything is built. */
export interface ServerProcess {
  readonly url: string;
  readonly storageDir: string;
  /** Tells it to stop, removes what it stored, and resolves to its exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts a server on a free port, with a storage folder of its own.
 *
 * @param root the repository
 * @param settings more environment variables for it
 * @throws Error with what it printed, when it does not come up
 */
export async function startServerProcess(
  root: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const storageDir = mkdtempSync(path.join(tmpdir(), 'document-sync-examples-store-'));
  const clear = (): void => {
    rmSync(storageDir, { recursive: true, force: true });
  };
  const child = spawn(process.execPath, [path.join(root, 'server/dist/src/main.js')], {
    env: {
      PATH: process.env['PATH'],
      DOCUMENT_SERVER_PORT: '0',
      DOCUMENT_STORAGE_DIR: storageDir,
      DOCUMENT_LOG_LEVEL: 'warn',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await servedUrl(child).catch((error: unknown) => {
    child.kill('SIGKILL');
    clear();
    throw error;
  });
  return {
    url,
    storageDir,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      clear();
      return code;
    },
  };
}

function servedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(() => {
      reject(new Error(`the server has not come up within ${START_MS / 1000} s:\n${printed}`));
    }, START_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        const url = /serves (http:\S+)/.exec(printed)?.[1];
        if (url === undefined) return;
        clearTimeout(timer);
        resolve(url);
      });
    }
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}:\n${printed}`));
    });
  });
}
