// What runs in the threads. Each job's code is loaded when it is first asked for.
import Tinypool, { kTransferable, kValue } from 'tinypool';
import { Problem } from '../kernel/problem.js';
import { toProblemData, transferable, type JobAnswer, type JobName, type JobRequest } from './jobs.js';

type Handlers = {
  readonly [Name in JobName]: (request: JobRequest<Name>) => Promise<JobAnswer<Name>>;
};

const handlers: Handlers = {
  merge: async ({ input, limits }) => {
    const { mergeTexts } = await import('./merge.js');
    return { output: mergeTexts(input, limits.timeoutMs) };
  },
  diff: async ({ input, limits }) => {
    const { diffTexts } = await import('./diff.js');
    return { output: diffTexts(input, limits.timeoutMs) };
  },
  edit: async ({ input, limits }) => {
    const { editText } = await import('./edit.js');
    return { output: editText(input.content, input.edits, limits.maxBytes) };
  },
  index: async ({ input }) => {
    const { indexText } = await import('./index-text.js');
    return { output: indexText(input.content) };
  },
};

/** Runs one job. Only mistakes of the server are thrown. */
export default async function work<Name extends JobName>(request: JobRequest<Name>): Promise<unknown> {
  const answer = await run(request);
  return Tinypool.move({ [kTransferable]: transferable(answer), [kValue]: answer });
}

async function run<Name extends JobName>(request: JobRequest<Name>): Promise<JobAnswer<Name>> {
  try {
    return await handlers[request.name](request);
  } catch (error) {
    if (error instanceof Problem) return { problem: toProblemData(error) };
    throw error;
  }
}
