import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { lastLines, runChild } from './child.mjs';
import { digestOf, filesUnder } from './files.mjs';
import { SetUpError } from './requirements.mjs';

/**
 * What is built, in order: the SDK's types from the contract, all TypeScript, the CLI's one-file bundle.
 *
 * @param {string} root the repository's folder
 * @returns {import('./step.mjs').Step[]}
 */
export function buildSteps(root) {
  const projects = json(join(root, 'tsconfig.json')).references.map((/** @type {{ path: string }} */ { path }) => path);
  const bundler = join(root, 'cli', 'bundle.mjs');
  return [generateStep(root), compileStep(root, projects), ...(existsSync(bundler) ? [bundleStep(root, bundler)] : [])];
}

/** @param {string} root @returns {import('./step.mjs').Step} */
function generateStep(root) {
  const generator = join(root, 'sdk', 'generate.mjs');
  const generated = join(root, 'sdk', 'src', 'generated', 'openapi.ts');
  // On CI a committed file that is not up to date must be seen, not mended.
  const args = process.env.CI ? [generator, '--check'] : [generator];
  return {
    name: 'generate',
    root,
    announcement: "Generating the SDK's types from openapi.yaml (2 s)",
    inputs: () => digestOf(root, [generator, join(root, 'openapi.yaml'), join(root, 'package-lock.json')]),
    outputs: () => digestOf(root, [generated]),
    run: () => runNode(root, args),
  };
}

/** @param {string} root @param {string[]} projects @returns {import('./step.mjs').Step} */
function compileStep(root, projects) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const sources = () => projects.flatMap((project) => sourcesOf(join(root, project)));
  const outputs = () => projects.flatMap((project) => compiledOf(join(root, project)));
  return {
    name: 'compile',
    root,
    announcement: 'Compiling (some seconds; 10 to 30 s the first time)',
    inputs: () => {
      const settings = ['.', ...projects].flatMap((folder) =>
        ['tsconfig.json', 'package.json'].map((file) => join(root, folder, file)),
      );
      return digestOf(root, [...settings, join(root, 'package-lock.json'), ...sources()]);
    },
    outputs: () => namesFrom(root, outputs()),
    run: async (previousOutputs) => {
      for (const project of projects) removeOrphans(join(root, project));
      const previous = previousOutputs?.split('\n').filter((file) => file !== '') ?? [];
      const damaged = previous.some((file) => !existsSync(join(root, file))) || outputs().some(isCutOff);
      // The compiler trusts its own record of what it wrote, whatever became of it.
      await runNode(root, [compiler, '-b', ...(damaged ? ['--force'] : [])]);
    },
  };
}

/** @param {string} root @param {string} bundler @returns {import('./step.mjs').Step} */
function bundleStep(root, bundler) {
  const sources = () => [...sourcesOf(join(root, 'cli', 'src')), ...sourcesOf(join(root, 'sdk', 'src'))];
  return {
    name: 'bundle',
    root,
    announcement: 'Bundling the CLI (1 s)',
    inputs: () =>
      digestOf(root, [bundler, join(root, 'cli', 'package.json'), join(root, 'package-lock.json'), ...sources()]),
    outputs: () => namesFrom(root, notCompiled(join(root, 'cli'))),
    run: () => runNode(root, [bundler]),
  };
}

/** @param {string} root @param {string[]} args */
async function runNode(root, args) {
  const { ok, output } = await runChild(process.execPath, args, { cwd: root });
  if (!ok)
    throw new SetUpError(
      `${lastLines(output, 60)}\n\nThe set-up stopped: \`node ${[relative(root, args[0]), ...args.slice(1)].join(' ')}\` failed.`,
    );
}

/** @param {string} folder a project's folder or one within it @returns {string[]} */
function sourcesOf(folder) {
  const enter = (/** @type {string} */ name) => name !== 'dist' && name !== 'node_modules' && !name.startsWith('.');
  return filesUnder(folder, enter).filter((file) => file.endsWith('.ts'));
}

/**
 * What the compiler wrote into a project's dist, told from other files there (a bundle) by the declarations beside it.
 *
 * @param {string} project
 * @returns {string[]} the JavaScript files
 */
function compiledOf(project) {
  const files = filesUnder(join(project, 'dist'));
  const all = new Set(files);
  return files.filter((file) => file.endsWith('.js') && all.has(file.replace(/\.js$/, '.d.ts')));
}

/**
 * Whether a compiler that was killed, or two at a time, left a file without content; a module never compiles to nothing.
 *
 * @param {string} file the JavaScript, its declarations beside it
 */
function isCutOff(file) {
  return [file, file.replace(/\.js$/, '.d.ts')].some((written) => statSync(written).size === 0);
}

/** What else stands in a project's dist. @param {string} project @returns {string[]} */
function notCompiled(project) {
  const compiled = new Set(compiledOf(project));
  return filesUnder(join(project, 'dist')).filter((file) => /\.[cm]?js$/.test(file) && !compiled.has(file));
}

/**
 * Removes what was compiled from a source that is gone, so that a deleted test is not run.
 *
 * @param {string} project
 */
function removeOrphans(project) {
  for (const file of compiledOf(project)) {
    const name = relative(join(project, 'dist'), file).replace(/\.js$/, '');
    if (existsSync(join(project, `${name}.ts`))) continue;
    for (const end of ['.js', '.js.map', '.d.ts', '.d.ts.map'])
      rmSync(join(project, 'dist', name + end), { force: true });
  }
}

/** @param {string} root @param {string[]} files */
function namesFrom(root, files) {
  return files.map((file) => relative(root, file)).join('\n');
}

/** @param {string} file */
function json(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
