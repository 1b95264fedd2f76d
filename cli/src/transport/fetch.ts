import { type ClientRequest, type IncomingMessage, request as requestOverHttp } from 'node:http';
import { type BodyContent, chunksOf, lengthOf } from './body.js';
import { keepReadingAfterBrokenWrite } from './broken-write.js';
import { LightHeaders } from './headers.js';
import { LightRequest, type LightRequestInit } from './request.js';
import { incomingChunks } from './incoming.js';
import { LightResponse } from './response.js';

const STATUSES_WITHOUT_BODY = new Set([204, 205, 304]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * fetch on `node:http`, because loading Node's own fetch takes longer than everything else that a short command does.
 * It streams both ways, never holds a whole body, and settles as fetch does: an answer with any status resolves; no
 * connection, or one that breaks, rejects with `TypeError('fetch failed')` whose `cause` is the network's error; an
 * abort rejects with the signal's reason. Unlike fetch it opens a connection for each request (a command makes few, and
 * an idle connection would keep the process alive) and follows no redirect, which would need a body twice.
 */
export async function lightFetch(input: string | URL | LightRequest, init?: LightRequestInit): Promise<LightResponse> {
  const request = new LightRequest(input, init);
  request.signal.throwIfAborted();
  const url = new URL(request.url);
  const content = request.takeContent();
  const options = { method: request.method, headers: headersToSend(request, content), agent: false } as const;
  return exchange(request, content, (await opener(url))(url, options));
}

async function opener(url: URL): Promise<typeof requestOverHttp> {
  switch (url.protocol) {
    case 'http:':
      return requestOverHttp;
    case 'https:':
      return (await import('node:https')).request;
    default:
      throw fetchFailed(new Error(`unknown scheme ${url.protocol}`));
  }
}

function headersToSend(request: LightRequest, content: BodyContent | null): Record<string, string> {
  const headers = new LightHeaders(request.headers);
  const length = content === null ? (/^P/.test(request.method) ? 0 : undefined) : lengthOf(content);
  if (length !== undefined) {
    headers.set('content-length', String(length));
  }
  if (!headers.has('accept')) {
    headers.set('accept', '*/*');
  }
  // What arrives is what was stored: no decompression on this side.
  headers.set('accept-encoding', 'identity');
  return Object.fromEntries(headers);
}

function exchange(request: LightRequest, content: BodyContent | null, outgoing: ClientRequest): Promise<LightResponse> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      outgoing.destroy(new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    outgoing.on('close', () => {
      signal.removeEventListener('abort', abort);
    });
    // Also takes the errors that follow an answer, which belong to nobody: a server may answer before it has read all.
    outgoing.on('error', (error) => {
      reject(signal.aborted ? asReason(signal) : fetchFailed(error));
    });
    outgoing.on('socket', keepReadingAfterBrokenWrite);
    outgoing.on('response', (incoming) => {
      // Who has answered completely reads no more of the request.
      incoming.on('end', () => {
        if (!outgoing.writableFinished) {
          outgoing.destroy();
        }
      });
      const refusal = refusalOf(request, incoming);
      if (refusal !== undefined) {
        outgoing.destroy();
        reject(fetchFailed(refusal));
        return;
      }
      resolve(responseOf(request, incoming));
    });
    send(outgoing, content).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

/** Writes the content as fast as the connection takes it, and stops when the connection is gone. */
async function send(outgoing: ClientRequest, content: BodyContent | null): Promise<void> {
  if (content !== null) {
    for await (const chunk of chunksOf(content)) {
      if (!outgoing.destroyed && !outgoing.write(chunk)) {
        await drainOrClose(outgoing);
      }
      if (outgoing.destroyed) {
        return;
      }
    }
  }
  outgoing.end();
}

function drainOrClose(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });
}

function refusalOf(request: LightRequest, incoming: IncomingMessage): Error | undefined {
  if (request.redirect !== 'manual' && REDIRECTS.has(incoming.statusCode ?? 0)) {
    return new Error('unexpected redirect');
  }
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return new Error(`the answer is encoded with ${encoding}, which was not asked for`);
  }
  return undefined;
}

function responseOf(request: LightRequest, incoming: IncomingMessage): LightResponse {
  const status = incoming.statusCode ?? 0;
  const withoutBody = request.method === 'HEAD' || STATUSES_WITHOUT_BODY.has(status);
  if (withoutBody) {
    incoming.resume();
  }
  return new LightResponse(withoutBody ? null : incomingChunks(incoming, request.signal), {
    status,
    statusText: incoming.statusMessage ?? '',
    headers: headerPairs(incoming.rawHeaders),
    url: request.url.replace(/#.*$/s, ''),
  });
}

function* headerPairs(raw: string[]): Generator<[string, string]> {
  for (let index = 0; index + 1 < raw.length; index += 2) {
    yield [raw[index] ?? '', raw[index + 1] ?? ''];
  }
}

function asReason(signal: AbortSignal): Error {
  // The reason is whatever the caller aborted with, and fetch hands on just that.
  return signal.reason as Error;
}

function fetchFailed(cause: Error): TypeError {
  return new TypeError('fetch failed', { cause });
}
