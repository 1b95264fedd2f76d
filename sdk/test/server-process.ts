import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../../server/dist/src/main.js', import.meta.url));

/** A Document Sync server as its user runs it: a process of its own, with an empty store. */
export interface ServerProcess {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export async function startServer(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const storage = await mkdtemp(join(tmpdir(), 'sdk-server-'));
  const env = { ...process.env, ...settings, DOCUMENT_SERVER_PORT: '0', DOCUMENT_STORAGE_DIR: storage };
  const child = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await announcedUrl(child);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(storage, { recursive: true, force: true });
    },
  };
}

/** The first line of the server's stdout says where it serves. */
async function announcedUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The server has no stdout.');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('The server ended before it said where it serves.');
}
