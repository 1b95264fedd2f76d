import { createHash } from 'node:crypto';

import type { Answer, BodySink } from './keep-alive-connection.js';
import type { LoadJob, PullJob, PushJob, QueryJob, StoredContent } from './load-jobs.js';
import { contentDigest, incompressibleBlock, prepareForm, stamp } from './multipart-form.js';

/** One request, ready to be sent, and what its answer must be. */
export interface LoadRequest {
  readonly pieces: readonly Uint8Array[];
  readonly sink?: BodySink;
  /** @throws Error when the answer is not what it must be */
  readonly check: (answer: Answer) => { readonly verified: boolean; readonly stored?: StoredContent };
}

/** Makes the request of a number, counted from 0. */
export type Requests = (index: number) => LoadRequest;

const block = incompressibleBlock();

/**
 * The requests of a job. Whatever can be made before the clock runs is made here.
 */
export function requestsOf(job: LoadJob): Requests {
  switch (job.kind) {
    case 'push':
      return pushes(job);
    case 'pull':
      return pulls(job);
    case 'query':
      return queries(job);
  }
}

function pushes(job: PushJob): Requests {
  const form = prepareForm(job.sizeBytes, `127.0.0.1:${job.port}`, block);
  return (index) => {
    const unique = stamp(job.run, index);
    const pieces = [form.head, unique, ...form.rest, form.tail];
    if (index % job.verifyEvery !== 0) return { pieces, check: (answer) => expectStatus(answer, 201) };
    const body = new CollectedBody();
    return {
      pieces,
      sink: body.sink,
      check: (answer) => {
        expectStatus(answer, 201, body);
        const sha256 = contentDigest(form, unique);
        const document = JSON.parse(body.text()) as Partial<Record<string, unknown>>;
        const documentId = document['document_id'];
        if (
          document['checksum_sha256'] !== sha256 ||
          document['size_bytes'] !== job.sizeBytes ||
          typeof documentId !== 'string'
        )
          throw new Error(`a push was answered with another content's facts: ${body.text()}`);
        return { verified: true, stored: { documentId, sizeBytes: job.sizeBytes, sha256 } };
      },
    };
  };
}

function pulls(job: PullJob): Requests {
  const prepared = job.documents.map((document) => ({
    document,
    pieces: [get(job, `/documents/${document.documentId}`)],
  }));
  return (index) => {
    const { document, pieces } = pick(prepared, index);
    const expectAll = (answer: Answer): { verified: false } => {
      if (answer.bodyBytes !== document.sizeBytes)
        throw new Error(`a pull brought ${answer.bodyBytes} bytes of ${document.sizeBytes}`);
      return expectStatus(answer, 200);
    };
    if (index % job.verifyEvery !== 0) return { pieces, check: expectAll };
    const hash = createHash('sha256');
    return {
      pieces,
      sink: (piece) => hash.update(piece),
      check: (answer) => {
        expectAll(answer);
        if (hash.digest('hex') !== document.sha256) throw new Error('a pull brought bytes that were not pushed');
        return { verified: true };
      },
    };
  };
}

function queries(job: QueryJob): Requests {
  const pieces = [get(job, job.path)];
  return (index) => {
    if (index % job.verifyEvery !== 0) return { pieces, check: (answer) => expectStatus(answer, 200) };
    const body = new CollectedBody();
    return {
      pieces,
      sink: body.sink,
      check: (answer) => {
        expectStatus(answer, 200, body);
        const rows: unknown = JSON.parse(body.text());
        if (!Array.isArray(rows) || rows.length !== job.rows)
          throw new Error(`${job.path} must bring ${job.rows} rows: ${body.text().slice(0, 300)}`);
        return { verified: true };
      },
    };
  };
}

function get(job: LoadJob, path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${job.port}\r\n\r\n`);
}

function pick<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('a job without documents');
  return value;
}

function expectStatus(answer: Answer, status: number, body?: CollectedBody): { verified: false } {
  if (answer.status !== status)
    throw new Error(`status ${answer.status} for ${status}: ${body?.text() ?? answer.head}`);
  return { verified: false };
}

/** Keeps the bytes of an answer. */
class CollectedBody {
  readonly #pieces: Buffer[] = [];

  readonly sink: BodySink = (piece) => {
    this.#pieces.push(Buffer.from(piece));
  };

  text(): string {
    return Buffer.concat(this.#pieces).toString();
  }
}
