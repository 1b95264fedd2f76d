import assert from 'node:assert/strict';

import { isWanted, readOptions } from './options.js';

describe('what is asked for', () => {
  const wanted = (only: string, ids: readonly string[]): readonly string[] => {
    const options = readOptions(['--only', only]);
    assert.ok(options);
    return ids.filter((id) => isWanted(options, id));
  };
  const ids = ['push', 'pull', 'many-batch', 'many-batch-100-4kb-c1', 'many-batch-1000-4kb-c1', 'many-sync'];

  it('is all that begins with one of the words', () => {
    assert.deepEqual(
      wanted('many', ids),
      ids.filter((id) => id.startsWith('many')),
    );
    assert.deepEqual(wanted('push,many-sync', ids), ['push', 'many-sync']);
  });

  it('is the part of a single figure too, without its other figures', () => {
    assert.deepEqual(wanted('many-batch-100-4kb-c1', ids), ['many-batch', 'many-batch-100-4kb-c1']);
  });

  it('is everything when nothing is named', () => {
    assert.deepEqual(wanted('', ids), ids);
  });
});
