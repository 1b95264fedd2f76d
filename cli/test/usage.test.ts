import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { BIN, doc, environment, useFolder } from './doc.js';
import { spawnSync } from 'node:child_process';

const COMMANDS = [
  ...[
    'push',
    'pull',
    'query',
    'search',
    'context',
    'tags',
    'sync',
    'watch',
    'info',
    'cat',
    'outline',
    'update',
    'edit',
    'append',
    'versions',
    'diff',
    'rollback',
  ],
  ...['rm', 'restore', 'trash', 'collection', 'share'],
  ...['login', 'logout', 'whoami', 'keys', 'cache', 'status', 'completion'],
];
const PROGRAMS = ['doc', 'doc-push', 'doc-pull', 'doc-query'] as const;

/** Where nobody serves: these commands must not get that far. */
const url = 'http://127.0.0.1:9';

describe('the command line', () => {
  const folder = useFolder();

  it('lists all commands, variables and exit codes', async () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { code, stdout, stderr } = await doc(args);
      assert.deepEqual([code, stderr], [0, '']);
      for (const name of COMMANDS) assert.match(stdout, new RegExp(`^ {2}doc ${name}\\b`, 'm'));
      for (const word of [
        'DOCUMENT_SERVER_URL',
        'DOCUMENT_SERVER_TIMEOUT',
        'DOCUMENT_SERVER_API_KEY',
        'DOCUMENT_SERVER_PROFILE',
        'NO_COLOR',
        '130',
      ]) {
        assert.ok(stdout.includes(word), `${word} is missing`);
      }
    }
  });

  for (const call of [...COMMANDS.map((name) => ['doc', name]), ['doc-push'], ['doc-pull'], ['doc-query']]) {
    it(`explains ${call.join(' ')} with examples, in 80 columns`, async () => {
      const [program = 'doc', ...args] = call;
      const { code, stdout } = await doc([...args, '--help'], { program: program as (typeof PROGRAMS)[number] });
      assert.equal(code, 0);
      assert.ok(stdout.startsWith(call.join(' ')), stdout);
      assert.match(stdout, new RegExp(`\\nExamples:\\n {2}# .*\\n {2}.*${call.join(' ')}\\b`));
      assert.match(stdout, /\nOptions of every command:\n {6}--format /);
      assert.deepEqual(
        stdout.split('\n').filter((line) => line.length > 80),
        [],
      );
    });
  }

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(`${BIN}/../package.json`, 'utf8'));
    for (const program of PROGRAMS) {
      assert.equal((await doc(['--version'], { program })).stdout, `${version}\n`);
    }
  });

  it('says its version also where a command has versions of its own, and only when nothing else is said', async () => {
    const { version } = JSON.parse(readFileSync(`${BIN}/../package.json`, 'utf8'));
    for (const name of COMMANDS) {
      assert.equal((await doc([name, '--version'])).stdout, `${version}\n`, name);
    }
    for (const name of ['pull', 'info', 'cat', 'outline']) {
      const { code, stdout, stderr } = await doc([name, 'doc_0123456789ab', '--version']);
      assert.deepEqual([code, stdout], [2, '']);
      assert.equal(stderr, `Error: --version needs a value.\nSee \`doc ${name} --help\`.\n`);
    }
  });

  it('shows its help on stderr when no command is given', async () => {
    const { code, stdout, stderr } = await doc([]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^doc <command>\n/);
  });

  for (const [words, message] of [
    [['psh'], 'Unknown command psh. Did you mean push?\nSee `doc --help`.'],
    [['fly', 'away'], 'Unknown command fly.\nSee `doc --help`.'],
    [['--quiet'], 'No command given.\nSee `doc --help`.'],
    [['query', '--nmae', 'x'], 'Unknown option --nmae. Did you mean --name?\nSee `doc query --help`.'],
    [['query', '--no-all'], 'Unknown option --no-all.\nSee `doc query --help`.'],
    [['query', 'architecture'], 'There is an argument too many: architecture\nSee `doc query --help`.'],
    [['info', 'doc_0123456789ab', 'more'], 'There is an argument too many: more\nSee `doc info --help`.'],
    [
      ['pull'],
      'It is not said which documents are meant.\nGive their ids, or --tags, --name or --collection for all that a query would find.',
    ],
    [['push'], 'Something is missing after `doc push`.\nSee `doc push --help`.'],
    [['cache'], 'Something is missing after `doc cache`.\nSee `doc cache --help`.'],
    [['push', 'a', 'b', '--jobs', '0'], '--jobs must be a whole number from 1 to 64.'],
    [['query', '--name'], '--name needs a value.\nSee `doc query --help`.'],
    [['query', '--name', 'a', '--name', 'b'], '--name is given more than once.'],
    [
      ['query', '--format', 'yaml'],
      '--format cannot be "yaml". Choose one of "table", "json".\nSee `doc query --help`.',
    ],
    [
      ['update', 'doc_0123456789ab'],
      'Something is missing after `doc update doc_0123456789ab`.\nSee `doc update --help`.',
    ],
    [['edit', 'doc_0123456789ab', '--append', '--base', '3'], '--append needs a value.\nSee `doc edit --help`.'],
    [
      ['info', 'doc_0123456789ab', '--version', 'latest'],
      '--version must be the number of a version, like 2, not "latest".\n`doc versions` lists the versions of a document.',
    ],
    [
      ['completion', 'tcsh'],
      'shell cannot be "tcsh". Choose one of "bash", "zsh", "fish".\nSee `doc completion --help`.',
    ],
  ] as const) {
    it(`does not understand: doc ${words.join(' ')}`, async () => {
      const { code, stdout, stderr } = await doc(words, { url });
      assert.equal(stderr, `Error: ${message}\n`);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }

  it('tells programs in one line of JSON what it does not understand', async () => {
    for (const words of [
      ['query', '--nmae', '--format', 'json'],
      ['psh', '--format=json'],
    ]) {
      const { code, stdout, stderr } = await doc(words, { url });
      assert.deepEqual([code, stdout], [2, '']);
      const error = JSON.parse(stderr);
      assert.deepEqual([error.code, error.exit_code], ['usage', 2]);
      assert.match(error.message, /Did you mean/);
      assert.match(error.hint, /--help/);
    }
  });

  it('takes options before the command, too', async () => {
    const { code, stderr } = await doc(['--format', 'json', 'info', 'no id'], { url });
    assert.equal(code, 2);
    assert.match(JSON.parse(stderr).message, /"no id"/);
  });

  it('works through links, in any folder', () => {
    for (const program of PROGRAMS) {
      symlinkSync(`${BIN}/${program}.cjs`, folder.file(program));
      const { status, stdout } = spawnSync(folder.file(program), ['--version'], {
        cwd: '/',
        env: environment({}),
        encoding: 'utf8',
      });
      assert.equal(status, 0);
      assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    }
  });
});

