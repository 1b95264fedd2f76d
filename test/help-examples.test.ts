import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeExampleDocument } from './examples/example-document.js';
import { startKeyedServer, type KeyedServer } from './examples/keyed-server.js';
import { startServerProcess, type ServerProcess } from './examples/server-process.js';
import { Workplace, type Run } from './examples/workplace.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const subcommands = [
  ...['push', 'pull', 'query', 'search', 'context', 'tags', 'sync', 'watch', 'info', 'cat', 'outline'],
  ...['update', 'edit', 'append', 'versions', 'diff', 'rollback'],
  ...['rm', 'restore', 'trash', 'collection', 'share', 'login', 'logout', 'whoami', 'keys'],
  ...['cache', 'status', 'completion'],
];
const programs = [
  ...subcommands.map((name) => `doc ${name}`),
  ...['create', 'list', 'rotate', 'revoke'].map((name) => `doc keys ${name}`),
  ...['doc-push', 'doc-pull', 'doc-query'],
];
/** What makes sense only where keys are asked for. */
const aboutKeys = /^doc (?:login|logout|whoami|keys)/;

/** The id that help texts show. */
const SHOWN_ID = 'doc_0123456789ab';
const SHOWN_KEY_ID = '0123456789abcdef';
const SHOWN_COLLECTION = 'col_0123456789ab';
const SHOWN_LINK = 'lnk_0123456789abcdef';

describe('examples in help texts', function () {
  this.timeout(60_000);

  let server: ServerProcess | undefined;
  let keyed: KeyedServer | undefined;
  let workplace: Workplace | undefined;

  before(async () => {
    server = await startServerProcess(root);
    keyed = await startKeyedServer(root);
    workplace = new Workplace(root, server.url, { inClone: false, commands: ['node_modules/.bin'] });
    // For the example that writes the completion script of fish.
    await run('mkdir -p ~/.config/fish/completions');
  });

  after(async () => {
    workplace?.remove();
    await server?.stop();
    await keyed?.stop();
  });

  it('are looked for in every command', async () => {
    const { output } = await run('doc --help');
    const listed = [...output.matchAll(/^ {2}doc (\S+) /gm)].map(([, name]) => name);
    assert.deepEqual(listed, subcommands);
  });

  for (const program of programs) {
    it(`work: ${program} --help`, async () => {
      const { code, output } = await run(`${program} --help`);
      assert.equal(code, 0, output);
      const examples = examplesOfHelp(output);
      assert.ok(examples.length > 0, `${program} --help shows no examples:\n${output}`);
      for (const example of examples) {
        await (aboutKeys.test(program) ? runExampleWithKeys(example) : runExample(example));
      }
    });
  }

  function run(code: string): Promise<Run> {
    assert.ok(workplace);
    return workplace.runShell(code);
  }

  /** The example, with a collection, a key and a link that are there in the place of those that it shows. */
  async function withOthers(example: string, documentId: string): Promise<string> {
    let named = example;
    for (const [shown, make, made] of [
      [
        SHOWN_COLLECTION,
        'id=$(doc collection create "$$" --quiet); doc collection grant $id everyone viewer; echo $id',
        /col_[0-9a-f]+/,
      ],
      [SHOWN_LINK, `doc share ${documentId} --format json`, /lnk_[0-9a-f]+/],
      [SHOWN_KEY_ID, 'doc keys create --name x --scopes documents:read --format json', /(?<="key_id": ")[0-9a-f]+/],
    ] as const) {
      if (!named.includes(shown)) continue;
      const { code, output } = await run(make);
      assert.equal(code, 0, output);
      named = named.replaceAll(shown, made.exec(output)?.[0] ?? '');
    }
    return named;
  }

  /** Runs one example where a key is kept for a server that asks for keys, in the default profile and in another. */
  async function runExampleWithKeys(example: string): Promise<void> {
    assert.ok(keyed && workplace);
    workplace.tidy();
    workplace.write('ops.key', `${keyed.key}\n`);
    const elsewhere = 'unset DOCUMENT_SERVER_URL';
    const login = `doc login --server ${keyed.url} --quiet`;
    const made = await run(
      `${elsewhere}; ${login} < ops.key; ${login} --profile team < ops.key; doc keys create --name x --scopes documents:read --format json`,
    );
    assert.equal(made.code, 0, made.output);
    const [, keyId = ''] = /"key_id": "(\w+)"/.exec(made.output) ?? [];
    const { code, output } = await run(`${elsewhere}; ${example.replaceAll(SHOWN_KEY_ID, keyId)}`);
    assert.equal(code, 0, `${example}\n${output}`);
  }

  /** Runs one example where the files and the document that it speaks of are there. */
  async function runExample(example: string): Promise<void> {
    assert.ok(server && workplace);
    workplace.tidy();
    // The document's file is to be pulled, and not to be in the way.
    rmSync(path.join(workplace.folder, 'handoff.md'));
    const documentId = await makeExampleDocument(server.url);
    // What `--locked` pulls is in a docs.lock.
    if (example.includes('--locked')) await run('doc sync . --tag design --pull-only --quiet');
    const named = await withOthers(example.replaceAll(SHOWN_ID, documentId), documentId);
    const { code, output } = await run(named);
    assert.equal(code, 0, `${example}\n${output}`);
  }
});

/** The command lines under "Examples:", without the remarks above them. */
function examplesOfHelp(help: string): string[] {
  const [, rest = ''] = help.split('\nExamples:\n');
  const [block = ''] = rest.split('\n\n');
  return block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
