import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';

import {
  answerJson,
  answerProblem,
  recordRequests,
  type RecordedRequest,
  sampleChange,
  sampleDocument,
  sampleVersion,
  useLoopbackServers,
} from '../test/loopback-server.js';
import { contentEtag, DocumentClient, NetworkError, ProblemError, type VersionChange } from './index.js';

const ID = sampleDocument.document_id;
const OLD = contentEtag(sampleDocument);
const SENT = 'what is sent';

type Answering = (response: ServerResponse, request: RecordedRequest) => void;

const lost: Answering = (response) => void response.destroy();
const done: Answering = (response) => answerJson(response, sampleChange, 201);
const isNow =
  (version: number, of: { checksum_sha256: string }): Answering =>
  (response) => {
    const details = { current_version: version, current_etag: contentEtag(of) };
    answerProblem(response, 412, 'version_mismatch', {}, details);
  };

type Change = (client: DocumentClient) => Promise<VersionChange>;

// Each with everything that makes it repeatable.
const createVersion: Change = (client) =>
  client.createVersion(ID, new Blob([SENT]), { ifMatch: OLD, filename: 'a.md' });
const edit: Change = (client) => client.edit(ID, [{ op: 'append', text: SENT }], { ifMatch: OLD, onConflict: 'fail' });
const rollback: Change = (client) => client.rollback(ID, 1, { ifMatch: OLD });

describe('a change of content whose connection is lost', () => {
  const listen = useLoopbackServers();

  /** A client of a server that gives these answers, one after the other. */
  async function scripted(...answers: Answering[]) {
    const { baseUrl, requests } = await recordRequests(listen, (response, earlier) => {
      const [answer, request] = [answers[earlier], requests[earlier]];
      assert(answer && request, 'one request too many');
      answer(response, request);
    });
    return { client: new DocumentClient({ baseUrl }), requests };
  }

  const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.code === code;

  for (const [name, change] of Object.entries({ createVersion, edit, rollback })) {
    it(`is made again: ${name}`, async () => {
      const { client, requests } = await scripted(lost, done);
      assert.deepEqual(await change(client), sampleChange);
      const [first, second] = requests.map(({ method, url, headers, body }) => ({
        method,
        url,
        ifMatch: headers['if-match'],
        body,
      }));
      assert.equal(first?.ifMatch, OLD);
      assert.match(first.body, name === 'rollback' ? /"version":1/ : new RegExp(SENT));
      assert.deepEqual(second, first);
    });

    it(`is made again after a proxy’s 502: ${name}`, async () => {
      const { client } = await scripted((response) => void response.writeHead(502).end(), done);
      assert.deepEqual(await change(client), sampleChange);
    });

    it(`is what the server says when nothing was lost: ${name}`, async () => {
      const { client } = await scripted(isNow(2, sampleVersion));
      await assert.rejects(change(client), isProblem('version_mismatch'));
    });
  }

  it('has made it when the repetition finds nothing to do', async () => {
    const unchanged: Answering = (response) => answerJson(response, { ...sampleChange, outcome: 'unchanged' });
    for (const change of [createVersion, edit, rollback]) {
      assert.deepEqual(await change((await scripted(lost, unchanged)).client), sampleChange);
      const certain = await change((await scripted(unchanged)).client);
      assert.equal(certain.outcome, 'unchanged');
    }
    // The content that was to be replaced, and is now: neither attempt had anything to do.
    const same: Answering = (response) =>
      answerJson(response, { ...sampleChange, checksum_sha256: sampleDocument.checksum_sha256, outcome: 'unchanged' });
    assert.equal((await createVersion((await scripted(lost, same)).client)).outcome, 'unchanged');
  });

  it('is left open when others have gone on, or may have', async () => {
    const removed: Answering = (response) => answerProblem(response, 410, 'version_removed');
    for (const change of [createVersion, edit, rollback]) {
      for (const [refusal, said] of [
        [
          isNow(3, sampleVersion),
          /when it was sent again, the document was at version 3 already\. Look at its versions/,
        ],
        [removed, /when it was sent again, what it changes was no more already\. Look at its versions/],
      ] satisfies [Answering, RegExp][]) {
        const { client } = await scripted(lost, refusal);
        await assert.rejects(change(client), (error: unknown) => {
          assert(error instanceof NetworkError);
          assert.equal(error.refused, false);
          assert.match(
            error.message,
            /^The connection to http.* was lost, and the change of doc_\S+ may have been made/,
          );
          assert.match(error.message, said);
          assert(error.cause instanceof ProblemError);
          return true;
        });
      }
    }
  });

  it('is what the server says about anything else', async () => {
    const { client } = await scripted(lost, (response) => answerProblem(response, 404, 'document_not_found'));
    await assert.rejects(edit(client), isProblem('document_not_found'));
  });

  it('is not made again where that might do harm', async () => {
    const stream = new Blob([SENT]).stream();
    const unsafe: Change[] = [
      (client) => client.createVersion(ID, new Blob([SENT]), { ifMatch: '*', filename: 'a' }),
      (client) => client.createVersion(ID, new Blob([SENT]), { ifMatch: `${OLD}, "b"`, filename: 'a' }),
      (client) => client.createVersion(ID, new Blob([SENT]), { ifMatch: OLD, onConflict: 'merge', filename: 'a' }),
      (client) => client.createVersion(ID, stream, { ifMatch: OLD, filename: 'a' }),
      (client) => client.edit(ID, [{ op: 'append', text: 'x' }], { ifMatch: '*' }),
      (client) => client.edit(ID, [{ op: 'append', text: 'x' }], { ifMatch: OLD, onConflict: 'merge' }),
      (client) => client.rollback(ID, 1, { ifMatch: '*' }),
      (client) => client.rollback(ID, 1, { ifMatch: '"7"' }),
    ];
    for (const change of unsafe) {
      const { client, requests } = await scripted(lost, done);
      await assert.rejects(change(client), NetworkError);
      assert.equal(requests.length, 1);
    }
  });

  it('is made again whatever it is when the server says that it did nothing', async () => {
    const busy: Answering = (response) => answerProblem(response, 503, 'unavailable', { 'retry-after': '0' });
    const { client } = await scripted(busy, done);
    assert.deepEqual(await client.edit(ID, [{ op: 'append', text: 'x' }], { ifMatch: '*' }), sampleChange);
    const certain = await scripted(busy, isNow(2, sampleVersion));
    await assert.rejects(createVersion(certain.client), isProblem('version_mismatch'));
  });
});
