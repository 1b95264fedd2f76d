import assert from 'node:assert/strict';
import { Readable } from 'node:stream';

import {
  answerJson,
  answerProblem,
  recordRequests,
  sampleChange,
  unusedUrl,
  useLoopbackServers,
} from '../test/loopback-server.js';
import { allReject } from '../test/refusals.js';
import { type ContentEdit, DocumentClient, ProblemError, type TransferProgress } from './index.js';

const ID = sampleChange.document_id;
const ETAG = '"the old one"';

describe('changes of content', () => {
  const listen = useLoopbackServers();

  async function changing() {
    const { baseUrl, requests } = await recordRequests(listen, (response) => answerJson(response, sampleChange, 201));
    return { client: new DocumentClient({ baseUrl }), requests };
  }

  it('send a file as a version', async () => {
    const { client, requests } = await changing();
    const seen: TransferProgress[] = [];
    const change = await client.createVersion(ID, new Blob(['# Größe\n'], { type: 'text/markdown' }), {
      ifMatch: ETAG,
      onConflict: 'merge',
      message: 'Two\nlines, größer.',
      filename: 'größe.md',
      onProgress: (progress) => seen.push(progress),
    });
    assert.deepEqual(change, sampleChange);
    const [request] = requests;
    assert.equal(request?.method, 'POST');
    assert.equal(request.url, `/documents/${ID}/versions?on_conflict=merge`);
    assert.equal(request.headers['if-match'], ETAG);
    const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? 'none';
    assert.equal(
      request.body.replaceAll(boundary, 'BOUNDARY'),
      [
        '--BOUNDARY',
        'Content-Disposition: form-data; name="message"',
        '',
        'Two\nlines, größer.',
        '--BOUNDARY',
        'Content-Disposition: form-data; name="file"; filename="größe.md"',
        'Content-Type: text/markdown',
        '',
        '# Größe\n',
        '--BOUNDARY--',
        '',
      ].join('\r\n'),
    );
    assert.deepEqual(seen.at(-1), { transferredBytes: 10, totalBytes: 10 });
  });

  it('send a stream as a version, and nothing that was not given', async () => {
    const { client, requests } = await changing();
    await client.createVersion(ID, Readable.from([Buffer.from('from a pipe')]), { ifMatch: '*', filename: 'a.txt' });
    const [request] = requests;
    assert.equal(request?.url, `/documents/${ID}/versions`);
    assert.equal(request.headers['if-match'], '*');
    assert.equal(request.headers['transfer-encoding'], 'chunked');
    assert.equal(request.body.split('form-data').length, 2);
  });

  it('send edits and a rollback', async () => {
    const { client, requests } = await changing();
    const edits: ContentEdit[] = [
      { op: 'replace', old: 'a', new: 'b', all: true },
      { op: 'replace_section', section: '#decisions', text: 'None.\n' },
    ];
    assert.deepEqual(
      await client.edit(ID, edits, { ifMatch: ETAG, onConflict: 'merge', message: 'Why.' }),
      sampleChange,
    );
    await client.edit(ID, [{ op: 'append', text: 'x' }], { ifMatch: '*' });
    await client.rollback(ID, 3, { ifMatch: ETAG });
    await client.rollback(ID, 3, { ifMatch: ETAG, message: 'Back.' });
    assert.deepEqual(
      requests.map(({ method, url, headers, body }) => [method, url, headers['if-match'], JSON.parse(body)]),
      [
        ['PATCH', `/documents/${ID}/content?on_conflict=merge`, ETAG, { edits, message: 'Why.' }],
        ['PATCH', `/documents/${ID}/content`, '*', { edits: [{ op: 'append', text: 'x' }] }],
        ['POST', `/documents/${ID}/rollback`, ETAG, { version: 3 }],
        ['POST', `/documents/${ID}/rollback`, ETAG, { version: 3, message: 'Back.' }],
      ],
    );
  });

  it('give what the server says about a conflict', async () => {
    const lines = (start_line: number, line: string) => ({ start_line, line_count: 1, lines: [line] });
    const details = {
      current_version: 3,
      current_etag: '"the new one"',
      conflict_count: 1,
      conflicts: [{ base: lines(12, 'a'), current: lines(13, 'b'), yours: lines(12, 'c') }],
    };
    const { baseUrl } = await recordRequests(listen, (response) =>
      answerProblem(response, 412, 'merge_conflict', {}, details),
    );
    const edit = new DocumentClient({ baseUrl }).edit(ID, [{ op: 'append', text: 'x' }], {
      ifMatch: ETAG,
      onConflict: 'merge',
    });
    await assert.rejects(edit, (error: unknown) => {
      assert(error instanceof ProblemError);
      const { current_version, current_etag, conflict_count, conflicts } = error.problem;
      assert.deepEqual({ current_version, current_etag, conflict_count, conflicts }, details);
      return true;
    });
  });

  it('find mistakes before they connect', async () => {
    const client = new DocumentClient({ baseUrl: await unusedUrl() });
    const edits: ContentEdit[] = [{ op: 'append', text: 'x' }];
    for (const ifMatch of ['0123abc', '"open', '']) {
      const calls = [
        client.createVersion(ID, new Blob(['x']), { ifMatch, filename: 'a' }),
        client.edit(ID, edits, { ifMatch }),
        client.rollback(ID, 1, { ifMatch }),
        client.update(ID, { name: 'x' }, { ifMatch }),
        client.delete(ID, { ifMatch }),
      ];
      await allReject(calls, /^TypeError: ifMatch is an ETag with its quotes/);
    }
    const options = { ifMatch: '*' };
    await assert.rejects(client.createVersion(ID, new Blob(['x']), options), /^TypeError: .* has no file name/);
    await assert.rejects(client.createVersion(ID, 'nowhere', options), { code: 'ENOENT' });
    const calls = [
      client.createVersion('..', new Blob(['x']), { ...options, filename: 'a' }),
      client.edit('', edits, options),
      client.rollback('.', 1, options),
      client.restore(''),
      client.versions('..'),
      client.diff('.'),
      client.diffHunks('..'),
      client.readText(''),
      client.outline('.'),
    ];
    await allReject(calls, /^TypeError: ".*" is not a document id/);
    const reason = new Error('The caller has had enough.');
    const signal = AbortSignal.abort(reason);
    await assert.rejects(client.createVersion(ID, 'nowhere', { ...options, signal }), reason);
    await assert.rejects(client.edit(ID, edits, { ...options, signal }), reason);
  });
});
