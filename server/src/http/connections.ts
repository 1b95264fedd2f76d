import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';

/** The open connections of a server and what is being answered on each, so that it can end without losing an answer. */
export class Connections {
  readonly #server: Server;
  /** All of the sockets, also those on which TLS is not agreed on yet. */
  readonly #sockets = new Set<Socket>();
  readonly #open = new Map<Duplex, Set<ServerResponse>>();
  #stopping = false;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    // The sockets that requests come on: of TLS, those inside of it.
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      // Each pipelined request may wait for the connection's end.
      socket.setMaxListeners(0);
      this.#open.set(socket, new Set());
      socket.once('close', () => this.#open.delete(socket));
      if (this.#stopping) socket.destroy();
    });
  }

  /** Counts a request as being answered until its response is done. */
  track({ socket }: IncomingMessage, response: ServerResponse): void {
    const answering = this.#open.get(socket);
    if (!answering) return;
    answering.add(response);
    if (this.#stopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      answering.delete(response);
      if (this.#stopping && answering.size === 0) socket.destroySoon();
    });
  }

  /** Whether an answer has begun on the connection, so that whatever else is written would be taken for a part of it. */
  hasBegunAnswer(socket: Duplex): boolean {
    return [...(this.#open.get(socket) ?? [])].some((response) => response.headersSent);
  }

  /**
   * Takes no more connections and ends the idle ones, lets what is being answered finish for `graceMs`, then cuts what is
   * left. Resolves when every connection is closed.
   */
  async close(graceMs: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const [socket, answering] of this.#open) {
      if (answering.size === 0) socket.destroy();
      for (const response of answering) response.shouldKeepAlive = false;
    }
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, graceMs);
    await closed;
    clearTimeout(cut);
  }
}
