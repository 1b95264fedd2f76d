import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long the rest of a refused body may keep coming before the connection is cut. */
const LINGER_MS = 5000;

/**
 * Lets a client that is still sending read the refusal: its remaining bytes are thrown away for a while (closing at once
 * would reset the connection, and the client might lose the answer), then the connection is cut.
 */
export function drainRest(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return;
  request.resume();
  response.once('finish', () => {
    if (request.complete) return;
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
