import assert from 'node:assert/strict';
import { readAdminCommand } from './commands.js';
import { UsageError } from './values.js';

describe('the arguments of the operator’s commands', () => {
  const create = ['keys', 'create', '--tenant', 'default', '--name', 'x'];
  const reading = [...create, '--scopes', 'documents:read'];

  it('are read before anything is opened', () => {
    for (const args of [
      reading,
      [...reading, '--expires', '12h'],
      [...reading, '--expires', '2999-01-31'],
      [...reading, '--limit-tags=a,b', '--limit-collections', 'col_0123456789ab'],
      ['keys', 'list', '--tenant', 'acme'],
      ['keys', 'revoke', '0123456789abcdef'],
      ['tenants', 'create', 'acme', '--name', 'Acme', '--max-bytes', '0', '--max-documents', '10'],
      ['tenants', 'change', 'acme', '--max-bytes', 'none'],
      ['tenants', 'delete', 'acme', '--yes'],
    ]) {
      assert.equal(typeof readAdminCommand(args), 'function', args.join(' '));
    }
    assert.equal(readAdminCommand(['reindex']), undefined);
    assert.equal(readAdminCommand([]), undefined);
  });

  for (const [args, message] of [
    [['keys'], /takes one of create, list, revoke/],
    [['tenants', 'drop', 'acme'], /takes one of create, change, list, suspend, resume, delete/],
    [create, /--scopes is missing/],
    [[...create, '--scopes', 'all'], /no scope all; the scopes are documents:read/],
    [[...create, '--scopes', ','], /--scopes is empty; the scopes are/],
    [[...create, '--scope', 'audit:read'], /Unknown option '--scope'; see/],
    [[...create, '--scopes'], /--scopes/],
    [['keys', 'create', '--tenant', 'Acme', '--name', 'x', '--scopes', 'audit:read'], /"Acme" is no id of a tenant/],
    [[...reading, '--expires', 'soon'], /--expires takes 90d/],
    [[...reading, '--expires', '0d'], /--expires takes 90d/],
    [[...reading, '--expires', '2020-01-01'], /a day to come/],
    [[...reading, '--limit-tags', ','], /must not be empty/],
    [[...reading, '--limit-collections', 'col_1'], /"col_1" is no id of a collection/],
    [['keys', 'list'], /--tenant is missing/],
    [['keys', 'revoke'], /Give the id of a key/],
    [['keys', 'revoke', '0123456789abcdef', 'x'], /nothing else/],
    [['tenants', 'create', 'a-'], /no id of a tenant/],
    [['tenants', 'create', 'big', '--max-bytes', '1 GB'], /--max-bytes takes a whole number, or none/],
    [['tenants', 'delete', 'acme'], /for good.*tenants delete acme --yes/],
    [['tenants', 'suspend'], /Give the id of a tenant/],
  ] as const) {
    it(`say what is wrong with ${args.join(' ')}`, () => {
      assert.throws(
        () => readAdminCommand(args),
        (error: Error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }

  it('never repeat what may be a key', () => {
    const secret = 'x'.repeat(43);
    assert.throws(
      () => readAdminCommand(['keys', 'revoke', `dsk_0123456789abcdef_${secret}`]),
      (error: Error) => error instanceof UsageError && !error.message.includes(secret),
    );
  });
});
