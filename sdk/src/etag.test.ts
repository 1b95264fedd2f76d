import assert from 'node:assert/strict';

import { sampleChange, sampleDocument } from '../test/loopback-server.js';
import { ifMatchHeader, namesOneContent } from './etag.js';
import { contentEtag } from './index.js';

describe('ETags', () => {
  it('are the quoted digest of a document’s or a version’s content', () => {
    assert.equal(contentEtag(sampleDocument), `"${sampleDocument.checksum_sha256}"`);
    assert.equal(contentEtag(sampleChange), `"${sampleChange.checksum_sha256}"`);
  });

  it('pass as they are when they are some, and stay away when there are none', () => {
    for (const ifMatch of ['*', '"abc"', 'W/"abc"', '"a", "b"', '"a",W/"b" , "c,d"']) {
      assert.deepEqual(ifMatchHeader(ifMatch), { 'If-Match': ifMatch });
    }
    assert.deepEqual(ifMatchHeader(undefined), {});
  });

  it('are refused before anything is sent when they are none', () => {
    for (const ifMatch of ['', 'abc', '"abc', 'abc"', '"a" "b"', '*, "a"', '"a",', '3', '"a"\r\nX-Other: 1']) {
      assert.throws(() => ifMatchHeader(ifMatch), /^TypeError: ifMatch is an ETag with its quotes/, ifMatch);
    }
  });

  it('name one certain content, or something else', () => {
    const etag = contentEtag(sampleDocument);
    assert.equal(namesOneContent(etag), true);
    for (const other of ['*', '"7"', `W/${etag}`, `${etag}, "b"`, `${etag},${etag}`]) {
      assert.equal(namesOneContent(other), false, other);
    }
  });
});
