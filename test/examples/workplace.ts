import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What an example did. */
export interface Run {
  readonly code: number | null;
  /** stdout and stderr, as they came on a terminal. */
  readonly output: string;
}

/** How long one example may take. */
const RUN_MS = 30_000;

/** What the examples change in the architecture. */
const DECISIONS = `
## Decisions

The queue lives in memory.

Why: it was the quickest to build.

Retries are not limited.

## Open questions

None.
`;

/** Files that the examples find beside them. */
const FILES: Readonly<Record<string, string>> = {
  'architecture.md': `# System Architecture\n\n${'The parts, and how they fit.\n'.repeat(40)}${DECISIONS}`,
  'report.md': '# Report\n\nAll is well.\n',
  'report.pdf': '%PDF-1.4\n',
  'handoff.md': '# Hand-off\n\nWhat is done, what is open.\n',
  'server.log': 'a line of a log\n'.repeat(1000),
  'video.mp4': 'no real video',
  'huge.iso': 'not really huge',
};

/** Folders that a copy of the repository does without: what git leaves out, but for what the commands and the SDK are. */
const NOT_COPIED = /^(\.git|coverage|\.document-storage|(.*\/)?node_modules|(server|test|bench)\/dist)$/;

/** What the SDK's users have installed, and what TypeScript needs for Node. */
const PACKAGES = ['openapi-fetch', 'cacache', '@types/node'];

/**
 * Stands before the real one on the PATH. An example that installs would have to be given a registry, and on a mistake
 * in this file it might change the packages that the tests themselves are running on.
 */
const NPM = '#!/bin/sh\necho "Examples do not run npm: mark the fence no-run." >&2\nexit 1\n';

/** A temporary folder in which the examples of one page are run, with a home folder of its own. */
export class Workplace {
  readonly folder: string;
  readonly #base: string;
  readonly #environment: Readonly<Record<string, string>>;

  /**
   * @param root the repository; only a copy of it is worked on
   * @param serverUrl where the commands find their server
   * @param place whether the examples are run in the copy or in an empty folder, and the copy's folders with commands
   */
  constructor(root: string, serverUrl: string, place: { inClone: boolean; commands: readonly string[] }) {
    this.#base = realpathSync(mkdtempSync(path.join(tmpdir(), 'document-sync-examples-')));
    const clone = path.join(this.#base, 'clone');
    copyRepository(root, clone);
    this.folder = place.inClone ? clone : path.join(this.#base, 'work');
    const home = path.join(this.#base, 'home');
    const guard = path.join(this.#base, 'guard');
    for (const folder of [this.folder, home, guard]) mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(guard, 'npm'), NPM, { mode: 0o755 });
    this.#writeFiles();
    const commands = place.commands.map((folder) => path.join(clone, folder));
    this.#environment = {
      PATH: [guard, ...commands, path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter),
      HOME: home,
      SHELL: '/bin/bash',
      DOCUMENT_SERVER_URL: serverUrl,
      // `npx` is to find what is installed, never to fetch something of the same name.
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    };
  }

  /** Empties the folder, but for the files that examples find. Not for a copy of the repository. */
  tidy(): void {
    rmSync(this.folder, { recursive: true });
    mkdirSync(this.folder);
    this.#writeFiles();
  }

  /** Puts a file into the folder. */
  write(name: string, text: string): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Runs shell code until its first failing command. */
  runShell(code: string): Promise<Run> {
    return this.#run('sh', ['-e', '-c', `exec 2>&1\n${code}`]);
  }

  /** Runs a JavaScript file. */
  runNode(file: string): Promise<Run> {
    return this.#run(process.execPath, ['--enable-source-maps', file]);
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }

  #writeFiles(): void {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(this.folder, name), text);
  }

  #run(command: string, words: readonly string[]): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, words, {
        cwd: this.folder,
        env: this.#environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: RUN_MS,
        killSignal: 'SIGKILL',
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code, output });
      });
    });
  }
}

/**
 * Copies the repository as it is after `npm run build`. Nothing in the copy leads back: an example that deletes or
 * overwrites what it finds does it to the copy.
 */
function copyRepository(root: string, clone: string): void {
  const filter = (source: string): boolean => !NOT_COPIED.test(path.relative(root, source));
  cpSync(root, clone, { recursive: true, verbatimSymlinks: true, filter });
  // As in the packed SDK, whose `prepack` puts it there.
  cpSync(path.join(root, 'openapi.yaml'), path.join(clone, 'sdk/openapi.yaml'));
  const modules = path.join(clone, 'node_modules');
  for (const name of withDependencies(PACKAGES, path.join(root, 'node_modules'))) {
    cpSync(path.join(root, 'node_modules', name), path.join(modules, name), { recursive: true, dereference: true });
  }
  for (const folder of ['@document-sync', '.bin']) mkdirSync(path.join(modules, folder), { recursive: true });
  for (const name of ['sdk', 'cli']) symlinkSync(`../../${name}`, path.join(modules, '@document-sync', name));
  const { bin } = JSON.parse(readFileSync(path.join(clone, 'cli/package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  for (const [command, file] of Object.entries(bin))
    symlinkSync(`../../cli/${file}`, path.join(modules, '.bin', command));
}

/** Packages, and all that they need of those that stand beside them in the folder `modules`. */
function withDependencies(packages: readonly string[], modules: string): ReadonlySet<string> {
  const found = new Set(packages);
  // A set is walked to its end, also over what is added meanwhile.
  for (const name of found) {
    const { dependencies = {} } = JSON.parse(readFileSync(path.join(modules, name, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    for (const needed of Object.keys(dependencies)) {
      if (existsSync(path.join(modules, needed))) found.add(needed);
    }
  }
  return found;
}
