/** Sends pieces of an upload over connections that break when the test wants it. */
import http from 'node:http';
import type { Socket } from 'node:net';
import { PIECE_TYPE } from './uploads-client.js';

/** What the server answered, or that the connection was cut before it did. */
export type PieceEnding = { readonly status: number; readonly headers: http.IncomingHttpHeaders } | 'cut';

export interface SentPiece {
  readonly ending: PieceEnding;
  /** How many bytes of the piece were handed to the connection. */
  readonly sent_bytes: number;
}

const WRITE_BYTES = 256 * 1024;

/**
 * Sends `content` from `offset` on, and destroys the connection once `cutAfter` bytes of it were handed over; never, when
 * it is left out. Announces the whole rest, as a client does that has no idea of what is to come.
 */
export function sendFrom(
  url: string,
  location: string,
  content: Buffer,
  offset: number,
  cutAfter = Infinity,
): Promise<SentPiece> {
  const rest = content.subarray(offset);
  return new Promise((resolve, reject) => {
    const headers = {
      'Tus-Resumable': '1.0.0',
      'Upload-Offset': offset,
      'Content-Type': PIECE_TYPE,
      'Content-Length': rest.length,
    };
    const request = http.request(`${url}${location}`, { method: 'PATCH', headers, agent: false });
    let sent_bytes = 0;
    let isCut = false;
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        resolve({ ending: { status: response.statusCode ?? 0, headers: response.headers }, sent_bytes });
      });
      response.on('error', () => undefined);
    });
    request.on('error', (error) => {
      if (isCut || /ECONNRESET|EPIPE|ECONNREFUSED|hang up/.test(String(error))) resolve({ ending: 'cut', sent_bytes });
      else reject(error);
    });
    const write = (): void => {
      while (sent_bytes < rest.length) {
        if (sent_bytes >= cutAfter) {
          isCut = true;
          (request.socket as Socket).destroy();
          return;
        }
        const piece = rest.subarray(sent_bytes, Math.min(sent_bytes + WRITE_BYTES, sent_bytes + cutAfter));
        sent_bytes += piece.length;
        if (!request.write(piece)) {
          request.once('drain', write);
          return;
        }
      }
      request.end();
    };
    request.once('socket', (socket) => socket.once('connect', write));
  });
}
