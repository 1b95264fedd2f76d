import assert from 'node:assert/strict';

import {
  answerJson,
  answerProblem,
  recordRequests,
  sampleDocument,
  useLoopbackServers,
} from '../test/loopback-server.js';
import { allReject } from '../test/refusals.js';
import { DocumentClient, type Outline, ProblemError, ResponseError, type TextPart, type VersionDiff } from './index.js';

const ID = sampleDocument.document_id;
const samplePart: TextPart = {
  document_id: ID,
  version: 2,
  mime_type: 'text/markdown',
  encoding: 'utf-8',
  text: '## Decisions\n',
  start_line: 40,
  end_line: 40,
  total_lines: 500,
  offset_bytes: 1804,
  length_bytes: 13,
  total_bytes: 25104,
  tokens: 4,
  total_tokens: 6276,
  truncated: true,
  cut_short: false,
  statement: 'Line 40 of 500 of version 2; the document has more.',
};
const sampleOutline: Outline = {
  document_id: ID,
  version: 2,
  total_lines: 500,
  total_bytes: 25104,
  total_tokens: 6276,
  total_headings: 0,
  truncated: false,
  headings: [],
};
const DIFF = '--- architecture.md\tversion 1\n+++ architecture.md\tversion 2\n@@ -1,1 +1,1 @@\n-# Größe\n+# Größer\n';
const sampleDiff: VersionDiff = {
  document_id: ID,
  from: 1,
  to: 2,
  hunks: [{ old_start: 1, old_lines: 1, new_start: 1, new_lines: 1, lines: ['-# Größe', '+# Größer'] }],
};

describe('partial reads and diffs', () => {
  const listen = useLoopbackServers();

  it('ask for the part in the contract’s words', async () => {
    const { baseUrl, requests } = await recordRequests(listen, (response) => answerJson(response, samplePart));
    const client = new DocumentClient({ baseUrl });
    assert.deepEqual(await client.readText(ID), samplePart);
    await client.readText(ID, { lines: '40-120', version: 2 });
    await client.readText(ID, { section: '#decisions-1', maxTokens: 2000 });
    await client.readText(ID, { section: 'Why & how: Größe, 100%' });
    assert.deepEqual(
      requests.map(({ url }) => url),
      [
        `/documents/${ID}/text`,
        `/documents/${ID}/text?version=2&lines=40-120`,
        `/documents/${ID}/text?section=%23decisions-1&max_tokens=2000`,
        `/documents/${ID}/text?section=Why%20%26%20how%3A%20Gr%C3%B6%C3%9Fe%2C%20100%25`,
      ],
    );
  });

  it('ask for the outline', async () => {
    const { baseUrl, requests } = await recordRequests(listen, (response) => answerJson(response, sampleOutline));
    const client = new DocumentClient({ baseUrl });
    assert.deepEqual(await client.outline(ID), sampleOutline);
    await client.outline(ID, { version: 3 });
    assert.deepEqual(
      requests.map(({ url }) => url),
      [`/documents/${ID}/outline`, `/documents/${ID}/outline?version=3`],
    );
  });

  it('ask for a diff as text or as hunks', async () => {
    const { baseUrl, requests } = await recordRequests(listen, (response) => {
      const { accept } = requests.at(-1)?.headers ?? {};
      if (accept === 'application/json') answerJson(response, sampleDiff);
      else response.writeHead(200, { 'content-type': 'text/x-diff; charset=utf-8' }).end(DIFF);
    });
    const client = new DocumentClient({ baseUrl });
    assert.equal(await client.diff(ID, { from: 1, to: 2, context: 0 }), DIFF);
    assert.deepEqual(await client.diffHunks(ID), sampleDiff);
    assert.deepEqual(
      requests.map(({ url, headers }) => [url, headers.accept]),
      [
        [`/documents/${ID}/diff?from=1&to=2&context=0`, 'text/x-diff'],
        [`/documents/${ID}/diff`, 'application/json'],
      ],
    );
  });

  it('take an empty diff for an answer', async () => {
    for (const headers of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
      const { baseUrl } = await recordRequests(listen, (response) =>
        response.writeHead(200, { 'content-type': 'text/x-diff', ...headers }).end(),
      );
      assert.equal(await new DocumentClient({ baseUrl }).diff(ID), '');
    }
  });

  it('reject with the server’s problem, and with a foreign answer as that', async () => {
    const found = { occurrences: 2, lines: [40, 212], suggestions: ['#decisions', '#decisions-1'] };
    const ambiguous = await recordRequests(listen, (response) =>
      answerProblem(response, 409, 'section_ambiguous', {}, { found }),
    );
    const client = new DocumentClient({ baseUrl: ambiguous.baseUrl });
    const isAmbiguous = (error: unknown): boolean => {
      assert(error instanceof ProblemError);
      assert.deepEqual(error.problem.found, found);
      return error.code === 'section_ambiguous';
    };
    await assert.rejects(client.readText(ID, { section: 'Decisions' }), isAmbiguous);
    await assert.rejects(client.diff(ID), isAmbiguous);

    const foreign = await recordRequests(listen, (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Welcome'),
    );
    const lost = new DocumentClient({ baseUrl: foreign.baseUrl });
    await allReject([lost.diff(ID), lost.diffHunks(ID), lost.readText(ID)], ResponseError);
    const quoting = await recordRequests(listen, (response) => answerJson(response, 'a text'));
    await assert.rejects(new DocumentClient({ baseUrl: quoting.baseUrl }).diffHunks(ID), ResponseError);
  });
});
