import assert from 'node:assert/strict';
import type { Collection, CreatedLink, ShareLink } from '@document-sync/sdk';
import { doc, push } from './doc.js';
import { useServer } from './server-process.js';

/** The only word of a command's output. */
const said = ({ stdout }: { stdout: string }): string => stdout.trim();

describe('doc collection', () => {
  const server = useServer();
  const run = (...args: string[]) => doc(['collection', ...args], { url: server.url });

  it('makes, shows, changes, lists and deletes collections', async () => {
    const id = said(await run('create', 'Decisions', '--description', 'What holds.', '--quiet'));
    assert.match(id, /^col_[0-9a-f]{12}$/);
    const shown = await run('show', id);
    assert.match(
      shown.stdout,
      new RegExp(
        `^Collection ID: ${id}\nName: Decisions\nDescription: What holds.\nDocuments: 0\nRole: manager\nCreated: `,
      ),
    );
    const changed = JSON.parse((await run('update', id, '--name', 'Decided', '--format', 'json')).stdout) as Collection;
    assert.deepEqual([changed.name, changed.description], ['Decided', 'What holds.']);
    assert.match((await run('list')).stdout, /│ Decided │ 0 +│ manager │/);
    assert.equal(said(await run('list', '--quiet')), id);
    const again = await run('create', 'Decided');
    assert.equal(again.code, 5);
    assert.equal((await run('rm', id)).stdout, `Deleted: ${id}. The documents stay.\n`);
    const gone = await run('show', id);
    assert.equal(gone.code, 4);
    assert.match(gone.stderr, /`doc collection list` lists the collections that there are\./);
    assert.match((await run('list')).stderr, /^No collections found\.\n$/);
  });

  it('puts documents into a collection and takes them out', async () => {
    const id = said(await run('create', 'Filled', '--quiet'));
    const pushed = await push(server.url, 'x', '--collection', id);
    const one = await push(server.url, 'one');
    const two = await push(server.url, 'two');
    const ids = [one.document_id, two.document_id];
    assert.equal((await run('add', id, ...ids)).stdout, `Added: ${ids[0]}\nAdded: ${ids[1]}\n`);
    const found = async () =>
      said(await doc(['query', '--collection', id, '--quiet'], { url: server.url }))
        .split('\n')
        .sort();
    assert.deepEqual(await found(), [pushed.document_id, ...ids].sort());
    assert.equal(said(await run('remove', id, ...ids, '--quiet')), ids.join('\n'));
    assert.deepEqual(await found(), [pushed.document_id]);
    const missing = await run('add', id, 'doc_000000000000');
    assert.equal(missing.code, 4);
  });

  it('grants and takes back', async () => {
    const id = said(await run('create', 'Granted', '--quiet'));
    assert.equal((await run('grant', id, 'everyone', 'viewer')).stdout, `Granted: everyone is viewer of ${id}\n`);
    assert.match((await run('grants', id)).stdout, /│ everyone │ viewer │ .* │ anonymous │/);
    assert.equal((await run('revoke', id, 'everyone')).code, 0);
    assert.match((await run('grants', id)).stderr, /^Nothing is granted on it\.\n$/);
    assert.equal((await run('grant', id, '0123456789abcdef', 'viewer')).code, 4);
  });

  for (const [words, message] of [
    [[], /Say what to do with collections: create, list, /],
    [['fly'], /Unknown command fly\./],
    [['create'], /Something is missing after `doc collection create`\./],
    [['show', 'col_0123456789ab', 'more'], /Unknown command more\./],
    [['add', 'col_0123456789ab'], /Something is missing after `doc collection add col_0123456789ab`\./],
    [['show', 'decisions'], /"decisions": a collection id is "col_" and 12/],
    [['add', 'col_0123456789ab', 'x'], /"x": a document id is/],
    [['update', 'col_0123456789ab'], /Give --name or --description\./],
    [['rm', 'col_0123456789ab', '--name', 'x'], /Unknown option --name\./],
    [['grant', 'col_0123456789ab', 'me', 'viewer'], /"me": the id of a key is 16/],
    [['grant', 'col_0123456789ab', 'everyone', 'owner'], /Choose one of "viewer", "editor", "manager"\./],
  ] as const) {
    it(`does not understand: doc collection ${words.join(' ')}`, async () => {
      const { code, stderr } = await doc(['collection', ...words], { url: 'http://127.0.0.1:9' });
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});

describe('the help of doc collection', () => {
  for (const action of ['create', 'list', 'show', 'update', 'rm', 'add', 'remove', 'grants', 'grant', 'revoke']) {
    it(`explains ${action} with examples, in 80 columns`, async () => {
      const { code, stdout } = await doc(['collection', action, '--help']);
      assert.equal(code, 0);
      assert.ok(stdout.startsWith(`doc collection ${action}`), stdout);
      assert.match(stdout, /\nExamples:\n {2}# /);
      assert.deepEqual(
        stdout.split('\n').filter((line) => line.length > 80),
        [],
      );
    });
  }
});

describe('doc share', () => {
  const server = useServer();
  const run = (...args: string[]) => doc(['share', ...args], { url: server.url });

  it('prints a link that opens the version, and with --quiet its address alone', async () => {
    const { document_id } = await push(server.url, 'shared');
    const told = await run(document_id, '--max-downloads', '2');
    assert.match(
      told.stdout,
      /^URL: http:\S+\/shared\/\S+\nLink ID: lnk_[0-9a-f]{16}\nVersion: 1\nValid until: [\d -:]+\nDownloads: 2 at most\n$/,
    );
    const url = said(await run(document_id, '--quiet'));
    assert.equal(await (await fetch(url)).text(), 'shared');
    await doc(['update', document_id, '-', '--base', '1'], { url: server.url, input: 'newer' });
    const link = JSON.parse(
      (await run(document_id, '--version', '1', '--expires', '12h', '--format', 'json')).stdout,
    ) as CreatedLink;
    assert.deepEqual([link.version, Date.parse(link.expires_at) - Date.parse(link.created_at)], [1, 12 * 3_600_000]);
    assert.equal(await (await fetch(link.url)).text(), 'shared');
  });

  it('lists links and ends them', async () => {
    const { document_id } = await push(server.url, 'listed');
    assert.equal((await run(document_id, '--list')).stderr, 'No links found.\n');
    const url = said(await run(document_id, '--max-downloads', '3', '--quiet'));
    await (await fetch(url)).text();
    assert.match(
      (await run(document_id, '--list')).stdout,
      /│ lnk_[0-9a-f]{16} │ 1 +│ 1 of 3 +│ [\d -:]+ │ anonymous │/,
    );
    const id = said(await run(document_id, '--list', '--quiet'));
    assert.equal((await run(document_id, '--revoke', id)).stdout, `Revoked: ${id}\n`);
    assert.equal((await fetch(url)).status, 410);
    assert.match((await run(document_id, '--list')).stdout, /│ revoked +│/);
    const [listed] = JSON.parse((await run(document_id, '--list', '--format', 'json')).stdout) as ShareLink[];
    assert.ok(listed?.revoked_at !== undefined && !('token' in listed));
    const unknown = await run(document_id, '--revoke', 'lnk_0000000000000000');
    assert.equal(unknown.code, 4);
    assert.match(unknown.stderr, /`doc share <document_id> --list` lists the links/);
  });

  for (const [words, message] of [
    [['x'], /"x": a document id is/],
    [['doc_0123456789ab', '--expires', '1'], /"1" is no duration\./],
    [['doc_0123456789ab', '--expires', '59s'], /--expires must be from 1m to 365d\./],
    [['doc_0123456789ab', '--expires', '366d'], /--expires must be from 1m to 365d\./],
    [['doc_0123456789ab', '--max-downloads', '0'], /--max-downloads must be a whole number from 1/],
    [['doc_0123456789ab', '--revoke', 'x'], /"x": a link id is/],
    [['doc_0123456789ab', '--list', '--expires', '7d'], /cannot go together\./],
  ] as const) {
    it(`does not understand: doc share ${words.join(' ')}`, async () => {
      const { code, stderr } = await doc(['share', ...words], { url: 'http://127.0.0.1:9' });
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});
