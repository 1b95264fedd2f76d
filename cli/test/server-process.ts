import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** How long a server may take to say where it serves; far more than it needs. */
const START_MS = 15_000;

/** The program of the server. */
export const SERVER = path.resolve(import.meta.dirname, '../../../server/dist/src/main.js');

/** The real server in a process of its own, for the tests of one `describe`. */
export interface ServerProcess {
  /** Where it serves; known once the tests run. */
  readonly url: string;
  /** Its storage folder. */
  readonly storage: string;
}

/**
 * Starts a server before the tests of the `describe` that calls this, on a free port and an empty store, and stops it
 * after them.
 * @param settings More environment variables for it.
 */
export function useServer(settings: Record<string, string> = {}): ServerProcess {
  let child: ChildProcess;
  let url: string | undefined;
  const storage = mkdtempSync(path.join(tmpdir(), 'document-sync-cli-store-'));

  before(async function () {
    this.timeout(START_MS + 5000);
    child = spawn(process.execPath, [SERVER], {
      env: {
        PATH: process.env['PATH'],
        DOCUMENT_SERVER_PORT: '0',
        DOCUMENT_STORAGE_DIR: storage,
        DOCUMENT_LOG_LEVEL: 'error',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    url = await announcedUrl(child);
  });

  after(async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) {
      await once(child, 'exit');
    }
    rmSync(storage, { recursive: true, force: true });
  });

  return {
    storage,
    get url() {
      if (url === undefined) throw new Error('The server is started by the `before` hook of the tests.');
      return url;
    },
  };
}

/** The server prints one line when it serves: "Document Sync 0.1.0 serves http://127.0.0.1:8766 (documents in …)". */
function announcedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (what: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`The server ${what}:\n${printed}`));
    };
    const timer = setTimeout(() => {
      fail(`has not come up within ${START_MS / 1000} s`);
    }, START_MS);
    child.once('exit', (code) => {
      fail(`ended with ${code}`);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        const announced = / serves (http:\S+)/.exec(printed)?.[1];
        if (announced !== undefined) {
          clearTimeout(timer);
          resolve(announced);
        }
      });
    }
  });
}