describe('completion', () => {
  const folder = useFolder();

  it('is for the login shell unless one is named', async () => {
    const script = async (args: string[], SHELL: string): Promise<string> =>
      (await doc(['completion', ...args], { env: { SHELL } })).stdout;
    assert.match(await script([], '/usr/bin/zsh'), /^#compdef doc /);
    assert.match(await script([], '/bin/fish'), /complete -c /);
    assert.match(await script([], '/bin/tcsh'), /^complete .* -F /m);
    assert.equal(await script(['bash'], '/bin/zsh'), await script([], '/bin/bash'));
  });

  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`is a script that ${shell} understands`, async function () {
      writeFileSync(folder.file('script'), (await doc(['completion', shell])).stdout);
      const { error, status, stderr } = spawnSync(shell, ['-n', folder.file('script')], { encoding: 'utf8' });
      if (error !== undefined) this.skip();
      assert.equal(status, 0, stderr);
    });
  }

  it('completes commands, options and values in bash', function () {
    if (spawnSync('bash', ['--version']).status !== 0) this.skip();
    for (const program of PROGRAMS) symlinkSync(`${BIN}/${program}.cjs`, folder.file(program));
    const script = `
      eval "$(doc completion bash)"
      complete_words() {
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _doc_completion; echo "$* -> \${COMPREPLY[*]}"
      }
      complete_words doc ''
      complete_words doc qu
      complete_words doc re
      complete_words doc push --descr
      complete_words doc-query --cur
      complete_words doc query --format ''
      complete_words doc completion f
      complete_words doc push ''
      complete_words doc push a.md ''
      complete_words doc cache ''
      complete_words doc update ''
      complete_words doc update doc_0123456789ab ''
      complete_words doc update doc_0123456789ab a.md --m
      complete_words doc edit doc_0123456789ab --edits ''
      complete_words doc pull doc_0123456789ab --output ''
      complete_words doc pull --tags a --archive ''`;
    const env = environment({});
    const { stdout, stderr } = spawnSync('bash', ['-c', script], {
      env: { ...env, PATH: `${folder.path}:${env['PATH'] ?? ''}` },
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    assert.deepEqual(stdout.replace(/\n$/, '').split('\n'), [
      `doc  -> ${COMMANDS.join(' ')}`,
      'doc qu -> query',
      'doc re -> restore',
      'doc push --descr -> --description',
      'doc-query --cur -> --cursor',
      'doc query --format  -> table json',
      'doc completion f -> fish',
      // Left to the shell, which knows the files.
      'doc push  -> ',
      'doc push a.md  -> ',
      'doc cache  -> --format --quiet --profile --help --version info verify clear',
      'doc update  -> --format --quiet --profile --help --version --base --merge --message',
      'doc update doc_0123456789ab  -> ',
      'doc update doc_0123456789ab a.md --m -> --merge --message',
      'doc edit doc_0123456789ab --edits  -> ',
      'doc pull doc_0123456789ab --output  -> ',
      'doc pull --tags a --archive  -> ',
    ]);
  });
});
