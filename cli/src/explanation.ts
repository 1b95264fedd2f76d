import { extname } from 'node:path';
import type { Problem, ProblemError } from '@document-sync/sdk';
import type { Base } from './base.js';
import type { ChangeAttempt } from './errors.js';
import type { Failure } from './failure.js';
import { conflictLines } from './output/conflicts.js';
import { excerpt } from './output/excerpt.js';

/** What is told about a problem beside its code. */
type Explanation = Pick<Failure, 'message' | 'details' | 'hints' | 'facts'>;

/** What to do when something else than a Document Sync server has answered. */
export const CHECK_URL = 'Check DOCUMENT_SERVER_URL: it must be the address of a Document Sync server.';

const LIST_DOCUMENTS = '`doc query` lists the documents that there are, `doc trash` the deleted ones.';

const LOG_IN = 'Log in with a key that the server knows: `doc login`. Or set DOCUMENT_SERVER_API_KEY to one.';

const ASK_WHOAMI = '`doc whoami` tells what your key may do.';

/** The members of a problem that say what was found instead, as programs get them. */
const FACTS = [
  'current_version',
  'current_etag',
  'conflict_count',
  'conflicts',
  'found',
  'failures',
  'required_scopes',
  'quota',
] as const;

/**
 * Says what happened, what it looks like and what to do next.
 * @param attempt The change that was refused, where it was one.
 */
export function explanationOf(error: ProblemError, attempt?: ChangeAttempt): Explanation {
  const { problem } = error;
  const facts = FACTS.flatMap((name) => (problem[name] === undefined ? [] : [[name, problem[name]] as const]));
  return {
    message: [headline(error, attempt), ...furtherMistakes(error)].join('\n'),
    details: detailsOf(problem, attempt),
    hints: hintsOf(error, attempt),
    ...(facts.length > 0 && { facts: Object.fromEntries(facts) }),
  };
}

/** The server's own words, but where they speak of a request in the place of a command line. */
function headline({ code, message, problem }: ProblemError, attempt: ChangeAttempt | undefined): string {
  if (attempt === undefined) {
    return message;
  }
  if (code === 'edit_failed') {
    return inOptions(message, attempt.editCount);
  }
  if (code !== 'version_mismatch') {
    return message;
  }
  return attempt.onConflict === 'merge' || problem.current_version === undefined
    ? // Says also why it could not be merged.
      message.replaceAll('If-Match', '--base')
    : `The document is at version ${problem.current_version} now${insteadOf(attempt)}. Nothing was changed.`;
}

/** Where the server says that a problem's suggestions hold the text as it stands. */
const SEE_SUGGESTIONS = /: see "found\.suggestions".*$/s;

function inOptions(message: string, editCount: number | undefined): string {
  return message
    .replace(/^Edit (\d+) \(\w+\): (.)/, (_, index: string, first: string) =>
      editCount === 1 ? first.toUpperCase() : `Edit ${Number(index) + 1}: ${first}`,
    )
    .replace('or say "all"', 'or add --all')
    .replace(SEE_SUGGESTIONS, ':');
}

function insteadOf({ base }: ChangeAttempt): string {
  return base === 'any' ? '' : `, not at version ${base} any more`;
}

/** `detail` names one mistake of the request; the others stand in `errors`. */
function furtherMistakes(error: ProblemError): string[] {
  const mistakes = (error.problem.errors ?? []).map(({ location, message }) => `${location}: ${message}`);
  return mistakes.filter((mistake) => !error.message.includes(mistake));
}

function detailsOf(problem: Problem, attempt: ChangeAttempt | undefined): string[] {
  const { conflicts = [], conflict_count = conflicts.length, current_version, found } = problem;
  if (found !== undefined && SEE_SUGGESTIONS.test(problem.detail)) {
    return found.suggestions.flatMap((text, at) => [
      ...(at > 0 ? ['or'] : []),
      ...excerpt(text.split('\n')).map((line) => `  | ${line}`),
    ]);
  }
  if (problem.failures !== undefined) {
    return excerpt(problem.failures.map(({ document_id, detail }) => namedIn(detail, document_id)));
  }
  const named = (side: string, version: Base | undefined): string =>
    typeof version === 'number' ? `${side} (version ${version})` : side;
  return conflictLines(conflicts, conflict_count, {
    current: named('current', current_version),
    base: named('base', attempt?.base),
  });
}

