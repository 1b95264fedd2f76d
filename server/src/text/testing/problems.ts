import assert from 'node:assert/strict';
import type { ProblemCode } from '../../kernel/contract.js';
import { Problem } from '../../kernel/problem.js';

/** A check for `assert.throws` and `assert.rejects`: a problem of this code, whose detail says this. */
export function hasCode(code: ProblemCode, detail = /./): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof Problem, `not a problem: ${String(error)}`);
    assert.equal(error.code, code);
    assert.match(error.message, detail);
    return true;
  };
}

/** The problem that a call throws. */
export function problemOf(call: () => unknown): Problem {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof Problem, `not a problem: ${String(error)}`);
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}
