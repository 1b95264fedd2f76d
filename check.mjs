// `npm run check`: everything a machine can say about a change without running it. Every step runs, whatever became of
// the others; the steps that read compiled output wait for the compiler.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setUpOrExit } from './setup.mjs';
import { npmCommand, runChild } from './setup/child.mjs';
import { digestOf, filesUnder } from './setup/files.mjs';

const root = import.meta.dirname;
const caches = join(root, 'node_modules', '.cache');
const modules = join(root, 'node_modules');

const serverScripts = JSON.parse(readFileSync(join(root, 'server', 'package.json'), 'utf8')).scripts ?? {};

/** @type {Record<string, { after?: string, args: () => string[], npm?: true }>} what Node or npm is to run */
const steps = {
  types: { args: () => [join(modules, 'typescript/bin/tsc'), '-b'] },
  lint: {
    after: 'types',
    args: () => [join(modules, 'eslint/bin/eslint.js'), '.', '--max-warnings=0', '--cache', ...eslintCache()],
  },
  format: {
    args: () => {
      const cache = ['--cache', `--cache-location=${join(caches, 'prettier', 'check')}`];
      return [join(modules, 'prettier/bin/prettier.cjs'), '.', '--check', '--log-level=warn', ...cache];
    },
  },
  contract: { args: () => [join(modules, '@redocly/cli/bin/cli.js'), 'lint', 'openapi.yaml', '--format=stylish'] },
  'generated files': { args: () => ['sdk/generate.mjs', '--check'] },
  ...('docs:check' in serverScripts && {
    docs: { after: 'types', npm: true, args: () => ['run', '--silent', 'docs:check', '-w', 'server'] },
  }),
};

await setUpOrExit({ build: false });
const started = performance.now();
/** @type {Map<string, Promise<boolean>>} */
const results = new Map();
for (const name of Object.keys(steps)) results.set(name, run(name));
const passed = (await Promise.all(results.values())).every(Boolean);
console.log(`check ${passed ? 'passed' : 'FAILED'} (${secondsSince(started)} s)`);
process.exitCode = passed ? 0 : 1;

/**
 * Runs one step when the step that it waits for has ended, and prints a line about it, with its output if it failed.
 *
 * @param {string} name
 * @returns {Promise<boolean>} whether it passed
 */
async function run(name) {
  const { after, args, npm } = steps[name];
  if (after) await results.get(after);
  const started = performance.now();
  // Redocly would otherwise report its use and look for a newer version of itself.
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const program = npm ? npmCommand() : { command: process.execPath, args: [] };
  const { ok, output } = await runChild(program.command, [...program.args, ...args()], {
    cwd: root,
    env,
    shell: program.shell,
  });
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name} (${secondsSince(started)} s)`);
  if (!ok) console.log(`${withoutBanner(output).trim()}\n`);
  return ok;
}

/**
 * ESLint's cache knows a file by its own content, but the rules look at the types of other files too: the cache holds
 * only as long as no compiled declaration changes.
 *
 * @returns {string[]} the options that name the cache
 */
function eslintCache() {
  const folder = join(caches, 'eslint');
  const projects = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).references;
  const declarations = projects
    .flatMap((/** @type {{ path: string }} */ { path }) => filesUnder(join(root, path, 'dist')))
    .filter((/** @type {string} */ file) => file.endsWith('.d.ts'));
  const key = digestOf(root, [...declarations, join(root, 'package-lock.json')]);
  for (const other of readdirIfThere(folder)) if (other !== key) rmSync(join(folder, other));
  return ['--cache-strategy=content', '--cache-location', join(folder, key)];
}

/** @param {string} folder */
function readdirIfThere(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} output a program's output without the boxed notices that some programs begin with */
function withoutBanner(output) {
  return output.replace(/^\s*[╔║╚].*\n/gm, '');
}

/** @param {number} since */
function secondsSince(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
