import assert from 'node:assert/strict';
import { fromPlace, nameOfOrdering, placeTypes, searchOrdering, toPlace, type SearchSort } from './position.js';

describe('a place among results', () => {
  it('survives its way through a cursor, to the last digit of a score', () => {
    const positions: [SearchSort, string | number | undefined][] = [
      ['relevance', 0.1 + 0.2],
      ['relevance', 1e-7],
      ['uploaded_at', undefined],
      ['updated_at', '2026-11-24T00:00:00.000Z'],
      ['name', 'ÄRGER, "QUOTED"'],
      ['size', 12],
    ];
    for (const [sort, value] of positions) {
      const ordering = searchOrdering(sort);
      const position = { sequence: 2 ** 32 + 7, ...(value !== undefined && { value }) };
      const place = toPlace(ordering, position);
      assert.deepEqual(
        place.map((part) => typeof part),
        placeTypes(ordering),
      );
      assert.deepEqual(fromPlace(ordering, place), position);
    }
  });

  it('refuses a score that is none', () => {
    assert.throws(() => fromPlace(searchOrdering(), ['high', 7]), { code: 'validation_failed' });
  });

  it('belongs to one order', () => {
    assert.equal(nameOfOrdering(searchOrdering()), nameOfOrdering(searchOrdering('relevance', 'asc')));
    assert.notEqual(nameOfOrdering(searchOrdering('name')), nameOfOrdering(searchOrdering('name', 'desc')));
  });
});
