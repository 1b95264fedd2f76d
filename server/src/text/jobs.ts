import type { ContentEdit } from '../kernel/contract.js';
import { Problem, type ProblemDetails, type ProblemError } from '../kernel/problem.js';
import type { DiffJob } from './diff.js';
import type { Merge, Sides } from './sides.js';
import type { TextIndex } from './text-index.js';

/** What the threads can do: what goes in and what comes out, all of it data that can cross threads. */
export interface TextJobs {
  merge: { readonly input: Sides<Uint8Array>; readonly output: Merge };
  diff: { readonly input: DiffJob; readonly output: Uint8Array };
  edit: {
    readonly input: { readonly content: Uint8Array; readonly edits: readonly ContentEdit[] };
    readonly output: Uint8Array;
  };
  index: { readonly input: { readonly content: Uint8Array }; readonly output: TextIndex };
}

export type JobName = keyof TextJobs;

/** What every job may use at the most. */
export interface JobLimits {
  /** How many bytes a text that is made may have. */
  readonly maxBytes: number;
  /** How long a comparison may take before it gives up by itself. */
  readonly timeoutMs: number;
}

/** A job as it is sent to a thread. */
export interface JobRequest<Name extends JobName = JobName> {
  readonly name: Name;
  readonly input: TextJobs[Name]['input'];
  readonly limits: JobLimits;
}

/** What comes back: an expected error as data, because a class does not survive the way. */
export type JobAnswer<Name extends JobName = JobName> =
  { readonly output: TextJobs[Name]['output'] } | { readonly problem: ProblemData };

/** A problem without its class. */
export interface ProblemData {
  readonly code: Problem['code'];
  readonly detail: string;
  readonly errors: ProblemError[] | undefined;
  readonly headers: Record<string, string>;
  readonly details: ProblemDetails;
}

/** A problem as data. */
export function toProblemData({ code, message, errors, headers, details }: Problem): ProblemData {
  return { code, detail: message, errors, headers, details };
}

/** The problem that was made data. */
export function fromProblemData({ code, detail, errors, headers, details }: ProblemData): Problem {
  return new Problem(code, detail, { ...(errors && { errors }), headers, details });
}

/**
 * The memory of all binary data in a message, to be handed over instead of copied. Memory that is shared with other data
 * (small buffers lie in a common pool) cannot be.
 */
export function transferable(message: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const collect = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength)
        buffers.add(value.buffer);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  collect(message);
  return [...buffers];
}
