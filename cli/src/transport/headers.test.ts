import assert from 'node:assert/strict';
import { LightHeaders } from './headers.js';

for (const [name, Class] of [
  ['Headers of Node', Headers],
  ['light headers', LightHeaders],
] as const) {
  describe(name, () => {
    it('know a name in any case', () => {
      const headers = new Class({ 'Content-Type': 'text/plain' });
      assert.equal(headers.get('CONTENT-type'), 'text/plain');
      assert.equal(headers.has('content-TYPE'), true);
      headers.delete('Content-TYPE');
      assert.equal(headers.has('content-type'), false);
      assert.equal(headers.get('content-type'), null);
    });

    it('are made of pairs, records and headers', () => {
      const pairs: [string, string][] = [
        ['B', '2'],
        ['a', '1'],
      ];
      assert.deepEqual([...new Class(pairs)], [...new Class({ a: '1', b: '2' })]);
      assert.deepEqual([...new Class(new Class(pairs) as Headers & LightHeaders)], [...new Class(pairs)]);
      assert.deepEqual([...new Class()], []);
    });

    it('join the values of a name, replace them, and trim them', () => {
      const headers = new Class([
        ['tag', ' a '],
        ['Tag', 'b'],
      ]);
      assert.equal(headers.get('tag'), 'a, b');
      headers.set('TAG', '\tc\r\n');
      assert.equal(headers.get('tag'), 'c');
      headers.append('tag', 'd');
      assert.equal(headers.get('tag'), 'c, d');
    });

    it('are listed in the order of their names', () => {
      const headers = new Class({ b: '2', C: '3', a: '1' });
      assert.deepEqual(
        [...headers.entries()],
        [
          ['a', '1'],
          ['b', '2'],
          ['c', '3'],
        ],
      );
      assert.deepEqual([...headers.keys()], ['a', 'b', 'c']);
      assert.deepEqual([...headers.values()], ['1', '2', '3']);
      const seen: string[] = [];
      headers.forEach((value, key) => seen.push(`${key}=${value}`));
      assert.deepEqual(seen, ['a=1', 'b=2', 'c=3']);
    });

    for (const [key, value] of [
      ['', 'x'],
      ['a b', 'x'],
      ['a\r\nb', 'x'],
      ['ä', 'x'],
      ['a', 'x\r\nInjected: 1'],
      ['a', 'x\0'],
    ] as const) {
      it(`cannot hold ${JSON.stringify({ [key]: value })}`, () => {
        assert.throws(() => new Class({ [key]: value }), TypeError);
      });
    }
  });
}
