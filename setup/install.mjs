import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { lastLines, npmCommand, runChild } from './child.mjs';
import { digestOf } from './files.mjs';
import { SetUpError, missingCompilerTools } from './requirements.mjs';

/** The one package with compiled code, and the workspace that has it. */
const native = { name: 'better-sqlite3', workspace: 'server' };

/**
 * Installs what package-lock.json says, development dependencies included whatever NODE_ENV is.
 *
 * @param {string} root the repository's folder
 * @returns {import('./step.mjs').Step}
 */
export function installStep(root) {
  return {
    name: 'install',
    root,
    announcement: 'Installing packages (10 to 30 s; about 2 min where better-sqlite3 has to be compiled)',
    inputs: () =>
      `${digestOf(
        root,
        ['package-lock.json', ...manifests(root)].map((file) => join(root, file)),
      )} ` + `${process.platform}-${process.arch} Node ABI ${process.versions.modules}`,
    outputs: () => (existsSync(hiddenLockfile(root)) ? 'installed' : 'not installed'),
    alreadyDone: () => matchesLockfile(root) && nativeProblem(root) === undefined,
    run: () => install(root),
  };
}

/** @param {string} root */
async function install(root) {
  const npm = npmCommand();
  const args = [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--no-progress'];
  const { ok, output } = await runChild(npm.command, args, { cwd: root, env: npmEnvironment(), shell: npm.shell });
  if (!ok) throw new SetUpError(`${lastLines(output, 40)}\n\n${whyInstallFailed(output)}`);
  const problem = nativeProblem(root);
  if (problem === undefined) return;
  throw new SetUpError(
    `The packages are installed, but ${native.name} does not load: ${problem}\n` +
      `If your npm is set to ignore install scripts, this builds it: npm rebuild ${native.name} --ignore-scripts=false`,
  );
}

/** @param {string} output what npm printed */
function whyInstallFailed(output) {
  const missing = missingCompilerTools();
  if (/gyp|prebuild-install/.test(output) && missing.length > 0) {
    return (
      `${native.name} had to be compiled, because no ready-made binary could be downloaded, and this machine lacks ` +
      `${missing.join(', ')}. Install what is missing and run the command again:\n` +
      `  Debian, Ubuntu   apt-get install -y python3 make g++\n` +
      `  Fedora           dnf install -y python3 make gcc-c++\n` +
      `  Alpine           apk add python3 make g++\n` +
      `  macOS            xcode-select --install`
    );
  }
  return '`npm ci` failed; what it printed last stands above.';
}

/**
 * Node's official builds bring the headers that compiling takes; named to node-gyp, they need not be downloaded.
 */
function npmEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  try {
    const header = readFileSync(join(prefix, 'include', 'node', 'node_version.h'), 'utf8');
    const version = ['MAJOR', 'MINOR', 'PATCH'].map((part) => header.match(`#define NODE_${part}_VERSION (\\d+)`)?.[1]);
    if (version.join('.') === process.versions.node) return { ...process.env, npm_config_nodedir: prefix };
  } catch {
    // No headers here: node-gyp fetches them.
  }
  return process.env;
}

/**
 * @param {string} root
 * @returns {string | undefined} why the native package cannot be used; undefined when it can
 */
function nativeProblem(root) {
  const cwd = join(root, native.workspace);
  if (json(join(cwd, 'package.json')).dependencies?.[native.name] === undefined) return undefined;
  // In a process of its own: a binary made for another Node can end the process that loads it.
  const program = `new (require('${native.name}'))(':memory:').close()`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { cwd, encoding: 'utf8' });
  if (status === 0) return undefined;
  return stderr.match(/^\w*Error: .*$/m)?.[0] ?? `node ended with status ${status}`;
}

/**
 * Whether npm, run by hand, has already installed just what the lockfile says: npm keeps a lockfile of its own in
 * node_modules, written when an installation is complete.
 *
 * @param {string} root
 */
function matchesLockfile(root) {
  if (!existsSync(hiddenLockfile(root))) return false;
  const wanted = json(join(root, 'package-lock.json')).packages;
  const found = json(hiddenLockfile(root)).packages;
  const installed = Object.entries(wanted).every(([place, entry]) => {
    if (place === '' || !place.includes('node_modules/')) return true;
    const other = found[place];
    if (other === undefined) return entry.optional === true;
    return other.version === entry.version && other.integrity === entry.integrity && existsSync(join(root, place));
  });
  const nothingElse = Object.keys(found).every((place) => place in wanted);
  const lockfileFits = manifests(root).every((file) => {
    const manifest = json(join(root, file));
    const locked = wanted[dirname(file) === '.' ? '' : dirname(file)] ?? {};
    return ['dependencies', 'devDependencies', 'optionalDependencies', 'workspaces'].every((key) =>
      isDeepStrictEqual(manifest[key], locked[key]),
    );
  });
  return installed && nothingElse && lockfileFits;
}

/** @param {string} root */
function hiddenLockfile(root) {
  return join(root, 'node_modules', '.package-lock.json');
}

/** @param {string} root @returns {string[]} the package.json files, relative to the root */
function manifests(root) {
  const { workspaces } = json(join(root, 'package.json'));
  return ['package.json', ...workspaces.map((/** @type {string} */ folder) => `${folder}/package.json`)];
}

/** @param {string} file */
function json(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
