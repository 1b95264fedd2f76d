import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { BUNDLE, COMPILE, GENERATE, INSTALL, LOCK, steps, usePreparedClones } from './setup/prepared-clones.js';
import type { SmallClone } from './setup/small-clone.js';

describe('set-up', function () {
  this.timeout(60_000);
  const { clean, upToDate } = usePreparedClones();

  it('does everything in a clean clone, a line for each thing', async () => {
    const clone = clean();
    const { code, output } = await clone.setUp();
    assert.equal(code, 0, output);
    assert.deepEqual(steps({ output }), [INSTALL, GENERATE, COMPILE, BUNDLE]);
    for (const file of ['node_modules/tool', 'sdk/dist/src/generated/openapi.js', 'cli/dist/doc.cjs']) {
      assert.ok(clone.has(file), file);
    }
    assert.equal(clone.has(LOCK), false);
  });

  describe('when called again', () => {
    it('does nothing and says nothing', async () => {
      assert.deepEqual(await upToDate().setUp(), { code: 0, output: '' });
    });

    it('does not mind that files were touched, as a checkout does', async () => {
      const clone = upToDate();
      const now = new Date();
      for (const file of ['package-lock.json', 'openapi.yaml', 'sdk/src/index.ts'])
        utimesSync(clone.path(file), now, now);
      assert.deepEqual(await clone.setUp(), { code: 0, output: '' });
    });

    it('generates, compiles and bundles after a change of the contract', async () => {
      const clone = upToDate();
      clone.write('openapi.yaml', 'second contract');
      assert.deepEqual(steps(await clone.setUp()), [GENERATE, COMPILE, BUNDLE]);
      assert.match(clone.read('sdk/dist/src/generated/openapi.js'), /second contract/);
    });

    it('undoes what was written into a generated file', async () => {
      const clone = upToDate();
      clone.write('sdk/src/generated/openapi.ts', 'export const contract = 1;');
      assert.deepEqual(steps(await clone.setUp()).slice(0, 1), [GENERATE]);
      assert.match(clone.read('sdk/src/generated/openapi.ts'), /first contract/);
    });

    it('only compiles after a change of a test', async () => {
      const clone = upToDate();
      clone.edit('sdk/test/a.test.ts', '1', '2');
      assert.deepEqual(steps(await clone.setUp()), [COMPILE]);
      assert.match(clone.read('sdk/dist/test/a.test.js'), /2/);
    });

    it('removes what was compiled from a test that is gone', async () => {
      const clone = upToDate();
      clone.remove('sdk/test/b.test.ts');
      assert.deepEqual(steps(await clone.setUp()), [COMPILE]);
      assert.deepEqual(
        ['js', 'js.map', 'd.ts'].filter((end) => clone.has(`sdk/dist/test/b.test.${end}`)),
        [],
      );
      assert.ok(clone.has('sdk/dist/test/a.test.js'));
    });

    it('removes what somebody compiled by hand from a file that is gone', async () => {
      const clone = upToDate();
      for (const end of ['js', 'd.ts']) clone.write(`sdk/dist/test/gone.test.${end}`, 'export {};');
      assert.deepEqual(steps(await clone.setUp()), [COMPILE]);
      assert.equal(clone.has('sdk/dist/test/gone.test.js'), false);
    });

    for (const gone of ['sdk/dist', 'sdk/dist/src/index.js', 'cli/dist/doc.cjs']) {
      it(`makes ${gone} again when it was removed`, async () => {
        const clone = upToDate();
        clone.remove(gone);
        assert.equal((await clone.setUp()).code, 0);
        assert.ok(clone.has(gone));
        assert.deepEqual(await clone.setUp(), { code: 0, output: '' });
      });
    }

    it('compiles again what an interrupted compiler has left empty', async () => {
      const clone = upToDate();
      clone.write('sdk/dist/src/index.d.ts', '');
      clone.edit('sdk/test/a.test.ts', '1', '2');
      assert.deepEqual(steps(await clone.setUp()), [COMPILE]);
      assert.match(clone.read('sdk/dist/src/index.d.ts'), /contract/);
    });

    it('installs after a change of the lockfile', async () => {
      const clone = upToDate();
      for (const file of ['package.json', 'package-lock.json'])
        clone.edit(file, 'vendor/tool-1.0.0.tgz', 'vendor/./tool-1.0.0.tgz');
      clone.edit(
        'package-lock.json',
        '"version": "1.0.0",\n      "resolved": "file:',
        '"version": "1.0.1",\n      "resolved": "file:',
      );
      clone.edit('vendor/tool/package.json', '1.0.0', '1.0.1');
      assert.deepEqual(steps(await clone.setUp()).slice(0, 1), [INSTALL]);
    });

    it('takes over what npm, run by hand, has installed', async () => {
      const clone = upToDate();
      clone.remove('node_modules/.set-up/install');
      assert.deepEqual(await clone.setUp(), { code: 0, output: '' });
    });

    it('installs when npm, run by hand, left something out', async () => {
      const clone = upToDate();
      clone.remove('node_modules/.set-up/install');
      clone.remove('node_modules/tool');
      assert.deepEqual(steps(await clone.setUp()).slice(0, 1), [INSTALL]);
      assert.ok(clone.has('node_modules/tool/package.json'));
    });
  });

  it('installs development packages in production too', async () => {
    const clone = clean();
    const { code, output } = await clone.setUp({ NODE_ENV: 'production' });
    assert.equal(code, 0, output);
    assert.ok(clone.has('node_modules/tool/package.json'));
  });

  it('on CI leaves a generated file that is not up to date, and fails', async () => {
    const clone = upToDate();
    clone.write('openapi.yaml', 'second contract');
    const { code, output } = await clone.setUp({ CI: 'true' });
    assert.equal(code, 1);
    assert.match(output, /not fresh/);
    assert.match(clone.read('sdk/src/generated/openapi.ts'), /first contract/);
  });

  it('says what the compiler said, and tries again next time', async () => {
    const clone = upToDate();
    clone.write('sdk/src/index.ts', 'export const wrong: number = "text";\n');
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const { code, output } = await clone.setUp();
      assert.equal(code, 1);
      assert.match(output, /sdk\/src\/index\.ts\(1,14\): error TS2322/);
      assert.doesNotMatch(output, /\n\s+at /, 'a stack trace is for nobody');
    }
    clone.write('sdk/src/index.ts', 'export const right: number = 1;\n');
    assert.equal((await clone.setUp()).code, 0);
  });

  it('says which Node it needs', async () => {
    const clone = upToDate();
    clone.edit('package.json', '>=20.19', '>=99.1');
    const { code, output } = await clone.setUp();
    assert.equal(code, 1);
    assert.match(output, /^Document Sync needs Node 99\.1 or newer; this is Node \d+\./);
  });

  describe('when better-sqlite3 cannot be used', () => {
    const withNative = (clone: SmallClone): SmallClone => {
      const dependencies = '"dependencies": { "better-sqlite3": "1.0.0" }';
      clone.edit('server/package.json', '"version": "1.0.0"', `"version": "1.0.0", ${dependencies}`);
      clone.edit('package-lock.json', '"name": "server",', `"name": "server", ${dependencies},`);
      return clone;
    };

    it('says what to install if there is no compiler', async () => {
      const clone = withNative(clean());
      const scripts = '"scripts": { "install": "echo gyp ERR! find Python; exit 1" }';
      clone.edit('vendor/better-sqlite3/package.json', '"type"', `${scripts}, "type"`);
      const { code, output } = await clone.setUp({ PATH: clone.pathWithOnly('node', 'npm', 'sh', 'make') });
      assert.equal(code, 1);
      assert.match(output, /this machine lacks python3, g\+\+\./);
      assert.match(output, /apt-get install -y python3 make g\+\+/);
    });

    it('says so if it is there but does not load', async () => {
      const { code, output } = await withNative(clean()).setUp();
      assert.equal(code, 1);
      assert.match(output, /better-sqlite3 does not load: Error/);
      assert.match(output, /npm rebuild better-sqlite3/);
    });
  });
});
