import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { BIN, useFolder } from './doc.js';
import { useKeyedServer } from './keyed-server.js';
import { CTRL_C, hasTerminals, terminalSession } from './terminal.js';

const PROMPT = /it is not shown\): $/;
const LOGIN = `'${process.execPath}' '${path.join(BIN, 'doc.cjs')}' login`;

describe('doc login on a terminal', function () {
  const folder = useFolder();
  const server = useKeyedServer();

  before(function () {
    if (!hasTerminals) this.skip();
  });

  /** The terminal's own echo is off as well: `stty` tells afterwards whether it is on again. */
  const session = (keys: string) =>
    terminalSession(
      `${LOGIN}; echo "exit $?"; stty -a | grep -o -- '-\\?\\becho\\b'`,
      { url: server.url, env: { XDG_CONFIG_HOME: folder.path } },
      { after: PROMPT, keys },
    );
  const isKept = (): boolean => existsSync(folder.file('document-sync/profiles/default.json'));

  it('asks for the key and does not show it', async () => {
    const key = await server.addKey({ name: 'typed' });
    const { shown } = await session(`${key}\r`);
    const id = key.split('_')[1];
    assert.match(shown, new RegExp(`^Key for ${server.url} \\(it is not shown\\): \nProfile: default\n`));
    assert.ok(shown.includes(`Key: typed (${id})\n`), shown);
    assert.ok(!shown.includes(key.slice(-43)), shown);
    assert.match(shown, /exit 0\necho\n$/);
    assert.ok(isKept());
  });

  it('lets a key be corrected', async () => {
    const key = await server.addKey({ name: 'typed' });
    const { shown } = await session(`wrong\x15${key}zz\x7f\x7f\r`);
    assert.match(shown, /exit 0\necho\n$/);
  });

  for (const [what, keys, code] of [
    ['Ctrl-C', CTRL_C, 130],
    ['Ctrl-D', '\x04', 2],
    ['Enter alone', '\r', 2],
  ] as const) {
    it(`ends with ${what}, and leaves the terminal as it was`, async () => {
      const { shown } = await session(keys);
      assert.match(shown, new RegExp(`exit ${code}\necho\n$`));
      assert.ok(!isKept());
    });
  }
});
