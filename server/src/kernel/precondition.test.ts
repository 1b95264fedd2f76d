import assert from 'node:assert/strict';
import { assertMet, contentEtag, isMet, metadataEtag, versionMismatch, type DocumentState } from './precondition.js';

const STATE: DocumentState = {
  document_id: 'doc_0123456789ab',
  version: 3,
  checksum_sha256: 'ab'.repeat(32),
  revision: 7,
};

describe('a precondition', () => {
  it('is met by whatever is there when that is said in as many words', () => {
    assert.equal(isMet('any', STATE), true);
  });

  it('is met by the content’s ETag and by the metadata’s, alone or among others', () => {
    assert.equal(isMet([contentEtag(STATE)], STATE), true);
    assert.equal(isMet([metadataEtag(STATE)], STATE), true);
    assert.equal(isMet(['"x"', contentEtag(STATE), '"y"'], STATE), true);
  });

  for (const [what, etags] of [
    ['nothing (only weak ETags were named)', []],
    ['another digest', [`"${'ba'.repeat(32)}"`]],
    ['the digest without quotes', [STATE.checksum_sha256]],
    ['the digest in other case', [`"${STATE.checksum_sha256.toUpperCase()}"`]],
    ['the revision before', ['"6"']],
    ['the version instead of the revision', ['"3"']],
    ['the revision without quotes', ['7']],
    ['the revision with a nought before it', ['"07"']],
    ['a star in quotes', ['"*"']],
    ['the empty ETag', ['""']],
  ] as const) {
    it(`is not met by ${what}`, () => {
      assert.equal(isMet(etags, STATE), false);
      assert.throws(
        () => {
          assertMet(etags, STATE);
        },
        { code: 'version_mismatch' },
      );
    });
  }

  it('that is not there is met', () => {
    assertMet(undefined, STATE);
    assertMet('any', STATE);
    assertMet([contentEtag(STATE)], STATE);
  });
});

describe('versionMismatch', () => {
  it('tells what is there now, in header and body', () => {
    const problem = versionMismatch(STATE, 'Because.');
    assert.equal(problem.status, 412);
    assert.deepEqual(problem.headers, { ETag: `"${STATE.checksum_sha256}"` });
    assert.deepEqual(problem.details, { current_version: 3, current_etag: `"${STATE.checksum_sha256}"` });
    assert.match(problem.message, /doc_0123456789ab .*version 3, revision 7\. Because\. Nothing was changed/);
    assert.doesNotMatch(versionMismatch(STATE).message, / {2}/);
  });
});
