import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { fencesOf } from './examples/fences.js';
import { readSources, type Source } from './house/sources.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = readSources(root, ['.md']);
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const json = (file: string): Record<string, unknown> => JSON.parse(read(file)) as Record<string, unknown>;

describe('documentation', () => {
  it('is there', () => {
    const files = pages.map((page) => page.path);
    for (const file of [
      'README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'SECURITY.md',
      'docs/configuration.md',
      'docs/security.md',
      'docs/adr/README.md',
    ]) {
      assert.ok(files.includes(file), `${file} is missing`);
    }
  });

  for (const page of pages) {
    describe(page.path, () => {
      it('links to what is there', () => {
        assert.deepEqual(
          linksOf(page).flatMap((link) => mistakesOf(page, link)),
          [],
        );
      });

      it('names paths that are there', () => {
        assert.deepEqual(
          pathsNamedBy(page).filter((place) => !existsSync(path.join(root, place))),
          [],
        );
      });

      it('names scripts that are there', () => {
        assert.deepEqual(
          scriptsNamedBy(page).filter(([script, workspace]) => !hasScript(script, workspace)),
          [],
        );
      });

      it('names variables that are read', () => {
        const configuration = read('docs/configuration.md');
        const named = page.text.match(/\bDOCUMENT_[A-Z]+(?:_[A-Z]+)*\b/g) ?? [];
        assert.deepEqual(
          named.filter((variable) => !configuration.includes(`\`${variable}\``)),
          [],
        );
      });
    });
  }

  it('lists every decision under its own title, numbered without gaps', () => {
    const folder = path.join(root, 'docs/adr');
    const files = readdirSync(folder)
      .filter((file) => file !== 'README.md')
      .sort();
    const index = read('docs/adr/README.md');
    for (const [at, file] of files.entries()) {
      const number = String(at + 1).padStart(4, '0');
      assert.ok(file.startsWith(`${number}-`), `${file} should have the number ${number}`);
      const text = read(`docs/adr/${file}`);
      const title = new RegExp(`^# ${number}: (.+)$`, 'm').exec(text)?.[1];
      assert.ok(title !== undefined, `${file} does not begin with its number and title`);
      assert.match(index, new RegExp(`\\[${number}\\]\\(${escape(file)}\\)\\s*\\|\\s*${escape(title)}\\s*\\|`));
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(headings, ['Context', 'Decision', 'Consequences'], file);
    }
    assert.equal((index.match(/^\| \[\d{4}\]/gm) ?? []).length, files.length);
  });

  it('gives the exit codes that the commands have', () => {
    const codes = [...read('cli/src/exit-code.ts').matchAll(/^ {2}\w+: (\d+),$/gm)].map(([, code]) => Number(code));
    assert.ok(codes.length >= 11, 'the exit codes were not found');
    for (const [file, extra] of [
      ['README.md', []],
      // What the shell says when there is no such command.
      ['skills/document-sync/SKILL.md', [127]],
    ] as const) {
      const rows = read(file)
        .split('\n')
        .filter((line) => /^\|(.*\|)? *\d+ +\|/.test(line));
      const listed = rows.flatMap((row) => [...row.matchAll(/\| *(\d+) +(?=\|)/g)].map(([, code]) => Number(code)));
      assert.deepEqual(sorted(listed), sorted([...codes, ...extra]), file);
    }
  });

  it('gives the limits that the contract has', () => {
    const { schemas } = (parseYaml(read('openapi.yaml')) as Contract).components;
    const readme = read('README.md');
    const number = (value: number | undefined): string => (value ?? NaN).toLocaleString('en');
    assert.match(readme, new RegExp(`Name +\\| ${number(schemas['DocumentName']?.maxLength)} characters`));
    assert.match(readme, new RegExp(`File name +\\| ${number(schemas['FileName']?.maxLength)} characters`));
    assert.match(
      readme,
      new RegExp(`Tags +\\| ${number(schemas['Tags']?.maxItems)} of ${number(schemas['Tag']?.maxLength)} char`),
    );
    assert.match(readme, new RegExp(`Description +\\| ${number(schemas['Description']?.maxLength)} characters`));
  });

  it('speaks of one version everywhere', () => {
    const { version } = json('package.json');
    for (const file of ['sdk', 'server', 'cli'].map((name) => `${name}/package.json`)) {
      assert.equal(json(file)['version'], version, file);
    }
    assert.equal(json('.claude-plugin/plugin.json')['version'], version);
    assert.equal((parseYaml(read('openapi.yaml')) as Contract).info.version, version);
    assert.ok(read('CHANGELOG.md').includes(`## [${String(version)}]`), 'CHANGELOG.md');
  });
});

interface Contract {
  info: { version: string };
  components: { schemas: Record<string, { maxLength?: number; maxItems?: number }> };
}

interface Link {
  readonly text: string;
  readonly target: string;
}

function linksOf(page: Source): Link[] {
  const links = proseOf(page).matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g);
  return [...links]
    .map(([, text = '', target = '']) => ({ text, target }))
    .filter(({ target }) => !/^https?:/.test(target));
}

/** What is wrong with a link: no such file or heading, or a name (`` [`name`](file) ``) that the file does not have. */
function mistakesOf(page: Source, { text, target }: Link): string[] {
  const [file = '', heading] = target.split('#');
  const place = file === '' ? page.path : path.posix.join(path.posix.dirname(page.path), file);
  if (!existsSync(path.join(root, place))) return [`${target}: there is no ${place}`];
  if (heading !== undefined && !headingsOf(read(place)).includes(heading)) return [`${target}: no such heading`];
  const name = /^`(\w+)`$/.exec(text)?.[1];
  if (name !== undefined && !new RegExp(`\\b${name}\\b`).test(read(place))) return [`${place} has no ${name}`];
  return [];
}

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Paths in code spans that begin at the root of the repository. Those with placeholders are about files to come. */
function pathsNamedBy(page: Source): string[] {
  const atRoot = new Set(readdirSync(root));
  const spans = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return spans
    .filter((span) => /^[\w.@-]+(\/[\w.@-]+)+\/?$/.test(span) && atRoot.has(span.split('/')[0] ?? ''))
    .filter((span) => !/^\d/.test(span) && !span.includes('/dist/') && !span.startsWith('node_modules/'));
}

function scriptsNamedBy(page: Source): (readonly [script: string, workspace: string | undefined])[] {
  const calls = page.text.matchAll(/\bnpm run ([\w:-]+)(?: -w (\w+))?/g);
  return [...calls].map(([, script = '', workspace]) => [script, workspace] as const);
}

function hasScript(script: string, workspace: string | undefined): boolean {
  const manifest = json(workspace === undefined ? 'package.json' : `${workspace}/package.json`);
  return Object.hasOwn(manifest['scripts'] ?? {}, script);
}

/** A page without its fenced blocks. */
function proseOf({ text }: Source): string {
  return fencesOf(text).reduce((prose, { code }) => prose.replace(code, ''), text);
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
