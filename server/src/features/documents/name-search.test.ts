import assert from 'node:assert/strict';
import path from 'node:path';
import { pushNamed, queryAll } from '../../testing/named-documents.js';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';

describe('a query by name', () => {
  const folder = useTemporaryFolder();
  let store: Store;

  beforeEach(async () => {
    store = await openStore(path.join(folder(), 'store'));
  });
  afterEach(async () => {
    await store.db.close();
  });

  describe('finds a part of a name in any case', () => {
    for (const [name, part] of [
      ['System Architecture', 'ARCH'],
      ['système', 'SYSTÈME'],
      ['SYSTE\u0300ME', 'système'],
      ['ПРИВЕТ мир', 'привет'],
      ['Straße', 'straße'],
      ['STRASSE', 'straße'],
      ['Straße', 'STRASSE'],
      ['Straße', 'STRAẞE'],
      ['ＦＵＬＬ width', 'full'],
      ['ﬁle', 'FILE'],
      ['ΟΔΟΣ', 'οδός'.normalize('NFD').replace('\u0301', '')],
      ['ΟΔΟΣ 5', 'ΟΔΟΣ'],
      ['οδος', 'ΟΔΟΣ'],
      ['ΣΑΣ', 'Σ'],
      ['Α ΚΑΛΟΣ', 'ΛΟΣ'],
      ['ΚΑΛΟΣΤΥΠΟΣ', 'καλος'],
      ['ΚΑΛΟΣ', 'ΚΑΛΟΣ'.slice(0, 4)],
      ['καλοσ', 'ΚΑΛΟΣ'],
      ['İstanbul', 'İSTANBUL'],
    ] as const) {
      it(`${name} by ${part}`, async () => {
        const [known] = await pushNamed(store, [{ name, tags: [] }]);
        assert.deepEqual(await queryAll(store, { name: part, tags: [] }, 10), [known]);
      });
    }
  });

  it('takes what LIKE and FTS5 read in their own way for itself', async () => {
    const names = [
      '100% sure',
      '100 sure',
      'snake_case',
      'snakeXcase',
      'back\\slash',
      'a "b" c',
      'a NEAR b',
      'x*y',
      'c++',
    ];
    const known = await pushNamed(
      store,
      names.map((name) => ({ name, tags: [] })),
    );
    for (const part of [
      '%',
      '_',
      '\\',
      '"',
      '0%',
      'e_c',
      'snake_',
      'k\\s',
      '"b"',
      '" c',
      'NEAR',
      'x*y',
      'x*',
      'c++',
      '+',
    ]) {
      const filter = { name: part, tags: [] };
      const wanted = names.filter((name) => name.toLowerCase().includes(part.toLowerCase())).reverse();
      assert.ok(wanted.length > 0);
      assert.deepEqual(
        (await queryAll(store, filter, 10)).map(({ name }) => name),
        wanted,
        part,
      );
    }
    assert.equal(known.length, names.length);
  });
});
