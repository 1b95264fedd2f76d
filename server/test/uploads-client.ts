/** Requests about uploads in pieces, as a client of the tus protocol sends them. */
import assert from 'node:assert/strict';
import type { components } from '@document-sync/sdk';
import request, { type Response } from 'supertest';
import { requestHead } from './raw-connection.js';

export type Upload = components['schemas']['Upload'];

/** A server of whatever kind: in this process or in one of its own. */
interface Addressed {
  readonly url: string;
}

export const PIECE_TYPE = 'application/offset+octet-stream';

/** The header `Upload-Metadata`. */
export function metadata(said: Readonly<Record<string, string>>): string {
  return Object.entries(said)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

/** Begins an upload and gives back the answer, whatever it is. */
export async function postUpload(
  server: Addressed,
  size: number | string,
  said: Readonly<Record<string, string>> | string = {},
  first?: Buffer,
): Promise<Response> {
  const header = typeof said === 'string' ? said : metadata({ filename: 'file.bin', ...said });
  const sending = request(server.url)
    .post('/uploads')
    .set({ 'Tus-Resumable': '1.0.0', 'Upload-Length': String(size), 'Upload-Metadata': header });
  return first ? sending.set('Content-Type', PIECE_TYPE).send(first) : sending;
}

/** Begins an upload, expects that it begins, and gives back where it is. */
export async function beginUpload(
  server: Addressed,
  size: number,
  said: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await postUpload(server, size, said);
  assert.equal(response.status, 201, response.text);
  return response.headers['location'] ?? '';
}

/** Sends a piece and gives back the answer, whatever it is. */
export async function sendPiece(
  server: Addressed,
  location: string,
  offset: number | string,
  piece: Buffer | string,
): Promise<Response> {
  return request(server.url)
    .patch(location)
    .set({ 'Tus-Resumable': '1.0.0', 'Upload-Offset': String(offset), 'Content-Type': PIECE_TYPE })
    .send(typeof piece === 'string' ? Buffer.from(piece) : piece);
}

/** How far an upload is; expects that it is there. */
export async function look(server: Addressed, location: string): Promise<Upload> {
  const response = await request(server.url).get(location);
  assert.equal(response.status, 200, response.text);
  return response.body as Upload;
}

/** How many bytes have arrived, asked as a tus client does. */
export async function offsetOf(server: Addressed, location: string): Promise<number> {
  const response = await request(server.url).head(location).set('Tus-Resumable', '1.0.0');
  assert.equal(response.status, 200);
  return Number(response.headers['upload-offset']);
}

/** The header of a piece, for connections that send what comes after it as they like. */
export function pieceHead(location: string, offset: number, length: number): string {
  return requestHead(
    `PATCH ${location}`,
    `Upload-Offset: ${offset}`,
    `Content-Type: ${PIECE_TYPE}`,
    `Content-Length: ${length}`,
  );
}
