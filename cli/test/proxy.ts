import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between the commands and a server: counts what goes through, and cuts connections. */
export interface Proxy {
  readonly url: string;
  readonly bytesToServer: number;
  readonly bytesFromServer: number;
  /** Cuts every connection once so many more bytes have gone to the server; `undefined` lets everything through. */
  cutAfter(bytes: number | undefined): void;
  /** Lets no more than so many more bytes through to the server, and then nothing, until it is told otherwise. */
  stallAfter(bytes: number | undefined): void;
  /** Closes every connection, with all that is still on its way. */
  hangUp(): void;
  /** Resolves once it stalls as it was last told to. */
  stalled(): Promise<void>;
}

/** Starts a proxy before each test of the `describe` that calls this, and stops it afterwards. */
export function useProxy(target: () => string): Proxy {
  const sockets = new Set<Socket>();
  let server: Server;
  let toServer = 0;
  let fromServer = 0;
  let cut: number | undefined;
  let stall: number | undefined;
  let held: (() => void)[];
  let tellStalled: () => void = () => undefined;
  let whenStalled: Promise<void>;

  const forward = (client: Socket): void => {
    const { hostname, port } = new URL(target());
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (stall !== undefined && toServer + chunk.length > stall) {
        client.pause();
        held.push(() => {
          if (!client.destroyed) pass(chunk);
          client.resume();
        });
        tellStalled();
      } else {
        pass(chunk);
      }
    });
    const pass = (chunk: Buffer): void => {
      toServer += chunk.length;
      if (!upstream.write(chunk)) {
        client.pause();
        upstream.once('drain', () => client.resume());
      }
      if (cut !== undefined && toServer >= cut) {
        cut = undefined;
        client.destroy();
      }
    };
    client.on('end', () => upstream.end());
    upstream.on('data', (chunk: Buffer) => {
      fromServer += chunk.length;
      client.write(chunk);
    });
    upstream.on('end', () => client.end());
  };

  beforeEach(async () => {
    [toServer, fromServer, cut, stall, held] = [0, 0, undefined, undefined, []];
    whenStalled = new Promise<void>((resolve) => (tellStalled = resolve));
    server = createServer({ allowHalfOpen: true }, forward);
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  return {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    get bytesToServer() {
      return toServer;
    },
    get bytesFromServer() {
      return fromServer;
    },
    cutAfter(bytes) {
      cut = bytes === undefined ? undefined : toServer + bytes;
    },
    stallAfter(bytes) {
      stall = bytes === undefined ? undefined : toServer + bytes;
      whenStalled = new Promise<void>((resolve) => (tellStalled = resolve));
      for (const release of held.splice(0)) release();
    },
    hangUp() {
      held = [];
      for (const socket of sockets) socket.destroy();
    },
    stalled: () => whenStalled,
  };
}
