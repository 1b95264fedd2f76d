import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Server as SocketServer,
  type Socket,
} from 'node:net';
import { lightFetch } from '../fetch.js';

/** Each behaviour is asked of Node's own fetch and of the one that stands in for it. */
export const IMPLEMENTATIONS = [
  ['fetch of Node', globalThis.fetch],
  ['light fetch', lightFetch as unknown as typeof globalThis.fetch],
] as const;

/** What an upload needs of both: Node's own holds a whole body unless it knows that it will not have to send it again. */
export const STREAMING = { duplex: 'half', redirect: 'error' } as const;

/** Servers on free ports of this machine, by their addresses. */
export interface LocalServers {
  http(handle: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string>;
  /** One that need not speak HTTP. */
  socket(handle: (socket: Socket) => void): Promise<string>;
  /** Stops the server that was started last. */
  stopLast(): Promise<void>;
}

/** Stops after each test of the `describe` the servers that it has started. */
export function useLocalServers(): LocalServers {
  const open: (Server | SocketServer)[] = [];
  const listening = async (server: Server | SocketServer): Promise<string> => {
    open.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const stop = async (server: Server | SocketServer | undefined): Promise<void> => {
    if (server === undefined) return;
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  afterEach(async () => {
    for (const server of open.splice(0)) await stop(server);
  });
  return {
    http: (handle) =>
      listening(
        createServer((request, response) => {
          void handle(request, response);
        }),
      ),
    socket: (handle) =>
      listening(
        createSocketServer((socket) => {
          socket.on('error', () => undefined).resume();
          handle(socket);
        }),
      ),
    stopLast: () => stop(open.pop()),
  };
}

/** A body without an end. */
export function endless(onCancel: () => void = () => undefined): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024);
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(chunk);
    },
    cancel() {
      onCancel();
    },
  });
}

/** A request's body. */
export async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Waits until a figure stands still for a while. */
export async function settled(read: () => number): Promise<void> {
  for (let last = -1, same = 0; same < 5;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    same = read() === last && last > 0 ? same + 1 : 0;
    last = read();
  }
}

/** Waits until something is true. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
