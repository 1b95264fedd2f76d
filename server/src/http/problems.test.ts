import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from '../kernel/problem.js';
import { Contract } from './contract.js';
import { toProblem } from './problems.js';

const withCode = (code: string): Error => Object.assign(new Error(`secret path /home/x: ${code}`), { code });

describe('toProblem', () => {
  it('leaves a Problem as it is', () => {
    const problem = new Problem('document_not_found', 'There is no document doc_0123456789ab.');
    assert.equal(toProblem(problem), problem);
  });

  for (const code of ['ENOSPC', 'EDQUOT', 'SQLITE_FULL']) {
    it(`takes ${code} for a full disk`, () => {
      assertMachineFailure(withCode(code), 'insufficient_storage', 507);
    });
  }

  for (const code of [
    ...['EMFILE', 'ENFILE', 'EROFS', 'EIO', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ESTALE', 'ENXIO'],
    ...['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_IOERR', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY'],
    ...['SQLITE_READONLY_DBMOVED', 'SQLITE_CANTOPEN'],
  ]) {
    it(`takes ${code} for a storage that cannot be used at the moment, and says when to try again`, () => {
      const problem = assertMachineFailure(withCode(code), 'unavailable', 503);
      assert.match(problem.headers['Retry-After'] ?? '', /^\d+$/);
    });
  }

  for (const error of [
    new TypeError('x is not a function'),
    withCode('SQLITE_CONSTRAINT_UNIQUE'),
    withCode('SQLITE_ERROR'),
    withCode('SQLITE_CORRUPT'),
    withCode('NOT_ENOSPC'),
    Object.assign(new Error('x'), { status: 500 }),
    Object.assign(new Error('x'), { status: 502 }),
  ]) {
    it(`takes ${error.name} ${JSON.stringify({ ...error })} for a mistake of the server`, () => {
      assert.equal(toProblem(error), undefined);
    });
  }

  it('takes a mistake that has no shape at all for one of the server', () => {
    for (const thrown of [{}, 'text', 7]) assert.equal(toProblem(thrown), undefined);
  });

  it('names each of the validator’s mistakes where the request has it', () => {
    const error = Object.assign(new Error('Bad Request'), {
      status: 400,
      errors: [
        { path: '/body/tags/0', message: 'must NOT have fewer than 1 characters' },
        { path: '/query/limit', message: 'must be <= 1000' },
        { path: '/params/document_id', message: 'must be string' },
        { path: '/body/file', message: "must have required property 'file'" },
        {},
      ],
    });
    const problem = toProblem(error);
    assert.equal(problem?.code, 'validation_failed');
    assert.deepEqual(problem.errors, [
      { location: 'body.tags.0', message: 'must NOT have fewer than 1 characters' },
      { location: 'query.limit', message: 'must be <= 1000' },
      { location: 'path.document_id', message: 'must be string' },
      { location: 'body.file', message: 'is required' },
      { location: 'request', message: 'is not valid' },
    ]);
    assert.match(problem.message, /body\.tags\.0: must NOT.*query\.limit: must be <= 1000/);
  });

  it('says that a body is no JSON, and that a request cannot be read', () => {
    const json = Object.assign(new Error('Unexpected token'), { status: 400, type: 'entity.parse.failed' });
    assert.equal(toProblem(json)?.code, 'malformed_request');
    assert.match(toProblem(json)?.message ?? '', /not valid JSON/);
    const other = Object.assign(new Error('request aborted'), { status: 400 });
    assert.equal(toProblem(other)?.code, 'malformed_request');
  });

  it('takes any other status of a client’s mistake for a request that cannot be read', () => {
    for (const status of [402, 412, 416, 417, 418, 499]) {
      assert.equal(toProblem(Object.assign(new Error('x'), { status }))?.code, 'malformed_request', String(status));
    }
  });

  it('says in words what a pattern asks for', () => {
    const errors = [{ path: '/headers/if-range', message: 'must match pattern "^[a-z]+$"' }];
    const error = Object.assign(new Error('Bad Request'), { status: 400, errors });
    const asked: string[] = [];
    const problem = toProblem(error, (pattern) => {
      asked.push(pattern);
      return 'small letters only';
    });
    assert.deepEqual(problem?.errors, [{ location: 'header.if-range', message: 'is not valid: small letters only' }]);
    assert.deepEqual(asked, ['^[a-z]+$']);
    assert.doesNotMatch(toProblem(error)?.message ?? '', /\^\[a-z\]/);
  });

  it('lists HEAD wherever GET is allowed', () => {
    const error = Object.assign(new Error('x'), { status: 405, headers: { Allow: 'GET, POST' } });
    const problem = toProblem(error);
    assert.deepEqual([problem?.code, problem?.headers], ['method_not_allowed', { Allow: 'GET, HEAD, POST' }]);
  });

  for (const [status, code] of [
    [404, 'route_not_found'],
    [413, 'body_too_large'],
    [415, 'unsupported_media_type'],
  ] as const) {
    it(`takes the status ${status} for ${code}`, () => {
      const problem = toProblem(Object.assign(new Error('x'), { status }));
      assert.deepEqual([problem?.code, problem?.status], [code, status]);
    });
  }
});

describe('Problem', () => {
  it('has a status and a title for every code of the contract', () => {
    const text = fs.readFileSync(path.resolve(import.meta.dirname, '../../../../openapi.yaml'), 'utf8');
    const { schemas } = new Contract(text).document.components;
    const codes = (schemas['ProblemCode'] as { enum: Problem['code'][] }).enum;
    assert.ok(codes.length > 10);
    for (const code of codes) {
      const body = new Problem(code, 'What happened.').toBody('request-1');
      assert.ok(body.status >= 400 && body.status < 600 && body.title !== '', code);
      assert.deepEqual(body, {
        type: `urn:document-sync:problem:${code}`,
        title: body.title,
        status: body.status,
        code,
        detail: 'What happened.',
        request_id: 'request-1',
      });
    }
  });
});

/** The machine's failures become a problem that tells nothing of the inside, and keeps it for the log. */
function assertMachineFailure(cause: Error, code: Problem['code'], status: number): Problem {
  const problem = toProblem(cause) ?? assert.fail();
  assert.deepEqual([problem.code, problem.status, problem.cause], [code, status, cause]);
  assert.doesNotMatch(JSON.stringify(problem.toBody('id')), /secret|home/);
  return problem;
}
