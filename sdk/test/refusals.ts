import assert from 'node:assert/strict';

import { type Problem, type ProblemCode, ProblemError } from '../src/index.js';

/** For `assert.rejects`: whether it is the server's refusal with this code, with more to check about the problem. */
export function refusedAs(
  code: ProblemCode,
  check: (problem: Problem) => void = () => undefined,
): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof ProblemError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.requestId ?? '', /./);
    check(error.problem);
    return true;
  };
}

/** Checks that calls that are under way all reject as expected. */
export async function allReject(calls: readonly Promise<unknown>[], expected: assert.AssertPredicate): Promise<void> {
  await Promise.all(calls.map((call) => assert.rejects(call, expected)));
}
