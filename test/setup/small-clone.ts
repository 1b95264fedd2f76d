import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** What a program printed and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/**
 * A repository in small, in a temporary folder: this one's set-up with this one's TypeScript, and packages that npm
 * installs in a second without a network. The real packages would take minutes for each test.
 */
export class SmallClone {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** A clone in which nothing has been set up yet. Takes a second; copies are cheaper. */
  static clean(): SmallClone {
    const clone = new SmallClone(mkdtempSync(path.join(tmpdir(), 'document-sync-set-up-')));
    for (const name of ['setup.mjs', 'setup'])
      cpSync(path.join(repository, name), clone.path(name), { recursive: true });
    for (const [file, text] of Object.entries(files())) clone.write(file, text);
    const packed = spawnSync('npm', ['pack', '--silent', './tool'], { cwd: clone.path('vendor'), encoding: 'utf8' });
    if (packed.status !== 0) throw new Error(`npm pack failed: ${packed.stderr}`);
    return clone;
  }

  /** A copy, installed packages and compiled files included. */
  copy(): SmallClone {
    const clone = new SmallClone(mkdtempSync(path.join(tmpdir(), 'document-sync-set-up-')));
    cpSync(this.root, clone.root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    return clone;
  }

  path(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  /** Replaces a text that must be there. */
  edit(file: string, from: string, to: string): void {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    this.write(file, text.replaceAll(from, to));
  }

  remove(file: string): void {
    rmSync(this.path(file), { recursive: true });
  }

  /** Makes the installation wait until `release()`, or for ever. */
  holdInstallation(): { readonly started: () => boolean; readonly release: () => void } {
    this.write('vendor/slow/hold', '');
    return { started: () => this.has('vendor/slow/started'), release: () => this.remove('vendor/slow/hold') };
  }

  /** A folder to use as PATH that has nothing but these programs of this machine. */
  pathWithOnly(...programs: string[]): string {
    const folder = this.path('programs');
    mkdirSync(folder);
    for (const program of programs) {
      const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
      symlinkSync(found, path.join(folder, program));
    }
    return folder;
  }

  /** Starts the set-up. */
  start(env: Readonly<Record<string, string>> = {}): {
    readonly child: ChildProcess;
    readonly ended: Promise<Outcome>;
  } {
    // Not this run's own: npm_* of `npm test`, the coverage folder of c8, CI's strictness.
    const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|CI$)/.test(name));
    const child = spawn(process.execPath, ['setup.mjs'], {
      cwd: this.root,
      env: { ...Object.fromEntries(inherited), npm_config_offline: 'true', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code, output });
      });
    });
    return { child, ended };
  }

  /** Runs the set-up to its end. */
  setUp(env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return this.start(env).ended;
  }

  delete(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The packages that stand in vendor/: what the set-up calls, and one whose installation can be held up. */
const vendors = ['typescript', 'slow', 'better-sqlite3'];
const tool = { version: '1.0.0', resolved: 'file:vendor/tool-1.0.0.tgz', dev: true };

function files(): Record<string, string> {
  const workspaces = ['sdk', 'server', 'cli', ...vendors.map((name) => `vendor/${name}`)];
  const root = {
    name: 'small-clone',
    version: '1.0.0',
    workspaces,
    devDependencies: { tool: 'file:vendor/tool-1.0.0.tgz' },
  };
  const manifest = (name: string): object => ({ name, version: '1.0.0', type: 'module' });
  const named = workspaces.map((folder) => [folder, path.basename(folder)] as const);
  const lockfile = {
    name: root.name,
    version: root.version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': root,
      ...Object.fromEntries(named.map(([folder, name]) => [folder, { name, version: '1.0.0' }])),
      ...Object.fromEntries(named.map(([folder, name]) => [`node_modules/${name}`, { resolved: folder, link: true }])),
      'node_modules/tool': tool,
    },
  };
  const compiler = path.join(repository, 'node_modules/typescript/bin/tsc');
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    types: [],
    lib: ['es2020'],
    skipLibCheck: true,
    composite: true,
    moduleDetection: 'force',
  };
  const project = json({
    extends: '../tsconfig.json',
    compilerOptions: { rootDir: '.', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.tsbuildinfo' },
    include: ['src', 'test'],
  });
  return {
    'package.json': json({ ...root, private: true, type: 'module', engines: { node: '>=20.19' } }),
    'package-lock.json': json(lockfile),
    'tsconfig.json': json({ compilerOptions, files: [], references: [{ path: 'sdk' }, { path: 'cli' }] }),
    'openapi.yaml': 'first contract',
    'sdk/package.json': json(manifest('sdk')),
    'sdk/tsconfig.json': project,
    'sdk/generate.mjs': generator,
    'sdk/src/index.ts': `export { contract } from './generated/openapi.js';\n`,
    'sdk/test/a.test.ts': 'export const a = 1;\n',
    'sdk/test/b.test.ts': 'export const b = 1;\n',
    'server/package.json': json(manifest('server')),
    'cli/package.json': json(manifest('cli')),
    'cli/tsconfig.json': project,
    'cli/src/main.ts': 'export const main = 1;\n',
    'cli/bundle.mjs': `import { writeFileSync } from 'node:fs';\nwriteFileSync('cli/dist/doc.cjs', 'bundled');\n`,
    'vendor/tool/package.json': json({ name: 'tool', version: '1.0.0' }),
    'vendor/typescript/package.json': json(manifest('typescript')),
    'vendor/typescript/bin/tsc': `import(${JSON.stringify(compiler)});\n`,
    'vendor/slow/package.json': json({ ...manifest('slow'), scripts: { install: 'node install.mjs' } }),
    'vendor/slow/install.mjs': slowInstallation,
    'vendor/better-sqlite3/package.json': json(manifest('better-sqlite3')),
  };
}

const generator = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const generated = \`export const contract = '\${readFileSync('openapi.yaml', 'utf8')}';\\n\`;
const target = 'sdk/src/generated/openapi.ts';
if (process.argv.includes('--check')) {
  if (!existsSync(target) || readFileSync(target, 'utf8') !== generated) { console.error('not fresh'); process.exit(1); }
} else {
  const { mkdirSync } = await import('node:fs');
  mkdirSync('sdk/src/generated', { recursive: true });
  writeFileSync(target, generated);
}
`;

const slowInstallation = `
import { existsSync, rmSync, writeFileSync } from 'node:fs';
writeFileSync('started', String(process.pid));
while (existsSync('hold')) await new Promise((resolve) => setTimeout(resolve, 50));
`;
