import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { examplesOf, type Example } from './examples/fences.js';
import { startServerProcess, type ServerProcess } from './examples/server-process.js';
import { ShownOutput } from './examples/shown-output.js';
import { compileExamples, completeExample } from './examples/typescript-examples.js';
import { Workplace, type Run } from './examples/workplace.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The address that pages show; examples are run against the test's own server in its place. */
const SHOWN_ADDRESS = '127.0.0.1:8766';

/** The id that pages use for a document that their reader has. */
const SHOWN_ID = 'doc_0123456789ab';

/** A page with examples, and where its reader runs them. */
interface Page {
  readonly file: string;
  /** In a clone of the repository, or in some other folder. */
  readonly inClone: boolean;
  /** Folders of the repository whose commands its reader has on the PATH. */
  readonly commands: readonly string[];
}

const pages: readonly Page[] = [
  { file: 'README.md', inClone: true, commands: ['node_modules/.bin'] },
  { file: 'sdk/README.md', inClone: true, commands: [] },
  { file: 'skills/document-sync/SKILL.md', inClone: false, commands: ['skills/document-sync/commands'] },
];

/** Every example that is not run, by page and first line, so that nobody takes one out unseen. Why stands with each. */
const notRun: readonly string[] = [
  // Serves until it is stopped; every other example runs against such a server.
  'README.md: npm start',
  // Is what runs this test.
  'README.md: npm test',
  // Write into the machine's own Node.
  'README.md: npm run build',
  // Needs servers that ask for keys; the help texts' examples are run on one.
  'README.md: doc login --server https://docs.example.org < ops.key',
  // The server of a team: serves until it is stopped, is managed on its machine, and has an address of its own.
  'README.md: DOCUMENT_SERVER_AUTH=keys npm start',
  'README.md: npm --silent run admin -- tenants create acme --name "Acme Inc." --max-bytes 10737418240',
  'README.md: doc login --server https://docs.example.org < ops.key',
  'README.md: handbook=$(doc collection create Handbook --quiet)',
  'README.md: doc share doc_0123456789ab --expires 7d --max-downloads 10',
  // Needs Docker and builds an image.
  'README.md: docker compose up --build --detach',
  // Serves until it is stopped.
  'README.md: DOCUMENT_SERVER_PORT=9000 DOCUMENT_STORAGE_DIR=/srv/documents npm start',
  // Serves until it is stopped, with a certificate that the machine does not have.
  'README.md: DOCUMENT_SERVER_AUTH=keys DOCUMENT_SERVER_HOST=0.0.0.0 \\',
  'README.md: npm run admin -- reindex --compare',
  // Is about a stopped server's folder.
  'README.md: cp -a .document-storage "documents-$(date +%F)"',
  // Needs a registry.
  'sdk/README.md: npm install @document-sync/sdk',
];

describe('examples', function () {
  this.timeout(60_000);

  let started: ServerProcess | undefined;
  const workplaces = new Map<Page, Workplace>();
  const texts = new Map(pages.map((page) => [page, readFileSync(path.join(root, page.file), 'utf8')]));
  const examples = new Map(pages.map((page) => [page, examplesOf(texts.get(page) ?? '')]));
  let mistakes: Map<string, string[]>;

  before(async () => {
    const server = await startServerProcess(root);
    started = server;
    for (const page of pages) {
      workplaces.set(page, new Workplace(root, server.url, page));
    }
    mistakes = compileExamples(pages.flatMap(writeTypeScript));
  });

  after(async () => {
    for (const workplace of workplaces.values()) workplace.remove();
    const code = await started?.stop();
    if (started) assert.equal(code, 0, 'the server did not stop cleanly');
  });

  for (const page of pages) {
    describe(page.file, () => {
      const shown = new ShownOutput();
      for (const example of examples.get(page) ?? []) {
        if (example.noRun && example.language === 'sh') continue;
        it(`line ${example.line}: ${firstLine(example)}`, async function () {
          if (/\bcurl\b/.test(example.code) && !isInstalled('curl')) this.skip();
          await check(page, example, shown);
        });
      }
    });
  }

  it('are all run but those that cannot be', () => {
    const left = pages.flatMap((page) =>
      (examples.get(page) ?? []).filter(({ noRun }) => noRun).map((example) => `${page.file}: ${firstLine(example)}`),
    );
    assert.deepEqual(left, notRun);
  });

  async function check(page: Page, example: Example, shown: ShownOutput): Promise<void> {
    if (example.language === 'ts') assert.deepEqual(mistakes.get(fileOf(page, example)), [], 'it does not type-check');
    if (example.noRun) return;
    const { code, output } = await (example.language === 'ts' ? runTypeScript : runShell)(page, example, shown);
    assert.equal(code, 0, `it ended with ${code} and printed:\n${output}`);
    if (example.output !== undefined) shown.compare(example.output, fromServer(output));
  }

  async function runShell(page: Page, example: Example, shown: ShownOutput): Promise<Run> {
    return workplaceOf(page).runShell(shown.translate(atServer(example.code)));
  }

  /** A program is handed a document of its own where it uses one: it cannot have read the output of an earlier example. */
  async function runTypeScript(page: Page, example: Example, shown: ShownOutput): Promise<Run> {
    const file = fileOf(page, example).replace(/\.mts$/, '.mjs');
    const code = readFileSync(file, 'utf8');
    if (code.includes(SHOWN_ID)) shown.learn(SHOWN_ID, await pushDocument());
    writeFileSync(file, shown.translate(code));
    return workplaceOf(page).runNode(file);
  }

  async function pushDocument(): Promise<string> {
    const form = new FormData();
    form.set('file', new Blob(['# Pushed for an example\n'.repeat(100)]), 'pushed-for-an-example.md');
    const answer = await fetch(`${serverUrl()}/documents`, { method: 'POST', body: form });
    assert.equal(answer.status, 201);
    return ((await answer.json()) as { document_id: string }).document_id;
  }

  function serverUrl(): string {
    assert.ok(started);
    return started.url;
  }

  function workplaceOf(page: Page): Workplace {
    const workplace = workplaces.get(page);
    assert.ok(workplace);
    return workplace;
  }

  /** Puts the TypeScript examples of a page into its workplace. */
  function writeTypeScript(page: Page): string[] {
    return (examples.get(page) ?? [])
      .filter(({ language }) => language === 'ts')
      .map((example) => {
        const file = fileOf(page, example);
        workplaceOf(page).write(path.basename(file), completeExample(atServer(example.code), serverUrl()));
        return file;
      });
  }

  function fileOf(page: Page, example: Example): string {
    return path.join(workplaceOf(page).folder, `example-of-line-${example.line}.mts`);
  }

  function atServer(code: string): string {
    return code.replaceAll(SHOWN_ADDRESS, new URL(serverUrl()).host);
  }

  function fromServer(output: string): string {
    return output.replaceAll(new URL(serverUrl()).host, SHOWN_ADDRESS);
  }
});

function firstLine({ code }: Example): string {
  return code.split('\n', 1)[0] ?? '';
}

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
