import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build, transform } from 'esbuild';

import { BROWSER_PROGRAM, NODE_PROGRAM } from './packed-sdk-programs.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODULES = join(ROOT, 'node_modules');
const run = promisify(execFile);

/** What the examples of the README take for granted. */
const GIVEN = `import { DocumentClient } from '@document-sync/sdk';\ndeclare const client: DocumentClient;\n`;

describe('the packed SDK', function () {
  this.timeout(120_000);
  let project: string;
  let packed: { filename: string; files: { path: string }[] };

  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'packed-sdk-'));
    // Its dependencies come out of this repository's own installation, so that no registry is asked.
    const sdk = await npm(ROOT, 'pack', '--json', '--workspace', 'sdk', '--pack-destination', project);
    const others = ['openapi-fetch', 'openapi-typescript-helpers'].map((name) => join(MODULES, name));
    const borrowed = await npm(project, 'pack', '--json', '--ignore-scripts', ...others);
    packed = tarballs(sdk)[0] ?? { filename: '', files: [] };
    await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
    const files = [packed, ...tarballs(borrowed)].map(({ filename }) => `./${filename}`);
    await npm(project, 'install', '--offline', '--no-audit', '--no-fund', ...files);
    await mkdir(join(project, 'node_modules/@types'));
    await symlink(join(MODULES, '@types/node'), join(project, 'node_modules/@types/node'), 'junction');
  });
  after(async () => {
    await rm(project, { recursive: true, force: true });
  });

  /** Compiles a user's programs as `tsc` does; answers with what it complains about. */
  async function typeCheck(programs: readonly string[], compilerOptions: object): Promise<string> {
    const files = programs.map((_program, index) => `program-${index}.ts`);
    for (const [index, file] of files.entries()) await writeFile(join(project, file), programs[index] ?? '');
    const options = {
      target: 'es2023',
      strict: true,
      skipLibCheck: false,
      // Only the compiler's own lib.*.d.ts go unchecked, which take most of the time.
      skipDefaultLibCheck: true,
      noEmit: true,
      ...compilerOptions,
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
    const compiler = join(MODULES, 'typescript/bin/tsc');
    return await run(process.execPath, [compiler, '-p', project], { cwd: project }).then(
      () => '',
      (failure: { stdout: string }) => failure.stdout,
    );
  }

  it('holds what its user needs, and nothing else', async () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of ['README.md', 'LICENSE', 'openapi.yaml', 'package.json', 'dist/src/index.js', 'src/index.ts']) {
      assert(paths.includes(path), `${path} is missing`);
    }
    const kinds =
      /^(?:README\.md|LICENSE|openapi\.yaml|package\.json|dist\/src\/.+\.(?:js|js\.map|d\.ts)|src\/.+\.ts)$/;
    assert.deepEqual(
      paths.filter((path) => !kinds.test(path) || /test|tsbuildinfo/.test(path)),
      [],
    );
    const installed = await readFile(join(project, 'node_modules/@document-sync/sdk/openapi.yaml'));
    assert(installed.equals(await readFile(join(ROOT, 'openapi.yaml'))));
  });

  it('depends on openapi-fetch alone', async () => {
    const { dependencies } = JSON.parse(
      await readFile(join(project, 'node_modules/@document-sync/sdk/package.json'), 'utf8'),
    ) as { dependencies: Record<string, string> };
    assert.deepEqual(Object.keys(dependencies), ['openapi-fetch']);
    const { packages } = JSON.parse(await readFile(join(project, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    assert.deepEqual(Object.keys(packages).sort(), [
      'node_modules/@document-sync/sdk',
      'node_modules/openapi-fetch',
      'node_modules/openapi-typescript-helpers',
    ]);
  });

  const strictest = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true };
  const settings: [kind: string, program: string, options: object][] = [
    ['Node without the DOM', NODE_PROGRAM, { module: 'nodenext', types: ['node'], lib: ['es2023'], ...strictest }],
    [
      'a browser without Node’s types',
      BROWSER_PROGRAM,
      { module: 'esnext', moduleResolution: 'bundler', types: [], lib: ['es2023', 'dom'], ...strictest },
    ],
  ];
  for (const [kind, program, options] of settings) {
    it(`type-checks for ${kind}`, async () => {
      assert.equal(await typeCheck([program], options), '');
    });
  }

  it('type-checks for Node as tsc has it by default, with the examples of its README', async () => {
    const readme = await readFile(join(project, 'node_modules/@document-sync/sdk/README.md'), 'utf8');
    const examples = Array.from(readme.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = '']) =>
      // Most examples go on from the first one's client.
      code.includes('const client') ? code : `${GIVEN}${code}`,
    );
    assert(examples.length >= 9);
    const options = { module: 'nodenext', types: ['node'] };
    assert.equal(await typeCheck([NODE_PROGRAM, ...examples], options), '');
  });

  describe('against the server', () => {
    let server: ChildProcess;
    let url: string;

    before(async () => {
      const env = { ...process.env, DOCUMENT_SERVER_PORT: '0', DOCUMENT_STORAGE_DIR: join(project, 'storage') };
      const main = join(ROOT, 'server/dist/src/main.js');
      server = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'ignore'] });
      url = await announcedUrl(server);
    });
    after(async () => {
      if (server.exitCode !== null) return;
      server.kill('SIGTERM');
      await once(server, 'exit');
    });

    it('pushes, queries and pulls in Node', async () => {
      const program = join(project, 'program.js');
      await writeFile(program, (await transform(NODE_PROGRAM, { loader: 'ts', format: 'esm' })).code);
      const { stdout } = await run(process.execPath, [program, url], { cwd: project });
      assert.deepEqual(JSON.parse(stdout), {
        same: true,
        found: ['Plan'],
        pulled: '# Plan\n',
        streamed: '# Plan\n',
        known: 304,
        code: 'document_not_found',
        health: 'ok',
        contract: 'openapi: 3.1.0',
      });
    });

    it('works in a browser’s bundle, which has nothing of Node in it', async () => {
      const entry = join(project, 'program.ts');
      await writeFile(entry, BROWSER_PROGRAM);
      const bundle = join(project, 'bundle.mjs');
      // Without a list of Node's modules to leave out, a left one would be an error already.
      const { metafile } = await build({
        entryPoints: [entry],
        outfile: bundle,
        bundle: true,
        format: 'esm',
        platform: 'browser',
        target: 'es2022',
        metafile: true,
        logLevel: 'silent',
      });
      const inputs = Object.keys(metafile.inputs).filter((path) => path.includes('@document-sync'));
      assert(inputs.some((path) => path.endsWith('platform/browser.js')));
      assert(!inputs.some((path) => /platform\/(?:node|streamed)/.test(path)), inputs.join('\n'));
      const text = await readFile(bundle, 'utf8');
      assert.doesNotMatch(text, /node:|require\(/);

      // Node has every class of the browser that the bundle uses.
      const page = join(project, 'page.mjs');
      await writeFile(
        page,
        `globalThis.window = { baseUrl: process.argv[2], show: (text) => console.log(text) };\nawait import('./bundle.mjs');\n`,
      );
      const { stdout } = await run(process.execPath, [page, url], { cwd: dirname(page) });
      assert.deepEqual(JSON.parse(stdout), {
        filename: 'größe.md',
        text: '# Page\n',
        refused: 'TypeError',
        damaged: true,
      });
    });
  });
});

/** Runs npm in a folder; answers with its stdout. */
async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('npm', args, { cwd, shell: process.platform === 'win32' });
  return stdout;
}

/** What `npm pack --json` says about the tarballs that it wrote. Scripts around the packing may write before it. */
function tarballs(stdout: string): { filename: string; files: { path: string }[] }[] {
  return JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as { filename: string; files: { path: string }[] }[];
}

/** The first line of the server's stdout says where it serves. */
async function announcedUrl(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error('The server has no stdout.');
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('The server ended before it said where it serves.');
}
