// Writes docs/configuration.md from the settings that the server really reads and those that the CLI really reads.
// With --check it writes nothing and fails when the page is not what the code gives.
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { setUpOrExit } from '../setup.mjs';

const page = new URL('../docs/configuration.md', import.meta.url);
const clientSource = new URL('../cli/src/config.ts', import.meta.url);
const checking = process.argv.includes('--check');

/** What the client reads; its names are held to the CLI's source below. */
const clientSettings = [
  {
    variable: 'DOCUMENT_SERVER_URL',
    fallback: 'http://127.0.0.1:8766',
    meaning: 'Where the server is.',
  },
  {
    variable: 'DOCUMENT_SERVER_TIMEOUT',
    fallback: '30',
    meaning:
      'How long a transfer may stand still before it is given up, in seconds. It is not a limit for the whole transfer.',
  },
  {
    variable: 'DOCUMENT_SERVER_API_KEY',
    fallback: '',
    meaning: 'The key to send, as `Authorization: Bearer …`, to a server or proxy that asks for one.',
  },
  {
    variable: 'DOCUMENT_SERVER_PROFILE',
    fallback: 'default',
    meaning: 'Which of the servers and keys that `doc login` has kept to use; `--profile` goes before it.',
  },
  {
    variable: 'DOCUMENT_RESUMABLE_FROM_BYTES',
    fallback: '67108864',
    meaning: 'From which size on a file is pushed in a way that can go on after a cut, in bytes; 0 for every file.',
  },
  {
    variable: 'DOCUMENT_CACHE_DIR',
    fallback: '~/.cache/document-sync',
    meaning: 'Folder of the content that was pulled before and need not be fetched again; `doc cache` manages it.',
  },
];

// A check follows a compilation of its own; whoever writes may come from a fresh clone.
if (!checking) await setUpOrExit();
const { describeSettings } = await import('./dist/src/config.js');

requireSameNames(await readFile(clientSource, 'utf8'));
const text = await format(render(describeSettings()), { ...(await resolveConfig(page)), parser: 'markdown' });
const present = await readFile(page, 'utf8').catch(() => undefined);

if (text !== present) {
  if (checking) {
    console.error(
      'docs/configuration.md is not what the code gives; run `npm run docs:write -w server` and commit it.',
    );
    process.exitCode = 1;
  } else {
    await writeFile(page, text);
  }
}

/** @param {string} source of the CLI's configuration */
function requireSameNames(source) {
  const inCode = [...new Set(source.match(/'DOCUMENT_\w+'/g))].map((name) => name.slice(1, -1)).sort();
  const described = clientSettings.map(({ variable }) => variable).sort();
  if (inCode.join() === described.join()) return;
  console.error(
    `cli/src/config.ts reads ${inCode.join(', ')}, server/write-docs.mjs describes ${described.join(', ')}.`,
  );
  process.exit(1);
}

/** @param {{ variable: string, fallback: string, meaning: string }[]} serverSettings */
function render(serverSettings) {
  return `# Configuration

<!-- Written by \`npm run docs:write -w server\`. Edit the settings in server/src/config.ts, not this page. -->

All settings are environment variables. An empty variable counts as not set. A wrong value stops the program with one
message that names every wrong variable.

## The server

${table(serverSettings)}

\`npm start -- --help\` prints the same list.

## The clients

The CLI reads these; the SDK reads no environment and takes the same values as options of \`DocumentClient\`
(\`baseUrl\`, \`idleTimeoutMs\`, \`apiKey\`, \`resumableFromBytes\`, \`cache\`).

${table(clientSettings)}

The CLI also obeys \`NO_COLOR\` (set to anything: no colours), and takes the folders of its cache and of what it remembers
of unfinished uploads from \`XDG_CACHE_HOME\` and \`XDG_STATE_HOME\` (default \`~/.cache\` and \`~/.local/state\`; in each the
folder \`document-sync\`).

\`doc login\` keeps a server and a key for it as a profile: a file for its user alone (mode 600) in
\`document-sync/profiles\` under \`XDG_CONFIG_HOME\` (default \`~/.config\`). A file that others can read is not used. What
the environment says goes before a profile; the key of a profile is sent to that profile's server (scheme, host and port)
and to no other. Where \`DOCUMENT_SERVER_URL\` names another one, no key is sent unless \`DOCUMENT_SERVER_API_KEY\` is set.
`;
}

/** @param {{ variable: string, fallback: string, meaning: string }[]} settings */
function table(settings) {
  const cell = (/** @type {string} */ content) => content.replaceAll('|', '\\|');
  const rows = settings.map(
    ({ variable, fallback, meaning }) =>
      `| \`${variable}\` | ${fallback === '' ? '(none)' : `\`${fallback}\``} | ${cell(meaning)} |`,
  );
  return ['| Variable | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
