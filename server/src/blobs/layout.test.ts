import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { runScript } from '../testing/script.js';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { openLayout } from './layout.js';

describe('the storage folder’s layout', () => {
  const folder = useTemporaryFolder();
  const layoutFile = (): string => path.join(folder(), 'store', 'layout.json');

  it('is written into a folder that is made for it, readable by its owner alone', async () => {
    const store = path.join(folder(), 'deep', 'store');
    await openLayout(store);
    assert.deepEqual(await fs.readdir(store), ['layout.json']);
    assert.deepEqual(JSON.parse(await fs.readFile(path.join(store, 'layout.json'), 'utf8')), { layout_version: 1 });
    assert.equal((await fs.stat(store)).mode & 0o777, 0o700);
  });

  it('is left alone by every later start', async () => {
    const store = path.join(folder(), 'store');
    await openLayout(store);
    const before = await fs.stat(layoutFile());
    await openLayout(store);
    const after = await fs.stat(layoutFile());
    assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
  });

  for (const [what, text, shown] of [
    ['a later version', '{"layout_version":2}', /layout version 2, this server understands version 1/],
    ['no version', '{}', /layout version undefined/],
    ['a version that is no number', '{"layout_version":"1"}', /layout version 1/],
    ['what is not JSON', 'not a layout', /layout version not a layout/],
    ['nothing, as a power cut may leave it', '', /layout version /],
    ['null', 'null', /layout version null/],
  ] as const) {
    it(`is refused when its file holds ${what}, with a message that says what to do`, async () => {
      await fs.mkdir(path.dirname(layoutFile()));
      await fs.writeFile(layoutFile(), text);
      await assert.rejects(openLayout(path.dirname(layoutFile())), (error: Error) => {
        assert.match(error.message, shown);
        assert.match(error.message, /DOCUMENT_STORAGE_DIR/);
        assert.ok(error.message.includes(layoutFile()));
        return true;
      });
      assert.equal(await fs.readFile(layoutFile(), 'utf8'), text);
    });
  }

  it('cannot be opened where a file stands', async () => {
    const file = path.join(folder(), 'file');
    await fs.writeFile(file, '');
    await assert.rejects(openLayout(file), { code: 'EEXIST' });
  });

  it('is made once by several processes that start at the same time', async () => {
    const store = path.join(folder(), 'store');
    const script = `
      const { openLayout } = await import(${JSON.stringify(new URL('layout.js', import.meta.url).href)});
      await openLayout(process.argv[1]);`;
    await Promise.all(Array.from({ length: 4 }, () => runScript(script, [store])));
    assert.deepEqual(await fs.readdir(store), ['layout.json']);
    await openLayout(store);
  });
});
