import assert from 'node:assert/strict';
import * as sdk from '@document-sync/sdk';
import { ChangeFailed, Interrupted, KeyFileOpen, ReportedFailure, UsageError } from './errors.js';
import { ExitCode } from './exit-code.js';
import { failureOf } from './failure.js';

function problem(
  code: string,
  status: number,
  more: Partial<sdk.Problem> = {},
  retryAfterSeconds?: number,
): sdk.ProblemError {
  const body = { type: 'urn:x', title: 'Title', status, code, detail: 'Detail.', request_id: 'r-1', ...more };
  return new sdk.ProblemError(body as sdk.Problem, status, retryAfterSeconds);
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code, syscall: 'open', errno: -1 });
}

const ATTEMPT = { documentId: 'doc_0123456789ab', base: 3, onConflict: 'fail' } as const;

describe('exit codes', () => {
  it('are frozen', () => {
    assert.deepEqual(ExitCode, {
      ok: 0,
      internal: 1,
      usage: 2,
      permission: 3,
      notFound: 4,
      conflict: 5,
      unavailable: 6,
      network: 7,
      integrity: 8,
      partial: 9,
      interrupted: 130,
    });
  });

  for (const [what, error, exitCode, code] of [
    ['a usage error', new UsageError('no'), 2, 'usage'],
    ['an interruption', new Interrupted(), 130, 'interrupted'],
    ['a failure that was reported', new ReportedFailure(9), 9, 'reported'],
    ['a request against the contract', problem('validation_failed', 400), 2, 'validation_failed'],
    ['a file that is too large', problem('file_too_large', 413), 2, 'file_too_large'],
    ['a foreign host', problem('host_not_allowed', 403), 3, 'host_not_allowed'],
    ['a document that is not there', problem('document_not_found', 404), 4, 'document_not_found'],
    ['a version that is not there', problem('version_not_found', 404), 4, 'version_not_found'],
    ['a version that retention removed', problem('version_removed', 410), 4, 'version_removed'],
    ['a section that is not there', problem('section_not_found', 404), 4, 'section_not_found'],
    ['several sections that fit', problem('section_ambiguous', 409), 2, 'section_ambiguous'],
    ['a change that names nothing', problem('precondition_required', 428), 2, 'precondition_required'],
    ['somebody who was faster', problem('version_mismatch', 412), 5, 'version_mismatch'],
    ['the same lines on both sides', problem('merge_conflict', 412), 5, 'merge_conflict'],
    ['an edit that does not fit', problem('edit_failed', 422), 2, 'edit_failed'],
    ['content that is no text', problem('not_text', 422), 2, 'not_text'],
    ['too much text', problem('text_too_large', 422), 2, 'text_too_large'],
    ['a path that is not served', problem('route_not_found', 404), 2, 'route_not_found'],
    ['a slow request', problem('request_timeout', 408), 7, 'request_timeout'],
    ['a stopping server', problem('unavailable', 503), 6, 'unavailable'],
    ['a full disk on the server', problem('insufficient_storage', 507), 6, 'insufficient_storage'],
    ['a mistake in the server', problem('internal_error', 500), 1, 'internal_error'],
    ['no key, or one that is not valid', problem('unauthenticated', 401), 3, 'unauthenticated'],
    ['a key without the scope', problem('insufficient_scope', 403), 3, 'insufficient_scope'],
    ['a document that a key may only read', problem('forbidden', 403), 3, 'forbidden'],
    ['a suspended tenant', problem('tenant_suspended', 403), 3, 'tenant_suspended'],
    ['too many requests', problem('rate_limited', 429), 6, 'rate_limited'],
    ['a full quota', problem('quota_exceeded', 507), 6, 'quota_exceeded'],
    ['a key that is not there', problem('api_key_not_found', 404), 4, 'api_key_not_found'],
    ['a key file that others can read', new KeyFileOpen('/x/default.json'), 3, 'key_file_open'],
    ['a refused key, of a newer server', problem('key_unknown', 401), 3, 'key_unknown'],
    ['a conflict, of a newer server', problem('version_conflict', 412), 5, 'version_conflict'],
    ['a rate limit, of a newer server', problem('slow_down', 429), 6, 'slow_down'],
    ['any other problem of a newer server', problem('teapot', 418), 2, 'teapot'],
    ['an answer of something else', new sdk.ResponseError('HTML', 200), 2, 'unexpected_answer'],
    ['a page that is not found by something else', new sdk.ResponseError('HTML', 404), 2, 'unexpected_answer'],
    ['a proxy without its server', new sdk.ResponseError('HTML', 502), 6, 'unexpected_answer'],
    ['a proxy that wants to know who calls', new sdk.ResponseError('HTML', 407), 3, 'unexpected_answer'],
    ['no connection', new sdk.NetworkError('Refused.', true, undefined), 7, 'network_error'],
    ['a lost connection', new sdk.NetworkError('Lost.', false, undefined), 7, 'network_error'],
    ['standstill', new sdk.IdleTimeoutError('http://127.0.0.1', 30_000), 7, 'timeout'],
    ['damaged content', new sdk.IntegrityError('doc_0123456789ab', 'aa', 'bb'), 8, 'integrity_mismatch'],
    ['a file that is there', new sdk.FileExistsError('/x/y'), 5, 'file_exists'],
    ['a file that changed', new sdk.SourceChangedError('y'), 5, 'file_changed'],
    ['a local path that is wrong', systemError('ENOTDIR', "ENOTDIR: not a directory, open '/x/y'"), 2, 'enotdir'],
    ['a local file that may not be read', systemError('EACCES', "EACCES: permission denied, open '/x/y'"), 3, 'eacces'],
    ['a local disk that is full', systemError('ENOSPC', 'ENOSPC: no space left on device, write'), 6, 'enospc'],
    ['a mistake in this program', new TypeError('x is not a function'), 1, 'internal_error'],
    ['something that is no error', 'oops', 1, 'internal_error'],
    [
      'no connection while something was changed',
      new ChangeFailed(ATTEMPT, false, new sdk.NetworkError('', true, 0)),
      7,
      'network_error',
    ],
  ] as const) {
    it(`${exitCode} for ${what}`, async () => {
      const failure = await failureOf(error);
      assert.equal(failure.exitCode, exitCode);
      assert.equal(failure.code, code);
    });
  }
});

