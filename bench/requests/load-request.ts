import type { BodySink } from '../answer-body.js';
import type { Answer } from '../keep-alive-connection.js';
import type { LoadJob, StoredContent } from '../load-jobs.js';

/** What an answer that was right has to tell. */
export interface Outcome {
  /** Whether it was checked to the last byte. */
  readonly verified: boolean;
  readonly stored?: readonly StoredContent[];
}

/** An outcome, or how to come to it once the clock has stopped: a check that takes long is none of the server's time. */
export type Checked = Outcome | (() => Checked | Promise<Checked>);

/** One request, ready to be sent, and what its answer must be. */
export interface LoadRequest {
  readonly pieces: readonly Uint8Array[];
  readonly sink?: BodySink;
  /** @throws Error when the answer is not what it must be */
  readonly check: (answer: Answer) => Checked;
}

/** A request that is not the whole: another follows, made of its answer. The two count as one. */
export interface OpeningRequest {
  readonly pieces: readonly Uint8Array[];
  /** @throws Error when the answer is not what it must be */
  readonly follow: (answer: Answer) => LoadRequest;
}

/** Makes the request of a number, counted from 0. */
export type Requests = (index: number) => LoadRequest | OpeningRequest;

/** A request without a body, of the job's server. */
export function getRequest(job: LoadJob, path: string): Buffer {
  const authorization = job.key === undefined ? '' : `Authorization: Bearer ${job.key}\r\n`;
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${job.port}\r\n${authorization}\r\n`);
}

/** Whether the answer to this request belongs to the sample that is checked to the last byte. */
export function isSampled(job: LoadJob, index: number): boolean {
  return job.verifyEvery > 0 && index % job.verifyEvery === 0;
}

/** The value of this request's turn. @throws Error when there are none */
export function pick<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('a job without documents');
  return value;
}

/** @throws Error with the answer, as far as it was kept, when its status is another */
export function expectStatus(answer: Answer, status: number, body?: string): { readonly verified: false } {
  if (answer.status !== status) throw new Error(`status ${answer.status} for ${status}: ${body ?? answer.head}`);
  return { verified: false };
}

/**
 * A request that is answered with JSON.
 * @param verify of a sampled request: checks the answer, and says what was stored; left out, the status must do
 */
export function jsonRequest(
  pieces: readonly Uint8Array[],
  status: number,
  verify?: (answered: unknown) => StoredContent | undefined,
): LoadRequest {
  if (verify === undefined) return { pieces, check: (answer) => expectStatus(answer, status) };
  const body: Buffer[] = [];
  return {
    pieces,
    sink: (piece) => body.push(Buffer.from(piece)),
    check: (answer) => {
      const text = Buffer.concat(body).toString();
      expectStatus(answer, status, text);
      const stored = verify(JSON.parse(text));
      return { verified: true, ...(stored !== undefined && { stored: [stored] }) };
    },
  };
}

/** The same request, whose answer is looked at when the clock has stopped. */
export function checkedLater(request: LoadRequest): LoadRequest {
  return { ...request, check: (answer) => () => request.check(answer) };
}

const SHOWN_CHARACTERS = 120;

/**
 * @param expected what the answer must have, to any depth: an object may have more, a list may not
 * @param what was answered, for the message
 * @throws Error that names the first place where the answer differs
 */
export function expectFacts(answered: unknown, expected: unknown, what: string): void {
  const found = difference(answered, expected, '');
  if (found !== undefined) throw new Error(`${what} was answered with ${found}`);
}

/** Says where a value differs from what it must have, and how; undefined when it has all of it. */
function difference(value: unknown, expected: unknown, place: string): string | undefined {
  if (value === expected) return undefined;
  const isBranch = typeof expected === 'object' && expected !== null && typeof value === 'object' && value !== null;
  if (!isBranch || (Array.isArray(expected) && (!Array.isArray(value) || value.length !== expected.length)))
    return `${place} ${shown(value)} instead of ${shown(expected)}`.trimStart();
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [name, field] of Object.entries(expected)) {
    const found = difference(fields[name], field, place === '' ? name : `${place}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, SHOWN_CHARACTERS);
}
