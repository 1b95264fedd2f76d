/** Edits of a text document without a round trip of the file. */
import assert from 'node:assert/strict';
import type { Response } from 'supertest';
import { push, type Document } from './documents-client.js';
import { expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import {
  etagOf,
  patchContent,
  pushVersion,
  textOf,
  versionsOf,
  type ContentEdit,
  type VersionChange,
} from './versions-client.js';

const TEXT = [
  '# Plan',
  '',
  'The queue lives in memory.',
  '',
  '## Decisions',
  '',
  'None yet.',
  '',
  '```md',
  '## Owners',
  '```',
  '',
  '## Owners',
  '',
  'Ada',
  '',
  '### Deputies',
  '',
  'Grace',
  '',
  '## Decisions',
  '',
  'Others.',
  '',
].join('\n');

interface Finding {
  readonly found?: { edit?: number; occurrences: number; lines: number[]; suggestions: string[] };
}

describe('editContent', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer({ config: { maxTextBytes: 100_000 } });
  });
  after(() => server.close());
  beforeEach(async () => {
    document = await push(server, TEXT, { filename: 'plan.md' });
  });

  const edit = (edits: unknown, ifMatch: string | undefined = '*'): Promise<Response> =>
    patchContent(server, document.document_id, edits, { ifMatch, message: 'why' });
  const text = (): Promise<string> => textOf(server, document.document_id);

  async function edited(...edits: ContentEdit[]): Promise<string> {
    const response = await edit(edits);
    assert.equal(response.status, 201, response.text);
    return text();
  }
  async function refused(...edits: ContentEdit[]): Promise<NonNullable<Finding['found']> & { detail: string }> {
    const problem = expectProblem(await edit(edits), 422, 'edit_failed') as Finding & { detail: string };
    assert.equal(await text(), TEXT);
    return { ...(problem.found ?? assert.fail('nothing found')), detail: problem.detail };
  }

  it('replaces a string that is there once, and answers as a new version does', async () => {
    const response = await edit([{ op: 'replace', old: 'in memory', new: 'on disk' }], etagOf(document));
    assert.equal(response.status, 201, response.text);
    const change = response.body as VersionChange;
    assert.deepEqual(
      [change.outcome, change.version, change.parents, change.message, change.original_filename, change.mime_type],
      ['created', 2, [1], 'why', 'plan.md', 'text/markdown'],
    );
    assert.equal(response.headers['etag'], etagOf(change));
    assert.equal(response.headers['location'], `/documents/${document.document_id}/versions/2`);
    assert.equal(await text(), TEXT.replace('in memory', 'on disk'));
  });

  it('replaces every one with all, takes patterns and dollars literally, and removes with nothing', async () => {
    assert.equal(
      await edited({ op: 'replace', old: 'Decisions', new: '$& $1', all: true }),
      TEXT.replaceAll('Decisions', () => '$& $1'),
    );
    assert.equal(
      await edited({ op: 'replace', old: ' in memory.', new: '' }).then((after) => after.includes('memory')),
      false,
    );
  });

  it('refuses a string that is nowhere, or several times, and says what is there instead', async () => {
    const twice = await refused({ op: 'replace', old: '## Decisions', new: 'x' });
    assert.deepEqual([twice.edit, twice.occurrences, twice.lines], [0, 2, [5, 21]]);
    assert.match(twice.detail, /2 times.*5.*21/);
    const nowhere = await refused({ op: 'append', text: 'x' }, { op: 'replace', old: 'the queue lives', new: 'x' });
    assert.deepEqual([nowhere.edit, nowhere.occurrences], [1, 0]);
    assert.match(nowhere.suggestions.join(), /The queue lives/);
    const none = await refused({ op: 'replace', old: 'nothing like it', new: 'x', all: true });
    assert.deepEqual([none.occurrences, none.lines], [0, []]);
    document = await push(server, 'aaa\n');
    const overlapping = expectProblem(
      await edit([{ op: 'replace', old: 'aa', new: 'b' }]),
      422,
      'edit_failed',
    ) as Finding;
    assert.equal(overlapping.found?.occurrences, 2);
  });

  it('appends and prepends on lines of their own', async () => {
    assert.equal(
      await edited({ op: 'append', text: 'end' }, { op: 'prepend', text: 'start' }).then((after) => after.trimEnd()),
      `start\n${TEXT}end`,
    );
    document = await push(server, 'no end');
    assert.match(await edited({ op: 'append', text: 'next\n' }), /^no end\nnext\n$/);
    document = await push(server, '');
    assert.match(await edited({ op: 'append', text: 'first\n' }), /^first\n$/);
  });

  it('replaces a section below its heading, by its text or its anchor, up to the next of its level', async () => {
    const after = await edited({ op: 'replace_section', section: 'Owners', text: '\nLin\n\n' });
    assert.equal(after, TEXT.replace('\nAda\n\n### Deputies\n\nGrace\n\n', '\nLin\n\n'));
    const second = await edited({ op: 'replace_section', section: '#decisions-1', text: 'New.\n' });
    assert.ok(second.endsWith('## Decisions\nNew.\n'), second);
  });

  it('refuses a section that is there twice, nowhere, or inside a code fence only', async () => {
    const twice = await refused({ op: 'replace_section', section: 'Decisions', text: 'x' });
    assert.deepEqual([twice.occurrences, twice.lines], [2, [5, 21]]);
    assert.deepEqual(twice.suggestions, ['#decisions', '#decisions-1']);
    const near = await refused({ op: 'replace_section', section: 'Deputy', text: 'x' });
    assert.equal(near.occurrences, 0);
    document = await push(server, '# A\n\n```\n## Fenced\n```\n', { filename: 'a.md' });
    const fenced = expectProblem(
      await edit([{ op: 'replace_section', section: 'Fenced', text: 'x' }]),
      422,
      'edit_failed',
    );
    assert.equal((fenced as Finding).found?.occurrences, 0);
    for (const section of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '#__proto__', '#constructor-1']) {
      expectProblem(await edit([{ op: 'replace_section', section, text: 'x' }]), 422, 'edit_failed');
    }
  });

  it('keeps CRLF, encodings and marks', async () => {
    for (const [before, old, after] of [
      [Buffer.from('a\r\nb\r\n'), 'a\nb', Buffer.from('x\r\ny\r\n')],
      [Buffer.from('\ufeffa\nb\nä'), 'a\nb', Buffer.from('\ufeffx\ny\nä')],
      [Buffer.from('a\nb\nä', 'latin1'), 'a\nb', Buffer.from('x\ny\nä', 'latin1')],
      [Buffer.from('\ufeffa\nb\n設', 'utf16le'), 'a\nb', Buffer.from('\ufeffx\ny\n設', 'utf16le')],
    ] as const) {
      document = await push(server, before);
      const response = await edit([{ op: 'replace', old, new: 'x\ny' }]);
      assert.equal(response.status, 201, response.text);
      const pulled = await fetch(`${server.url}/documents/${document.document_id}`);
      assert.deepEqual(Buffer.from(await pulled.arrayBuffer()), after);
    }
  });

  it('refuses text that the document’s encoding cannot hold', async () => {
    document = await push(server, Buffer.from('ä\n', 'latin1'));
    const problem = expectProblem(await edit([{ op: 'append', text: '設' }]), 422, 'edit_failed');
    assert.match(problem.detail, /windows-1252/);
  });

  it('applies a list in order, all or none', async () => {
    const after = await edited(
      { op: 'replace', old: 'memory', new: 'space' },
      { op: 'replace', old: 'in space', new: 'in the void' },
      { op: 'replace_section', section: 'Plan', text: '\nAll gone.\n' },
      { op: 'append', text: '\n## Tail\n' },
      { op: 'replace_section', section: 'Tail', text: 'here\n' },
    );
    assert.equal(after, '# Plan\n\nAll gone.\n\n## Tail\nhere\n');
  });

  it('makes no version where nothing changes, and finds repeated edits done', async () => {
    const same = await edit([{ op: 'replace', old: 'Ada', new: 'Ada' }]);
    assert.deepEqual([same.status, (same.body as VersionChange).outcome], [200, 'unchanged']);
    const edits = [{ op: 'append', text: 'once\n' }];
    const first = await edit(edits, etagOf(document));
    const again = await edit(edits, etagOf(document));
    assert.deepEqual([first.status, again.status, (again.body as VersionChange).version], [201, 200, 2]);
    assert.equal(await text(), `${TEXT}once\n`);
  });

  it('refuses what is no text, and what is too large, before and after the edit', async () => {
    document = await push(server, Buffer.from([0x89, 0x50, 0, 1]));
    assert.match(expectProblem(await edit([{ op: 'append', text: 'x' }]), 422, 'not_text').detail, /binary/);
    document = await push(server, 'x\n'.repeat(60_000));
    expectProblem(await edit([{ op: 'append', text: 'x' }]), 422, 'text_too_large');
    document = await push(server, 'x'.repeat(1000));
    expectProblem(await edit([{ op: 'replace', old: 'x', new: 'y'.repeat(1000), all: true }]), 422, 'text_too_large');
    assert.equal((await versionsOf(server, document.document_id)).length, 1);
  });

  it('loses none of many appends at the same time', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    const responses = await Promise.all(lines.map((line) => edit([{ op: 'append', text: `${line}\n` }])));
    for (const { status, text: body } of responses) assert.equal(status, 201, body);
    assert.deepEqual((await text()).slice(TEXT.length).trimEnd().split('\n').sort(), lines.sort());
    const versions = await versionsOf(server, document.document_id);
    assert.deepEqual(
      versions.map(({ version }) => version),
      Array.from({ length: 51 }, (_, index) => 51 - index),
    );
  });

  it('of many that name the same version lets one win', async () => {
    await pushVersion(server, document.document_id, 'start\n');
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, index) => edit([{ op: 'append', text: `${index}\n` }], '"2"')),
    );
    assert.deepEqual(responses.map(({ status }) => status).sort(), [201, ...Array<number>(9).fill(412)]);
  });
});