describe('what is told about an error', () => {
  it('is how to start a server when none answers', async () => {
    const { hints } = await failureOf(new sdk.NetworkError('Cannot connect.', true, undefined));
    assert.match(hints.join(), /`npm start` in the document-sync repository.*DOCUMENT_SERVER_URL/);
  });

  it('is not how to start a server when one has answered', async () => {
    const { hints } = await failureOf(new sdk.NetworkError('Lost.', false, undefined));
    assert.doesNotMatch(hints.join(), /npm start/);
  });

  it('is every mistake of a request, each once', async () => {
    const errors = [
      { location: 'body.name', message: 'is too long' },
      { location: 'body.tags', message: 'are too many' },
    ];
    const { message } = await failureOf(
      problem('validation_failed', 400, { detail: 'body.name: is too long', errors }),
    );
    assert.equal(message, 'body.name: is too long\nbody.tags: are too many');
  });

  it('is that nobody knows whether a change was made that was sent, and only then', async () => {
    const lost = new sdk.NetworkError('Lost.', false, undefined);
    for (const error of [lost, new sdk.IdleTimeoutError('http://127.0.0.1', 1), new sdk.ResponseError('HTML', 502)]) {
      assert.deepEqual((await failureOf(new ChangeFailed(ATTEMPT, true, error))).hints, [
        'Whether the change was made is not known: look with `doc versions doc_0123456789ab` before you repeat it.',
      ]);
    }
    for (const [sent, error] of [
      [false, lost],
      [true, new sdk.NetworkError('Refused.', true, undefined)],
      [true, problem('unavailable', 503)],
    ] as const) {
      assert.doesNotMatch((await failureOf(new ChangeFailed(ATTEMPT, sent, error))).hints.join(), /not known/);
    }
  });

  it('is when to try again', async () => {
    assert.deepEqual((await failureOf(problem('unavailable', 503, {}, 7))).hints, ['Try again in 7 s.']);
  });

  for (const [error, hint] of [
    [problem('unauthenticated', 401), /^Log in .*`doc login`.*DOCUMENT_SERVER_API_KEY/],
    [problem('key_unknown', 401), /^Log in .*`doc login`/],
    [problem('insufficient_scope', 403), /^`doc whoami` .*Ask who manages the keys .*`doc login`/],
    [problem('forbidden', 403), /^`doc whoami` .*Ask who manages the keys or the collection/],
    [problem('quota_exceeded', 507), /^Make room: `doc rm --purge`/],
    [problem('rate_limited', 429, {}, 3), /^Try again in 3 s\.$/],
    [problem('api_key_not_found', 404), /^`doc keys list`/],
    [new KeyFileOpen('/x y/default.json'), /`chmod 600 '\/x y\/default\.json'`/],
  ] as const) {
    it(`is what to do about ${error.name === 'KeyFileOpen' ? error.message : error.code}`, async () => {
      assert.match((await failureOf(error)).hints.join('\n'), hint);
    });
  }

  it('is which scopes a key lacks, and what of a quota is used, for programs', async () => {
    const required_scopes: sdk.Problem['required_scopes'] = ['documents:write'];
    const quota = { used_bytes: 9, used_documents: 1, allowed_bytes: 10 };
    assert.deepEqual((await failureOf(problem('insufficient_scope', 403, { required_scopes }))).facts, {
      required_scopes,
    });
    assert.deepEqual((await failureOf(problem('quota_exceeded', 507, { quota }))).facts, { quota });
  });

  it('is the path before what is wrong with it', async () => {
    const failure = await failureOf(systemError('EACCES', "EACCES: permission denied, access '/srv/docs/.'"));
    assert.equal(failure.message, '/srv/docs: permission denied');
  });

  it('is the request id', async () => {
    const failure = await failureOf(problem('internal_error', 500));
    assert.equal(failure.requestId, 'r-1');
    assert.match(failure.hints.join(), /r-1/);
  });

  it('is where it happened when it is a mistake of this program', async () => {
    const { message, hints } = await failureOf(new TypeError('x is not a function'));
    assert.match(message, /TypeError: x is not a function\n\s+at /);
    assert.match(hints.join(), /report/);
  });
});