/** A message that names what it is about, whether it did so itself or not. */
export function namedIn(message: string, subject: string): string {
  return message.includes(subject) ? message : `${subject}: ${message}`;
}

function hintsOf(error: ProblemError, attempt: ChangeAttempt | undefined): string[] {
  switch (error.code) {
    case 'batch_failed':
      return error.problem.failures?.some(({ code }) => code === 'document_not_found') === true ? [LIST_DOCUMENTS] : [];
    case 'document_not_found':
      return [LIST_DOCUMENTS];
    case 'collection_not_found':
      return ['`doc collection list` lists the collections that there are.'];
    case 'link_not_found':
      return ['`doc share <document_id> --list` lists the links to a document.'];
    case 'version_not_found':
    case 'version_removed':
      return ['`doc versions` lists the versions that a document has.'];
    case 'version_mismatch':
      return attempt === undefined ? [] : mismatchHints(attempt, error.problem.current_version);
    case 'merge_conflict':
      return attempt === undefined ? [] : conflictHints(attempt, error.problem.current_version);
    case 'edit_failed':
      return SEE_SUGGESTIONS.test(error.message) ? [] : suggestions(error.problem);
    case 'section_not_found':
      return [...suggestions(error.problem), '`doc outline` lists the headings of a document.'];
    case 'section_ambiguous':
      return suggestions(error.problem);
    case 'not_text':
      return ['`doc pull` gets the whole file, and `doc update` replaces it.'];
    case 'route_not_found':
    case 'method_not_allowed':
      return [CHECK_URL];
    case 'insufficient_scope':
      return [`${ASK_WHOAMI} Ask who manages the keys for one with that scope, and log in with it: \`doc login\`.`];
    case 'forbidden':
      return [`${ASK_WHOAMI} Ask who manages the keys or the collection for more.`];
    case 'api_key_not_found':
      return ['`doc keys list` lists the keys.'];
    case 'quota_exceeded':
      return [
        'Make room: `doc rm --purge` removes what nobody needs, `doc trash` has more of it. Or ask the operator.',
      ];
    case 'rate_limited':
    case 'unavailable':
      return [error.retryAfterSeconds === undefined ? 'Try again.' : `Try again in ${error.retryAfterSeconds} s.`];
    case 'internal_error':
      return [`The server's log tells more under the request id ${error.requestId ?? ''}.`];
    default:
      return error.status === 401 ? [LOG_IN] : [];
  }
}

function mismatchHints({ documentId, base, onConflict }: ChangeAttempt, current: number | undefined): string[] {
  if (current === undefined) {
    return ['Read it again: `doc info` shows the version that it has now.'];
  }
  const compare =
    base === 'any' ? [] : [`See what was changed: \`doc diff ${documentId} --from ${base} --to ${current}\`.`];
  switch (onConflict) {
    case 'fail':
      return [...compare, `Bring both together and name --base ${current}, or let the server do it: add --merge.`];
    case 'merge':
      return [...compare, `Bring both together, and name --base ${current}.`];
    case 'never':
      return [...compare, `If that is to be replaced, repeat the command with --base ${current}.`];
  }
}

function conflictHints({ documentId, file }: ChangeAttempt, current: number | undefined): string[] {
  if (current === undefined) {
    return ['Pull the document again, and bring both together.'];
  }
  if (file === undefined) {
    return [
      `Read version ${current}: \`doc cat ${documentId} --version ${current}\`.`,
      `Then repeat the edit as it fits there, with --base ${current}.`,
    ];
  }
  const beside = `version-${current}${extname(file)}`;
  const own = file === '-' ? '<file>' : quoted(file);
  return [
    `Pull version ${current}: \`doc pull ${documentId} --version ${current} --output ${beside}\`.`,
    `Bring both together, then: \`doc update ${documentId} ${own} --base ${current}\`.`,
  ];
}

/** What may have been meant, unless the message says so already; an anchor is repeated, as a shell needs it quoted. */
function suggestions({ detail, found }: Problem): string[] {
  const texts = found?.suggestions ?? [];
  const isNew = texts.some((text) => text.startsWith('#') || !detail.includes(text));
  return isNew ? [`Did you mean ${texts.map(quoted).join(' or ')}?`] : [];
}

/** As a shell takes it for one word. */
export function quoted(text: string): string {
  return /^[\w./@%+:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
