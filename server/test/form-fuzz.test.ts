/** Thousands of broken forms, made of good ones: never a 500, never a leftover, and the server lives. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import request from 'supertest';
import { BOUNDARY, field, file, FORM_TYPE, formBody } from './form-body.js';
import { rawExchange, requestHead } from './raw-connection.js';
import { schemaMistakes } from './contract-document.js';
import { startServer, type TestServer } from './test-server.js';

/** Enough to find what is there to be found in a few seconds; a longer hunt sets the variable. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);

/** Pieces that mean something in a form. */
const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '--',
  `--${BOUNDARY}`,
  `--${BOUNDARY}--`,
  `\r\n--${BOUNDARY}\r\n`,
  ';',
  ':',
  '=',
  '"',
  '\\',
  '\0',
  '%',
  ',',
  'name=',
  'filename=',
  'filename*=',
  "UTF-8''",
  'Content-Disposition: form-data; name="file"; filename="b"\r\n\r\n',
  'Content-Type: ',
  'multipart/mixed; boundary=x',
  'charset=utf-16',
  'Content-Transfer-Encoding: base64\r\n',
  'file',
  'tags',
  '__proto__',
  '😀',
  '\xff',
];

/** One change of the bytes of a form; positions are fractions of its length. */
type Mutation =
  | { kind: 'insert'; at: number; bytes: Buffer }
  | { kind: 'replace'; at: number; bytes: Buffer }
  | { kind: 'remove'; at: number; length: number }
  | { kind: 'repeat'; at: number; length: number; times: number }
  | { kind: 'cut'; at: number };

const place = fc.double({ min: 0, max: 1, noNaN: true });
const bytes = fc.oneof(
  fc.constantFrom(...TOKENS).map((token) => Buffer.from(token)),
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map((array) => Buffer.from(array)),
);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), at: place, bytes }),
  fc.record({ kind: fc.constant('replace' as const), at: place, bytes }),
  fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.nat(60) }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, length: fc.nat(200), times: fc.nat(30) }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
);

const form = fc
  .record({
    name: fc.string({ unit: 'grapheme', maxLength: 40 }),
    tags: fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }),
    filename: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    content: fc.uint8Array({ maxLength: 300 }),
    order: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
  })
  .map(({ name, tags, filename, content, order }) => {
    const parts = [file(Buffer.from(content), filename), field('name', name), field('tags', tags.join(','))];
    return formBody(...order.map((index) => parts[index] ?? file()));
  });

function mutate(body: Buffer, change: Mutation): Buffer {
  const at = Math.floor(change.at * body.length);
  const [head, tail] = [body.subarray(0, at), body.subarray(at)];
  switch (change.kind) {
    case 'insert':
      return Buffer.concat([head, change.bytes, tail]);
    case 'replace':
      return Buffer.concat([head, change.bytes, tail.subarray(change.bytes.length)]);
    case 'remove':
      return Buffer.concat([head, tail.subarray(change.length)]);
    case 'repeat':
      return Buffer.concat([head, ...Array<Buffer>(change.times).fill(tail.subarray(0, change.length)), tail]);
    case 'cut':
      return head;
  }
}

describe('a form, changed at random', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it(`is stored or refused, ${RUNS} times`, async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(form, fc.array(mutation, { maxLength: 4 }), async (whole, mutations) => {
        const body = mutations.reduce(mutate, whole);
        const head = requestHead(
          'POST /documents',
          `Content-Type: ${FORM_TYPE}`,
          `Content-Length: ${body.length}`,
          'Connection: close',
        );
        const response = await rawExchange(server.port, Buffer.concat([Buffer.from(head), body]));
        assert.ok([201, 400, 413].includes(response.status), `${response.status}: ${JSON.stringify(response.body)}`);
        const schema = response.status === 201 ? 'Document' : 'Problem';
        assert.deepEqual(schemaMistakes(`#/components/schemas/${schema}`, response.body), []);
        assert.deepEqual(await server.stagedFiles(), [], 'answered, and something is left');
      }),
      { numRuns: RUNS },
    );
    await request(server.url).get('/health').expect(200);
  });

  it('can have the strangest Content-Type', async function () {
    this.timeout(60_000);
    const type = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            'multipart/form-data',
            '; ',
            'boundary=',
            BOUNDARY,
            '"',
            '\\',
            ',',
            ' ',
            'charset=x',
            '*=',
            "''",
          ),
          fc.string({ maxLength: 8 }),
        ),
        { maxLength: 8 },
      )
      .map((pieces) => `multipart/form-data; boundary=${pieces.join('').replace(/[^\x20-\x7e]/g, '')}`);
    await fc.assert(
      fc.asyncProperty(type, async (contentType) => {
        const body = formBody(file('x'), field('name', 'y'));
        const head = requestHead(
          'POST /documents',
          `Content-Type: ${contentType}`,
          `Content-Length: ${body.length}`,
          'Connection: close',
        );
        const response = await rawExchange(server.port, Buffer.concat([Buffer.from(head), body]));
        assert.ok([201, 400, 415].includes(response.status), `${response.status}: ${JSON.stringify(response.body)}`);
      }),
      { numRuns: RUNS / 4 },
    );
  });
});
