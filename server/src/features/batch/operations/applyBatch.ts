import type { OperationHandler } from '../../../http/operation.js';
import type { BatchChange } from '../../../kernel/contract.js';
import { parsePrecondition, PRECONDITION_GRAMMAR, type Precondition } from '../../../kernel/precondition.js';
import { Problem, type ProblemError } from '../../../kernel/problem.js';
import type { BatchChanges } from '../index.js';

export function applyBatch(changes: BatchChanges): OperationHandler<'applyBatch'> {
  return async ({ body, principal }) => {
    const mistakes: ProblemError[] = [];
    const conditional = body.operations.map((change, index) => {
      const text = conditionOf(change);
      const precondition: Precondition | undefined = text === undefined ? undefined : parsePrecondition(text);
      if (text !== undefined && precondition === undefined) {
        mistakes.push({ location: `body.operations.${index}.if_match`, message: PRECONDITION_GRAMMAR });
      }
      return { ...change, precondition };
    });
    if (mistakes.length > 0) throw Problem.invalid(mistakes);
    return { status: 200, json: { results: await changes.apply(principal, conditional) } };
  };
}

function conditionOf(change: BatchChange): string | undefined {
  return 'if_match' in change ? change.if_match : undefined;
}
