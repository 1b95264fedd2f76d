import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that breaks. */
export interface CuttingProxy {
  url: string;
  /** How many bytes clients have sent so far, over all connections. */
  sentBytes(): number;
  /** How many times the line has broken. */
  cuts(): number;
  close(): Promise<void>;
}

/**
 * Passes connections on to a server, and breaks all of them each time that clients have sent so many bytes more. Clients
 * see a reset; the server still gets what was passed on before, as what a reset there would take out of the kernel's
 * buffers is some megabytes on a busy machine, and nothing on another.
 *
 * @param points at which number of bytes, counted over all connections, the line breaks; ascending
 */
export async function startCuttingProxy(serverUrl: string, points: readonly number[]): Promise<CuttingProxy> {
  const { hostname, port } = new URL(serverUrl);
  const open = new Set<Socket>();
  const clients = new Set<Socket>();
  let sent = 0;
  let cuts = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    clients.add(client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        clients.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      sent += chunk.byteLength;
      if (sent >= (points[cuts] ?? Infinity)) {
        cuts++;
        for (const socket of clients) socket.resetAndDestroy();
        return;
      }
      if (!server.write(chunk)) {
        client.pause();
        server.once('drain', () => client.resume());
      }
    });
    server.pipe(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    sentBytes: () => sent,
    cuts: () => cuts,
    async close() {
      for (const socket of open) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
