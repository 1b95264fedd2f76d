/** Comparing two versions over HTTP. */
import assert from 'node:assert/strict';
import request, { type Response } from 'supertest';
import { push, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import { pushVersion } from './versions-client.js';

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);

interface Hunk {
  readonly old_start: number;
  readonly old_lines: number;
  readonly new_start: number;
  readonly new_lines: number;
  readonly lines: readonly string[];
}

describe('diffVersions', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer({ config: { maxTextBytes: 100_000 } });
    document = await push(server, `${LINES.join('\n')}\n`, { filename: 'old.txt' });
    await pushVersion(server, document.document_id, `${LINES.with(9, 'changed').join('\n')}`, { filename: 'new.txt' });
    await pushVersion(server, document.document_id, `${LINES.join('\n')}\n`, { filename: 'old.txt' });
  });
  after(() => server.close());

  async function diff(query: string, accept?: string, id = document.document_id): Promise<Response> {
    const sending = request(server.url).get(`/documents/${id}/diff${query}`).buffer(true);
    if (accept !== undefined) void sending.set('Accept', accept);
    return sending;
  }

  it('is a unified diff that names both files and versions, unless JSON is asked for', async () => {
    const response = await diff('?from=1&to=2');
    assert.equal(response.status, 200, response.text);
    assert.match(response.headers['content-type'] ?? '', /^text\/x-diff; charset=utf-8$/);
    assert.equal(response.headers['vary'], 'Accept');
    assert.deepEqual(response.text.split('\n').slice(0, 12), [
      '--- old.txt\tversion 1',
      '+++ new.txt\tversion 2',
      '@@ -7,7 +7,7 @@',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+changed',
      ' line 11',
      ' line 12',
      ' line 13',
      '@@ -17,4 +17,4 @@',
    ]);
    assert.match(response.text, /-line 20\n\+line 20\n\\ No newline at end of file\n$/);
  });

  it('is hunks as JSON where Accept prefers it', async () => {
    for (const accept of ['application/json', 'text/x-diff;q=0.5, application/json', 'application/json, text/html']) {
      const response = await diff('?from=1&to=2&context=0', accept);
      assert.match(response.headers['content-type'] ?? '', /^application\/json; charset=utf-8$/, accept);
      assert.equal(response.headers['vary'], 'Accept');
      const { hunks, ...head } = response.body as { hunks: Hunk[] };
      assert.deepEqual(head, { document_id: document.document_id, from: 1, to: 2 });
      assert.deepEqual(hunks[0], {
        ...{ old_start: 10, old_lines: 1, new_start: 10, new_lines: 1 },
        lines: ['-line 10', '+changed'],
      });
      assert.deepEqual(hunks[1]?.lines, ['-line 20', '+line 20', '\\ No newline at end of file']);
    }
    for (const accept of [
      '*/*',
      'text/*',
      'text/x-diff',
      'text/x-diff, application/json',
      'application/json;q=0.5, */*',
      'image/png',
      '',
    ]) {
      const { headers } = await diff('?from=1&to=2', accept);
      assert.match(headers['content-type'] ?? '', /^text\/x-diff/, accept);
    }
  });

  it('compares with the version before, and with the current one, when nothing is said', async () => {
    assert.match((await diff('')).text, /^--- new\.txt\tversion 2\n\+\+\+ old\.txt\tversion 3\n/);
    assert.match((await diff('?to=2')).text, /version 1\n.*version 2\n/);
    assert.match((await diff('?from=2')).text, /version 2\n.*version 3\n/);
    const none = expectProblem(await diff('?to=1'), 404, 'version_not_found');
    assert.match(none.detail, /no version before version 1/);
  });

  it('goes backwards too', async () => {
    const backwards = await diff('?from=2&to=1');
    assert.equal(backwards.status, 200);
    assert.match(backwards.text, /\n-changed\n\+line 10\n/);
  });

  it('is empty for equal content: a version with itself, and one that came back', async () => {
    for (const query of ['?from=2&to=2', '?from=1&to=3']) {
      const text = await diff(query);
      assert.equal(text.status, 200);
      assert.equal(text.text, '');
      assert.equal(text.headers['content-length'], '0');
      assert.deepEqual(((await diff(query, 'application/json')).body as { hunks: Hunk[] }).hunks, []);
    }
  });

  it('shows as much around each change as is asked for', async () => {
    for (const [context, count] of [
      [0, 2],
      [1, 5],
      [1000, 20],
    ] as const) {
      const { hunks } = (await diff(`?from=1&to=2&context=${context}`, 'application/json')).body as { hunks: Hunk[] };
      const kept = hunks
        .flatMap(({ lines }) => lines)
        .filter((line) => !line.startsWith('+') && !line.startsWith('\\'));
      assert.equal(kept.length, count, `${context}`);
    }
  });

  it('refuses what is not there and what is no number', async () => {
    for (const query of ['?from=9', '?to=9', '?from=1&to=9', '?from=9&to=1', '?from=2147483647']) {
      expectProblem(await diff(query), 404, 'version_not_found');
    }
    for (const [query, place] of [
      ['?from=0', 'query.from'],
      ['?to=-1', 'query.to'],
      ['?to=x', 'query.to'],
      ['?from=', 'query.from'],
      ['?from=2147483648', 'query.from'],
      ['?from=1&from=2', 'query.from'],
      ['?context=-1', 'query.context'],
      ['?context=1001', 'query.context'],
      ['?context=1.5', 'query.context'],
      ['?form=json', 'query.form'],
    ] as const) {
      expectInvalid(await diff(query), place);
    }
    expectProblem(await diff('', undefined, 'doc_000000000000'), 404, 'document_not_found');
  });

  it('refuses binary content on either side, and more than is read as text', async () => {
    const { document_id } = await push(server, 'text\n');
    await pushVersion(server, document_id, Buffer.from([0, 1, 2]));
    await pushVersion(server, document_id, 'x\n'.repeat(50_001));
    await pushVersion(server, document_id, 'text again\n');
    for (const accept of ['text/x-diff', 'application/json']) {
      for (const query of ['?from=1&to=2', '?from=2&to=4']) {
        assert.match(expectProblem(await diff(query, accept, document_id), 422, 'not_text').detail, /binary/);
      }
      for (const query of ['?from=1&to=3', '?from=3&to=4', '?from=2&to=3']) {
        const response = await diff(query, accept, document_id);
        const code = (response.body as { code: string }).code;
        assert.match(code, /^(text_too_large|not_text)$/);
        expectProblem(response, 422, code);
      }
    }
    const whole = await diff('?from=1&to=4', undefined, document_id);
    assert.match(whole.text, /\n-text\n\+text again\n$/);
  });

  it('is in UTF-8 whatever the versions are in, and survives file names with anything in them', async () => {
    const { document_id } = await push(server, Buffer.from('ä\n', 'latin1'), { filename: 'Ä „x“ y.txt' });
    await pushVersion(server, document_id, Buffer.from('\ufeffé\n', 'utf16le'), { filename: '設計.txt' });
    const { text } = await diff('', undefined, document_id);
    // As git writes them: a name cannot end the line, nor be taken for another one.
    assert.match(text, /^--- "\\303\\204 .* y\.txt"\tversion 1\b.*\n\+\+\+ "\\350.*\.txt"\tversion 2\b.*\n/);
    assert.match(text, /\n-ä\n\+é\n$/);
  });
});
