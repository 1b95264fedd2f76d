import assert from 'node:assert/strict';
import { schemaMistakes } from './contract-document.js';

/** What supertest and the raw connection have in common. */
export interface AnyResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

/** A problem as it came over the wire. */
export interface ReceivedProblem {
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly { location: string; message: string }[];
}

/** Checks that the answer is this problem, in the form that the contract gives it. Returns it for closer looks. */
export function expectProblem(response: AnyResponse, status: number, code: string): ReceivedProblem {
  assert.equal(response.status, status, `status ${response.status}, ${JSON.stringify(response.body)}`);
  assert.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8');
  const problem = response.body as ReceivedProblem;
  assert.deepEqual(schemaMistakes('#/components/schemas/Problem', problem), []);
  assert.equal(problem.code, code, problem.detail);
  assert.equal((response.body as { status: number }).status, status);
  assert.equal(problem.request_id, response.headers['x-request-id']);
  assert.ok(problem.detail.length > 0);
  return problem;
}

/** The same for `validation_failed`, which names the place of each mistake. */
export function expectInvalid(response: AnyResponse, ...locations: string[]): ReceivedProblem {
  const problem = expectProblem(response, 400, 'validation_failed');
  const named = new Set((problem.errors ?? []).map(({ location }) => location));
  for (const location of locations) {
    assert.ok(named.has(location), `no mistake at ${location}, but at ${[...named].join(', ')}: ${problem.detail}`);
  }
  return problem;
}
