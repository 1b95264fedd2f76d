/** What a step of the policy's test is, and how its answer is compared with the model's. */
import { createHash } from 'node:crypto';
import {
  problem,
  type AccessModel,
  type ModelDocument,
  type ModelKey,
  type ModelScope,
  type Outcome,
  type Role,
} from './access-model.js';

/** A key of the model, and as it is sent. */
export interface Holder {
  readonly key: ModelKey;
  readonly secret: string;
  readonly key_id: string;
}

/** One operation, drawn at random: each takes of these what it needs. */
export interface Step {
  readonly kind: string;
  readonly by: Holder;
  readonly document: ModelDocument;
  readonly collection: string;
  readonly tags: readonly string[];
  readonly grantee: Holder | 'everyone';
  readonly role: Role;
  /** Unlike that of every other step. */
  readonly content: string;
}

/** What the server answered, and what it had to answer. */
export interface Compared {
  readonly received: Outcome;
  readonly expected: Outcome;
}

export type Send = (method: string, place: string, body?: object | FormData) => Promise<Response>;
export type Operation = (step: Step, model: AccessModel, send: Send) => Promise<Compared>;

export const digest = (content: string): string => createHash('sha256').update(content).digest('hex');

/** The ids of documents in whatever text. */
export const idsIn = (text: string): string[] => [...new Set(text.match(/doc_[0-9a-f]{12}/g) ?? [])].sort();
export const idsOf = (documents: readonly ModelDocument[]): string[] => documents.map(({ id }) => id).sort();

export async function outcomeOf(response: Response, found?: (text: string) => readonly string[]): Promise<Outcome> {
  const { status } = response;
  const text = await response.text();
  if (status >= 400) return problem(status, (JSON.parse(text) as { code: string }).code);
  return found ? { status, found: found(text) } : { status };
}

/** An operation that is refused for one of the reasons, or else does something. */
export function attempt(
  scopes: readonly ModelScope[],
  request: (step: Step, send: Send) => Promise<Response>,
  refusal: (step: Step, model: AccessModel) => Outcome | undefined,
  status: number,
  then: (step: Step, model: AccessModel, body: string) => void = () => undefined,
): Operation {
  return async (step, model, send) => {
    const expected = model.admits(step.by.key, ...scopes)
      ? (refusal(step, model) ?? { status })
      : problem(403, 'insufficient_scope');
    const response = await request(step, send);
    const text = await response.clone().text();
    if (response.status === status && expected.status === status) then(step, model, text);
    return { received: await outcomeOf(response), expected };
  };
}

/** An operation that lists documents. */
export function listing(
  place: (step: Step) => string,
  expected: (step: Step, model: AccessModel) => readonly string[],
  found: (text: string) => readonly string[] = idsIn,
): Operation {
  return async (step, model, send) => ({
    expected: model.admits(step.by.key, 'documents:read')
      ? { status: 200, found: expected(step, model) }
      : problem(403, 'insufficient_scope'),
    received: await outcomeOf(await send('GET', place(step)), found),
  });
}

/** An operation that names some of the documents that it could name, and at least one of them. */
export function sample(place: string, of: (step: Step, model: AccessModel) => readonly string[]): Operation {
  const whole = listing(() => place, of);
  return async (step, model, send) => {
    const { received, expected } = await whole(step, model, send);
    const { found = [] } = received;
    const isSome = found.length > 0 && found.every((id) => expected.found?.includes(id));
    return { received, expected: isSome ? { ...expected, found } : expected };
  };
}
