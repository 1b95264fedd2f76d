import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long the rest of a body that nobody wants may keep coming before the connection is cut. */
const LINGER_MS = 5000;

/**
 * Looks after a body that nobody reads to its end, because the request was refused or takes none: what still comes is
 * thrown away for a while (closing at once would reset the connection, and the client might lose the answer), then the
 * connection is cut.
 */
export function cutRest(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete) return;
    request.resume();
    const timer = setTimeout(() => {
      request.socket.destroy();
    }, LINGER_MS);
    timer.unref();
    const stop = (): void => {
      clearTimeout(timer);
    };
    request.once('end', stop);
    request.once('close', stop);
  });
}
