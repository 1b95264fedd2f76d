/** Packs an operation's answer into the response. */
import type { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { ByteStream } from '../kernel/content.js';
import { wantsHeadOnly } from './head.js';
import type { AnyAnswer, BinaryContent, StreamedContent } from './operation.js';

/** Sends an answer. Resolves when it is handed over whole, or the client has gone; rejects when the content fails. */
export async function sendAnswer(req: Request, res: Response, answer: AnyAnswer): Promise<void> {
  try {
    await send(req, res, answer);
  } catch (error) {
    // What is sent in its place must not describe the content.
    if (!res.headersSent) for (const name of Object.keys(answer.headers ?? {})) res.removeHeader(name);
    throw error;
  }
}

async function send(req: Request, res: Response, answer: AnyAnswer): Promise<void> {
  res.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    // The edge may have its own reasons to vary.
    if (name === 'Vary') res.vary(String(value));
    else if (value !== undefined) res.setHeader(name, value);
  }
  if (answer.binary) await sendBinary(req, res, answer.binary);
  else if (answer.streamed) await sendStreamed(req, res, answer.streamed);
  else if (answer.encoded) {
    res.setHeader('Content-Type', answer.encoded.type);
    res.setHeader('Content-Length', answer.encoded.bytes.byteLength);
    res.end(answer.encoded.bytes);
  } else if (answer.yaml !== undefined) res.type('application/yaml').send(answer.yaml);
  else if (answer.json !== undefined) res.json(answer.json);
  else res.end();
}

async function sendBinary(req: Request, res: Response, { type, length, open }: BinaryContent): Promise<void> {
  res.setHeader('Content-Type', type);
  res.setHeader('Content-Length', length);
  if (wantsHeadOnly(req)) {
    res.end();
    return;
  }
  await turnOf(req, res);
  if (req.socket.destroyed) return;
  await pump(await open(), length, res);
}

/** Without a length the answer is chunked, so that one whose connection is cut can be told from a whole one. */
async function sendStreamed(req: Request, res: Response, { type, open, release }: StreamedContent): Promise<void> {
  try {
    res.setHeader('Content-Type', type);
    if (!wantsHeadOnly(req)) {
      await turnOf(req, res);
      if (req.socket.destroyed) return;
      for await (const chunk of open()) {
        if (res.destroyed) return;
        await write(res, chunk);
      }
    }
    res.end();
  } finally {
    release();
  }
}

/**
 * Resolves when the response may be written, or the connection is gone. A pipelined request is handled while those
 * before it are still being answered; it must not hold a file open meanwhile.
 */
function turnOf(req: Request, res: Response): Promise<void> | undefined {
  if (res.socket) return undefined;
  return new Promise((resolve) => {
    const { socket } = req;
    const done = (): void => {
      socket.off('close', done);
      res.off('socket', done);
      resolve();
    };
    socket.on('close', done);
    res.on('socket', done);
  });
}

/**
 * The stream's memory is used again for the next chunk, so each one has to be with the kernel first. That also is the
 * back-pressure: a slow client holds two buffers, whatever the size of the document.
 */
async function pump(stream: ByteStream, length: number, res: ServerResponse): Promise<void> {
  let left = length;
  for await (const chunk of stream) {
    if (res.destroyed) return;
    left -= chunk.length;
    // The last one goes out together with the end; a document of one chunk in one piece with its header.
    if (left <= 0) await lastWrite(res, chunk);
    else await write(res, chunk);
  }
  if (length === 0) res.end();
}

/** Resolves when the kernel has the chunk or the client has gone. */
function write(res: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      res.off('close', done);
      resolve();
    };
    res.on('close', done);
    res.write(chunk, done);
  });
}

/** The same for the last chunk, after which the response is complete. */
function lastWrite(res: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    res.on('close', resolve);
    res.end(chunk, resolve);
  });
}
