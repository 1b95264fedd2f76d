import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const skill = path.join(root, 'skills/document-sync');
const commands = ['doc', 'doc-pull', 'doc-push', 'doc-query'];
const json = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

describe('skill', () => {
  const text = readFileSync(path.join(skill, 'SKILL.md'), 'utf8');
  const [, frontmatter = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  const keys = parseYaml(frontmatter) as Record<string, string>;

  it('has the frontmatter of an Agent Skill', () => {
    assert.deepEqual(Object.keys(keys), ['name', 'description', 'allowed-tools']);
    assert.equal(keys['name'], path.basename(skill));
    assert.match(keys['name'], /^[a-z0-9]+(-[a-z0-9]+)*$/);
    const { length } = keys['description'] ?? '';
    assert.ok(length > 100 && length <= 1024, `the description has ${length} characters`);
    assert.match(keys['description'] ?? '', /\bUse it\b/, 'the description does not say when to use it');
    for (const tool of (keys['allowed-tools'] ?? '').split(/ (?=Bash)/)) assert.match(tool, /^Bash\(doc[a-z -]*:\*\)$/);
  });

  it('may not delete or change anything without being asked', () => {
    assert.doesNotMatch(keys['allowed-tools'] ?? '', /\bdoc(:| rm| edit)/);
  });

  it('stays short enough to be read', () => {
    assert.ok(body.split('\n').length < 500);
  });

  it('is registered as in the beginning', () => {
    assert.deepEqual(json('skills/document-sync/skill.json'), {
      name: 'document-sync',
      version: '1.0.0',
      description: 'Document push/pull/query system for AI coding sessions',
    });
  });
});

describe('Claude Code plugin', () => {
  const plugin = json('.claude-plugin/plugin.json') as { name: string; author: { name: string } };
  const marketplace = json('.claude-plugin/marketplace.json') as {
    name: string;
    description: string;
    owner: { name: string };
    plugins: { name: string; source: string }[];
  };

  it('has what a manifest needs', () => {
    assert.match(plugin.name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    assert.ok(plugin.author.name);
  });

  it('is the one plugin of its own marketplace', () => {
    assert.ok(marketplace.name && marketplace.description && marketplace.owner.name);
    assert.deepEqual(
      marketplace.plugins.map(({ name }) => name),
      [plugin.name],
    );
    for (const { source } of marketplace.plugins) {
      assert.ok(existsSync(path.join(root, source, '.claude-plugin/plugin.json')), `there is no plugin in ${source}`);
      assert.ok(existsSync(path.join(root, source, 'skills/document-sync/SKILL.md')));
    }
  });
});

describe('launchers of the skill', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'document-sync-launchers-'));
    // Only what a launcher needs: the machine may have the commands installed.
    const tools = path.join(folder, 'tools');
    mkdirSync(tools);
    symlinkSync(process.execPath, path.join(tools, 'node'));
    for (const tool of ['dirname', 'basename', 'readlink']) symlinkSync(placeOf(tool), path.join(tools, tool));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are all there, all the same, and can be run', () => {
    const folderOfCommands = path.join(skill, 'commands');
    assert.deepEqual(readdirSync(folderOfCommands).sort(), [...commands, 'lib']);
    for (const command of commands) {
      const file = path.join(folderOfCommands, command);
      assert.equal(statSync(file).mode & 0o111, 0o111, `${command} cannot be executed`);
      assert.equal(readFileSync(file, 'utf8'), readFileSync(path.join(folderOfCommands, 'doc'), 'utf8'));
    }
  });

  for (const command of commands) {
    it(`run ${command} from any folder, also through links`, () => {
      const file = path.join(skill, 'commands', command);
      symlinkSync(skill, path.join(folder, 'linked skill'));
      symlinkSync(file, path.join(folder, 'link'));
      for (const launcher of [file, path.join(folder, 'linked skill/commands', command), path.join(folder, 'link')]) {
        const { status, stdout, stderr } = launch(launcher, ['--help']);
        assert.equal(status, 0, stderr);
        assert.match(stdout, new RegExp(`^${command}\\b`));
      }
    });
  }

  it('hand over every argument as it is, and the exit code', () => {
    const { status, stderr } = launch(path.join(skill, 'commands/doc-pull'), [
      'not an id',
      '--output',
      '$HOME "x"',
      '--format',
      'json',
    ]);
    assert.equal(status, 2);
    assert.match((JSON.parse(stderr) as { message: string }).message, /"not an id"/);
  });

  it('use the installed command where nothing is built', () => {
    const launcher = copyWithoutBuild('doc-push');
    const installed = path.join(folder, 'installed');
    mkdirSync(installed);
    writeFileSync(path.join(installed, 'doc-push'), '#!/bin/sh\necho "installed: $*"\n');
    chmodSync(path.join(installed, 'doc-push'), 0o755);
    const { status, stdout } = launch(launcher, ['a', 'b c'], [installed]);
    assert.equal(status, 0);
    assert.equal(stdout, 'installed: a b c\n');
  });

  it('say what to run where nothing is built or installed, and do not call themselves', () => {
    const launcher = copyWithoutBuild('doc-push');
    for (const more of [[], [path.dirname(launcher)]]) {
      const { status, stdout, stderr } = launch(launcher, ['x'], more);
      assert.equal(status, 127);
      assert.equal(stdout, '');
      assert.match(stderr, /neither built here nor installed.*\n.*npm run build/);
    }
    // In a clone (or the copy of one that a plugin is) there is something to build.
    writeFileSync(path.join(folder, 'clone/setup.mjs'), '');
    assert.match(launch(launcher, ['x']).stderr, /npm --prefix '.*\/clone' run build/);
  });

  it('say when there is no Node', () => {
    rmSync(path.join(folder, 'tools/node'));
    const { status, stderr } = launch(path.join(skill, 'commands/doc'), []);
    assert.equal(status, 127);
    assert.match(stderr, /Node\.js 20\.19 or later is needed/);
  });

  /** The skill in a clone that has not been built. */
  function copyWithoutBuild(command: string): string {
    cpSync(skill, path.join(folder, 'clone/skills/document-sync'), { recursive: true });
    return path.join(folder, 'clone/skills/document-sync/commands', command);
  }

  /** Runs a launcher from a folder that has nothing to do with it. `more` are folders on the PATH beside the tools. */
  function launch(launcher: string, words: readonly string[], more: readonly string[] = []) {
    const PATH = [...more, path.join(folder, 'tools')].join(path.delimiter);
    return spawnSync(launcher, words, { cwd: tmpdir(), env: { PATH, HOME: folder }, encoding: 'utf8' });
  }
});

function placeOf(tool: string): string {
  return spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
}
