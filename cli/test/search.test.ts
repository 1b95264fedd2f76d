import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Context, Document, SearchPage, TagCount } from '@document-sync/sdk';
import { BIN, doc, environment, push } from './doc.js';
import { useServer } from './server-process.js';

const DECISIONS = `# Decisions

## Retries

We decided that retries back off exponentially, and end after five attempts.
Call \`parseConfig\` with --dry-run first.

## Storage

Content lies under its digest.
`;

describe('finding by what documents say', function () {
  this.timeout(30_000);
  const server = useServer();
  const run = (...args: string[]) => doc(args, { url: server.url });
  let decisions: Document;
  let notes: Document;

  before(async () => {
    decisions = await push(server.url, DECISIONS, '--name', 'decisions.md', '--tags', 'design,adr');
    notes = await push(server.url, 'We met and talked about storage.\n', '--name', 'notes.txt', '--tags', 'meeting');
  });

  describe('doc search', () => {
    it('gives programs what the server answered', async () => {
      const { code, stdout } = await run('search', 'retries', 'exponentially');
      const page = JSON.parse(stdout) as SearchPage;
      assert.equal(code, 0);
      assert.deepEqual(
        page.results.map(({ document }) => document.document_id),
        [decisions.document_id],
      );
      assert.equal(page.results[0]?.snippets[0]?.start_line, 5);
      const answered: unknown = await (await fetch(`${server.url}/search?q=retries%20exponentially`)).json();
      assert.deepEqual(page, answered);
    });

    it('shows people names, sections and lines', async () => {
      const { stdout, stderr } = await run('search', 'retries', '--format', 'table');
      const lines = stdout.split('\n');
      assert.match(
        lines[0] ?? '',
        new RegExp(`^1\\. decisions\\.md {2}${decisions.document_id} {2}\\d{4}-\\d\\d-\\d\\d · design, adr$`),
      );
      assert.equal(lines[1], '   # Retries');
      assert.match(
        stdout,
        /^ {3}L5 {2}We decided that retries back off exponentially, and end after five attempts\.$/m,
      );
      assert.equal(stderr, '');
    });

    it('colours what matches on a terminal, and is a table there by itself', function () {
      if (!/util-linux/.test(String(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout))) this.skip();
      const command = `"${process.execPath}" "${path.join(BIN, 'doc.cjs')}" search retries`;
      const shown = (env: Record<string, string>) =>
        spawnSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
          env: environment({ url: server.url, env: { TERM: 'xterm', ...env } }),
          encoding: 'utf8',
        }).stdout;
      assert.ok(shown({}).includes('\u001b[1m\u001b[33mretries\u001b[39m\u001b[22m'), shown({}));
      const plain = shown({ NO_COLOR: '1' });
      assert.ok(plain.startsWith('1. decisions.md'), plain);
      assert.ok(!plain.includes('\u001b['), plain);
    });

    it('says what it took for a misspelt word', async () => {
      const { stdout, stderr } = await run('search', 'exponentialy', '--format', 'table');
      assert.match(stdout, /^1\. decisions\.md .* similar$/m);
      assert.equal(stderr, 'Nothing matches exactly. Read “exponentialy” as exponentially.\n');
      const exact = await run('search', 'exponentialy', '--format', 'table', '--no-fuzzy');
      assert.deepEqual([exact.stdout, exact.stderr, exact.code], ['', 'Nothing found.\n', 0]);
    });

    it('takes operators, filters and words that begin with dashes', async () => {
      const ids = async (...args: string[]) => (await run('search', '--ids', ...args)).stdout.split('\n').slice(0, -1);
      assert.deepEqual(await ids('storage', '-retries'), [notes.document_id]);
      assert.deepEqual(await ids('--', '--dry-run'), [decisions.document_id]);
      assert.deepEqual(await ids('storage', '--not-tags', 'meeting', '--type', 'markdown'), [decisions.document_id]);
      assert.deepEqual(
        new Set(await ids('"five attempts" OR tag:meeting')),
        new Set([decisions.document_id, notes.document_id]),
      );
      const refused = await run('search', '--dry-run');
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /put -- before it: `doc search -- --dry-run`/);
    });

    it('prints the section of a result', async () => {
      const { stdout, stderr } = await run('search', 'parseConfig', '--open', '1');
      assert.equal(stdout, DECISIONS.split('\n').slice(2, 7).join('\n') + '\n');
      assert.equal(stderr, `decisions.md  ${decisions.document_id}@1#L3-L7\n`);
      const none = await run('search', 'parseConfig', '--open', '2');
      assert.equal(none.code, 2);
      assert.match(none.stderr, /There is no result 2: there are 1\./);
    });

    it('goes on page by page, or shows all', async () => {
      const first = await run('search', 'storage', '--limit', '1', '--ids', '--format', 'table');
      assert.equal(first.stdout.split('\n').length, 2);
      const page = await run('search', 'storage', '--limit', '1', '--format', 'table');
      const [, cursor = ''] = /^1 of 2\. .*--cursor (\S+) /m.exec(page.stderr) ?? [];
      const second = await run('search', 'storage', '--limit', '1', '--ids', '--cursor', cursor);
      assert.deepEqual(
        new Set([first.stdout, second.stdout].map((id) => id.trim())),
        new Set([decisions.document_id, notes.document_id]),
      );
      assert.equal((await run('search', 'storage', '--all', '--ids')).stdout.split('\n').length, 3);
    });

    it('refuses what it cannot do before it asks', async () => {
      for (const args of [
        ['--limit', '0'],
        ['--snippets', '11'],
        ['--open', 'x'],
        ['--all', '--limit', '3'],
        ['--after', 'soon'],
        ['--type', 'nonsense'],
        ['--min-size', '1x'],
      ]) {
        const { code, stderr } = await doc(['search', 'word', ...args], { url: 'http://127.0.0.1:9' });
        assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
      }
    });
  });

  describe('doc context', () => {
    it('prints the sections that answer, with where they stand', async () => {
      const { code, stdout } = await run('context', 'what did we decide about retries?');
      assert.equal(code, 0);
      assert.match(
        stdout,
        new RegExp(`^### decisions\\.md: Retries\\n\\[${decisions.document_id}@1#L3-L6\\]\\n\\n## Retries\\n`),
      );
      assert.equal((await run('context', 'what did we decide about retries?')).stdout, stdout);
    });

    it('keeps to its budget, and gives programs the facts', async () => {
      const { stdout } = await run('context', 'storage', '--max-tokens', '60', '--format', 'json');
      const found = JSON.parse(stdout) as Context;
      assert.ok(found.total_tokens <= 60);
      assert.equal(found.max_tokens, 60);
      assert.equal((await run('context', 'storage', '--max-tokens', '10')).code, 2);
    });
  });

  describe('doc tags', () => {
    it('lists tags, those that begin with something, and those that look like one', async () => {
      const { stdout } = await run('tags', '--format', 'json');
      const tags = JSON.parse(stdout) as TagCount[];
      assert.deepEqual(
        tags,
        ['adr', 'design', 'meeting'].map((tag) => ({ tag, document_count: 1 })),
      );
      assert.equal((await run('tags', 'DE', '--quiet')).stdout, 'design\n');
      assert.equal((await run('tags', '--similar-to', 'desing', '--quiet')).stdout, 'design\n');
      assert.match((await run('tags')).stdout, /│ adr {5}│ 1 {9}│/);
    });
  });

  describe('doc query', () => {
    it('filters by tags, type, size and time, and orders', async () => {
      const ids = async (...args: string[]) => (await run('query', '--quiet', ...args)).stdout.split('\n').slice(0, -1);
      assert.deepEqual(await ids('--any-tags', 'adr,meeting', '--sort', 'name'), [
        decisions.document_id,
        notes.document_id,
      ]);
      assert.deepEqual(await ids('--not-tags', 'adr'), [notes.document_id]);
      assert.deepEqual(await ids('--type', 'markdown'), [decisions.document_id]);
      assert.deepEqual(await ids('--sort', 'size', '--order', 'asc'), [notes.document_id, decisions.document_id]);
      assert.deepEqual(await ids('--max-size', '0.1k'), [notes.document_id]);
      assert.deepEqual(await ids('--after', '1h', '--before', '2999-01-01', '--type', 'text/plain'), [
        notes.document_id,
      ]);
      assert.deepEqual(await ids('--before', '1h'), []);
    });

    it('suggests a tag where one is misspelt', async () => {
      const { stderr } = await run('query', '--tags', 'meating');
      assert.equal(stderr, 'No documents found.\nNo document has the tag "meating". Similar: meeting.\n');
    });
  });

  describe('doc search, of a word that many look like', () => {
    it('names the likeliest only', async () => {
      await push(server.url, 'colour1 colour2 colour3 colour4 colour5\n', '--name', 'palette.txt');
      const { stderr } = await run('search', 'colour9', '--format', 'table');
      assert.match(stderr, /^Nothing matches exactly\. Read “colour9” as colour\d, colour\d, colour\d, …\.$/m);
    });
  });
});
