import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Modules that a command which neither fails nor shows help never calls. Loading them makes tables of wide characters,
 * which takes about as long as a whole query.
 */
const CALLED_FOR_HELP = /^(cliui|string-width|get-caller-file)$/;

/** Trims what yargs' platform file does at the start of every command. */
const quickYargs = {
  name: 'quick-yargs',
  setup({ onResolve, onLoad, resolve }) {
    const isPlatformFile = (importer) => /yargs.lib.platform-shims.esm\.mjs$/.test(importer);

    // Functions that are loaded at their first call.
    onResolve({ filter: CALLED_FOR_HELP }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === 'resolved' || !isPlatformFile(importer)) return undefined;
      const target = await resolve(path, { kind, importer, resolveDir, pluginData: 'resolved' });
      return { path: target.path, namespace: 'lazy', pluginData: { resolveDir } };
    });
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData: { resolveDir } }) => ({
      contents: `export default (...given) => require(${JSON.stringify(path)}).default(...given);`,
      resolveDir,
    }));

    // Finds the package.json above the current folder, whoever's that is, to guess a version that is given anyway.
    onResolve({ filter: /^escalade\/sync$/ }, ({ path, importer }) =>
      isPlatformFile(importer) ? { path, namespace: 'absent' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: `export default () => { throw new Error('Nothing is looked for.'); };`,
    }));
  },
};

const inCli = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * What every command would have to read, and few need: in files of their own, loaded when they are asked for.
 * @type {{ module: string, file: string }[]}
 */
const APART = [
  { module: '@document-sync/sdk/cache', file: 'cache.cjs' },
  ...['glob', 'ignore', 'picomatch', 'chokidar'].map((module) => ({ module, file: `${module}.cjs` })),
];

/** @param {{ module: string, file: string }[]} parts What is left where it is. */
const apart = (parts) => ({
  name: 'apart',
  setup({ onResolve }) {
    for (const { module, file } of parts) {
      onResolve({ filter: new RegExp(`^${module}$`) }, () => ({ path: `./${file}`, external: true }));
    }
  },
});

/** Trims what the cache's library does at the start of every pull. */
const quickCache = {
  name: 'quick-cache',
  setup({ onLoad }) {
    // Files are listed only to verify and to clear.
    onLoad({ filter: /cacache.lib.util.glob\.js$/ }, () => ({
      contents: `module.exports = (path, options) => require('glob').glob(path, options);`,
    }));
    // Asks whether this Node is newer than 16.7, with all of semver.
    onLoad({ filter: /@npmcli.fs.lib.common.node\.js$/ }, () => ({ contents: 'exports.satisfies = () => true;' }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  minifyWhitespace: true,
  minifySyntax: true,
  // Identifiers keep their names for the stack traces in bug reports.
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'eof',
  // `import()` of what Node brings along becomes `require`: the loader of modules would take its time first.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
};

await Promise.all([
  build({
    ...common,
    entryPoints: [inCli('src/main.ts')],
    outfile: inCli('dist/doc.cjs'),
    inject: [inCli('src/transport/globals.ts')],
    plugins: [quickYargs, apart(APART)],
  }),
  ...APART.map((part) =>
    build({
      ...common,
      stdin: { contents: `module.exports = require('${part.module}');`, resolveDir: inCli('.') },
      outfile: inCli(`dist/${part.file}`),
      plugins: [quickCache, apart(APART.filter((other) => other !== part))],
    }),
  ),
]);
