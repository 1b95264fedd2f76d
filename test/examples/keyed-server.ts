import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { startServerProcess, type ServerProcess } from './server-process.js';

/** A server that asks for keys, and one that may do everything there. */
export interface KeyedServer extends ServerProcess {
  readonly key: string;
}

const SCOPES = 'documents:read,documents:write,documents:delete,collections:manage,keys:manage';

/** As `startServerProcess`, in the mode `keys`; the key is made as an operator makes it, on the server's machine. */
export async function startKeyedServer(root: string): Promise<KeyedServer> {
  const server = await startServerProcess(root, { DOCUMENT_SERVER_AUTH: 'keys' });
  const words = ['keys', 'create', '--tenant', 'default', '--name', 'ops', '--scopes', SCOPES];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(root, 'server/dist/src/main.js'), ...words],
    { env: { PATH: process.env['PATH'], DOCUMENT_STORAGE_DIR: server.storageDir } },
  );
  return { ...server, key: stdout.trim() };
}
