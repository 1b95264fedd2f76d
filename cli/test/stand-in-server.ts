import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The id that stand-in servers answer to. */
export const SOME_ID = 'doc_0123456789ab';

/** Starts servers that answer what the real one would not, and stops them after each test of the `describe`. */
export function useStandIns(): (handle: RequestListener) => Promise<string> {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });
  return async (handle) => {
    const server = createServer(handle);
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
}

/** Answers with a problem, as the contract has it. */
export function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(
    JSON.stringify({
      type: `urn:document-sync:problem:${code}`,
      title: 'Title',
      status,
      code,
      detail: `Detail of ${code}.`,
      request_id: 'request-1',
    }),
  );
}

/** The header of a download, whose digest is that of `content`. */
export function downloadHeaders(content: string | Uint8Array, filename = 'a.txt'): Record<string, string> {
  const sha256 = createHash('sha256').update(content).digest();
  return {
    'content-type': 'text/plain',
    'content-length': String(Buffer.byteLength(content)),
    'x-document-id': SOME_ID,
    'x-document-name': encodeURIComponent(filename),
    'x-document-filename': encodeURIComponent(filename),
    'x-document-version': '1',
    etag: `"${sha256.toString('hex')}"`,
    'repr-digest': `sha-256=:${sha256.toString('base64')}:`,
    'content-disposition': 'attachment',
    'accept-ranges': 'bytes',
    'last-modified': 'Mon, 23 Nov 2026 10:30:00 GMT',
    'x-request-id': 'request-1',
  };
}
