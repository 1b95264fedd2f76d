import type { Socket } from 'node:net';

type WriteCallback = (error?: Error | null) => void;

const CONNECTION_IS_GONE = new Set<unknown>(['EPIPE', 'ECONNRESET']);

/**
 * Lets an answer be read whose sender takes no more. A server that refuses an upload answers and closes while the rest of
 * it is still being written; the next write fails, and Node would then drop the connection with the answer unread in
 * it. Here such a write just never completes. Nothing waits for it longer than the connection has something to say:
 * after the answer, or the other side's end without one, the reading half reports what has become of the connection.
 */
export function keepReadingAfterBrokenWrite(socket: Socket): void {
  const patient = (done: WriteCallback): WriteCallback => {
    return (error) => {
      if (!(error instanceof Error && 'code' in error && CONNECTION_IS_GONE.has(error.code))) {
        done(error);
      }
    };
  };
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, done) => {
    write(chunk, encoding, patient(done));
  };
  const writev = socket._writev?.bind(socket);
  if (writev !== undefined) {
    socket._writev = (chunks, done) => {
      writev(chunks, patient(done));
    };
  }
}
