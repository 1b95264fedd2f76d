import { knownProblem } from '../../../http/machine-failures.js';
import type { OperationHandler } from '../../../http/operation.js';
import { Problem } from '../../../kernel/problem.js';
import type { BatchPushes, ItemResult } from '../index.js';
import { readManifest, type CheckItem } from '../manifest.js';

/**
 * @param checkItem holds an item of the manifest to the contract
 * @param report is told of failures that are not the client's
 */
export function uploadDocuments(
  pushes: BatchPushes,
  checkItem: CheckItem,
  report: (error: unknown) => void,
): OperationHandler<'uploadDocuments'> {
  const present = (result: ItemResult) => {
    if ('document' in result) return { status: 201, document: result.document };
    const problem = knownProblem(result.error) ?? internalError(result.error);
    if (problem.status >= 500) report(problem.cause ?? problem);
    const { status, code, message: detail, errors } = problem;
    return { status, problem: { code, detail, ...(errors && { errors }) } };
  };
  return async ({ body, principal }) => {
    const items = readManifest(body.manifest, checkItem);
    const outcome = await pushes.push(principal, items, body.files);
    const results = outcome.results.map(present);
    const created = results.filter(({ status }) => status === 201).length;
    const { unexpected_files } = outcome;
    return { status: 200, json: { created, failed: results.length - created, results, unexpected_files } };
  };
}

function internalError(cause: unknown): Problem {
  return new Problem('internal_error', 'The server made a mistake with this item. Its log has the details.', { cause });
}
