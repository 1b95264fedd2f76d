import assert from 'node:assert/strict';
import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Workplace } from './workplace.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('workplace of the examples', () => {
  let workplace: Workplace;

  before(() => {
    workplace = new Workplace(root, 'http://127.0.0.1:1', { inClone: true, commands: ['node_modules/.bin'] });
  });

  after(() => {
    workplace.remove();
  });

  it('is a copy from which nothing leads out', () => {
    const entries = readdirSync(workplace.folder, { recursive: true, withFileTypes: true });
    const links = entries.filter((entry) => entry.isSymbolicLink());
    assert.ok(links.length > 0, 'no links were found, not even those of the commands');
    for (const { parentPath, name } of links) {
      const target = realpathSync(path.join(parentPath, name));
      assert.ok(target.startsWith(workplace.folder + path.sep), `${name} leads to ${target}`);
    }
  });

  it('has the commands, its own home folder, and no npm', async () => {
    const { output: command } = await workplace.runShell('command -v doc');
    assert.ok(command.startsWith(workplace.folder), command);
    const { output: home } = await workplace.runShell('cd && pwd');
    assert.equal(home.trim(), path.join(path.dirname(workplace.folder), 'home'));
    const { code, output } = await workplace.runShell('npm install');
    assert.equal(code, 1);
    assert.match(output, /do not run npm/);
  });
});
