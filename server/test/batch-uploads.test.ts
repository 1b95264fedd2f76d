/** `POST /batch/documents`: many files in one form, each with a result of its own. */
import assert from 'node:assert/strict';
import { pull, push, sha256, type Document } from './documents-client.js';
import { filePart, manifest, postBatch, pushBatch, type BatchUploadResult } from './batch-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';

/** What became of each item: the status, and the problem's code where there is one. */
function outcomes({ results }: BatchUploadResult): string[] {
  return results.map(({ status, problem }) => `${status}${problem ? ` ${problem.code}` : ''}`);
}

function documentAt({ results }: BatchUploadResult, index: number): Document {
  const document = results[index]?.document;
  assert.ok(document, JSON.stringify(results[index]));
  return document;
}

describe('a batch of pushes', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ config: { maxFileBytes: 3 * 1024 * 1024 } });
  });
  afterEach(() => server.untilNothingIsStaged());
  after(() => server.close());

  it('stores each file with what its item says, and answers in the order of the manifest', async () => {
    const batch = await pushBatch(
      server,
      [
        { file: 'two', name: 'docs/b.md', tags: ['x', 'y', 'x'], description: 'the second' },
        { file: 'one' },
        { file: 'one', original_filename: 'other.md', checksum_sha256: sha256('1') },
        { file: 'odd', mime_type: 'text/x-odd' },
      ],
      filePart('one', '1', 'a.md'),
      filePart('two', '2', 'b.bin'),
      filePart('odd', '3', 'odd'),
    );
    assert.deepEqual(outcomes(batch), ['201', '201', '201', '201']);
    assert.deepEqual([batch.created, batch.failed, batch.unexpected_files], [4, 0, []]);
    const [first, second, third, fourth] = [0, 1, 2, 3].map((index) => documentAt(batch, index));
    assert.deepEqual(
      [first?.name, first?.original_filename, first?.tags, first?.description, first?.mime_type],
      ['docs/b.md', 'b.bin', ['x', 'y'], 'the second', 'application/octet-stream'],
    );
    assert.deepEqual(
      [second?.name, second?.mime_type, second?.checksum_sha256],
      ['a.md', 'text/markdown', sha256('1')],
    );
    assert.deepEqual([third?.name, third?.original_filename], ['other.md', 'other.md']);
    assert.equal(fourth?.mime_type, 'text/x-odd');
    assert.equal((await pull(server, first?.document_id ?? '')).toString(), '2');
    assert.equal((await pull(server, third?.document_id ?? '')).toString(), '1');
  });

  const places: [where: string, form: () => Parameters<typeof postBatch>[1][]][] = [
    ['first', () => [manifest({ items: [{ file: 'a' }] }), filePart('a', 'x')]],
    ['last', () => [filePart('a', 'x'), manifest({ items: [{ file: 'a' }] })]],
    ['as JSON', () => [manifest({ items: [{ file: 'a' }] }, 'Content-Type: application/json'), filePart('a', 'x')]],
    [
      'as a file',
      () => [
        filePart('a', 'x'),
        {
          headers: [
            'Content-Disposition: form-data; name="manifest"; filename="manifest.json"',
            'Content-Type: application/json',
          ],
          content: '{"items":[{"file":"a"}]}',
        },
      ],
    ],
  ];
  for (const [where, form] of places) {
    it(`takes the manifest ${where}`, async () => {
      const response = await postBatch(server, ...form());
      assert.equal(response.status, 200, response.text);
      assert.deepEqual(outcomes(response.body as BatchUploadResult), ['201']);
    });
  }

  it('stores content that is there already by its digest alone', async () => {
    const known = await push(server, 'known to the store', { filename: 'known.md' });
    const batch = await pushBatch(server, [
      { checksum_sha256: known.checksum_sha256 },
      { checksum_sha256: known.checksum_sha256, original_filename: 'x.txt', name: 'X' },
      { checksum_sha256: '0'.repeat(64) },
    ]);
    assert.deepEqual(outcomes(batch), ['201', '201', '404 content_not_found']);
    assert.match(batch.results[2]?.problem?.detail ?? '', /send the file/);
    assert.deepEqual([documentAt(batch, 0).name, documentAt(batch, 0).mime_type], ['known.md', 'text/markdown']);
    assert.deepEqual([documentAt(batch, 1).name, documentAt(batch, 1).mime_type], ['X', 'text/plain']);
  });

  it('tells the files that no item names, and stores none of them', async () => {
    const before = (await server.storedBlobs()).length;
    const batch = await pushBatch(
      server,
      [{ file: 'a' }],
      filePart('a', 'a named one'),
      filePart('b', 'one that nobody names'),
      filePart('__proto__', 'another'),
    );
    assert.deepEqual([batch.created, batch.unexpected_files], [1, ['b', '__proto__']]);
    assert.equal((await server.storedBlobs()).length, before + 1);
  });

  it('has items and parts of any name, also the names of an object’s own things', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'file', 'über', ' ', 'a.b[0]'];
    const batch = await pushBatch(
      server,
      names.map((file) => ({ file })),
      ...names.map((name) => filePart(name, `of ${name}`, 'x.txt')),
    );
    assert.deepEqual(
      outcomes(batch),
      names.map(() => '201'),
    );
    const pulled = await Promise.all(names.map((_, index) => pull(server, documentAt(batch, index).document_id)));
    assert.deepEqual(
      pulled.map(String),
      names.map((name) => `of ${name}`),
    );
    const missing = await pushBatch(server, [{ file: '__proto__' }, { file: 'constructor' }]);
    assert.deepEqual(outcomes(missing), ['400 validation_failed', '400 validation_failed']);
  });

  it('refuses what is wrong with an item for that item alone', async () => {
    const items = [
      { file: 'a', name: '' },
      { file: 'a', tags: ['x,y', 5] },
      { file: 'a', unknown: 1 },
      { file: 'missing' },
      {},
      { name: 'neither file nor digest' },
      7,
      null,
      { file: 'a', checksum_sha256: 'A'.repeat(64) },
      { file: 'a', checksum_sha256: '0'.repeat(64) },
      { file: 'folder' },
      { file: 'nameless' },
      { file: 'a', original_filename: '../x' },
      { file: 'a' },
    ];
    const batch = await pushBatch(
      server,
      items,
      filePart('folder', 'x', 'docs/x.md'),
      {
        headers: ['Content-Disposition: form-data; name="nameless"', 'Content-Type: application/octet-stream'],
        content: 'x',
      },
      filePart('a', 'good'),
    );
    assert.deepEqual(outcomes(batch), [
      ...Array<string>(9).fill('400 validation_failed'),
      '422 checksum_mismatch',
      ...Array<string>(3).fill('400 validation_failed'),
      '201',
    ]);
    assert.deepEqual([batch.created, batch.failed], [1, 13]);
    const details = batch.results.map(({ problem }) => problem?.detail ?? '');
    assert.match(details[0] ?? '', /^name: /);
    assert.match(details[1] ?? '', /tags\.0: is not valid: A word .*tags\.1: must be string/s);
    assert.match(details[2] ?? '', /^unknown: must NOT have additional properties/);
    assert.match(details[3] ?? '', /no file part "missing"/);
    assert.match(details[5] ?? '', /file: is required/);
    assert.match(details[9] ?? '', new RegExp(`${sha256('good')}.*promised 0{64}`));
    assert.match(details[10] ?? '', /folder/);
    assert.equal(batch.results[3]?.problem?.errors?.[0]?.location, 'file');
  });

  it('stores nine hundred and ninety-nine files beside a bad one', async () => {
    const count = 1000;
    const items = Array.from({ length: count }, (_, index) => ({
      file: `f${index}`,
      name: `many/${index}.md`,
      ...(index === 500 && { checksum_sha256: '0'.repeat(64) }),
    }));
    const files = items.map(({ file }, index) => filePart(file, `file ${index}`));
    const batch = await pushBatch(server, items, ...files);
    assert.deepEqual([batch.created, batch.failed], [count - 1, 1]);
    assert.equal(batch.results[500]?.problem?.code, 'checksum_mismatch');
    assert.deepEqual(
      batch.results.map(({ document }, index) => document?.name ?? items[index]?.name),
      items.map(({ name }) => name),
    );
    const blobs = new Set(await server.storedBlobs());
    assert.ok(files.every((_, index) => index === 500 || blobs.has(sha256(`file ${index}`))));
  });

  it('refuses a file that is larger than one may be, and takes the others', async () => {
    const batch = await pushBatch(
      server,
      [{ file: 'large' }, { file: 'small' }],
      filePart('large', Buffer.alloc(3 * 1024 * 1024 + 1)),
      filePart('small', 'small'),
    );
    assert.deepEqual(outcomes(batch), ['413 file_too_large', '201']);
  });

  const broken: [what: string, manifest: unknown, detail: RegExp][] = [
    ['is not JSON', '{"items":', /manifest: is not JSON/],
    ['is empty', '', /manifest/],
    ['is a list', [], /must be an object with items/],
    ['is null', 'null', /must be an object with items/],
    ['has no items', {}, /items: must be a list/],
    ['has items that are no list', { items: {} }, /items: must be a list/],
    ['has an empty list', { items: [] }, /items: must not be empty/],
    ['has other fields', { items: [{}], version: 1 }, /manifest\.version: is not a field/],
    ['has a prototype', '{"items":[{}],"__proto__":{}}', /manifest\.__proto__: is not a field/],
    ['has too many items', { items: Array(1001).fill({ file: 'a' }) }, /1001 items; a batch takes 1000/],
  ];
  for (const [what, content, detail] of broken) {
    it(`is refused as a whole when the manifest ${what}`, async () => {
      const response = await postBatch(server, filePart('a', 'never stored'), manifest(content));
      assert.match(expectProblem(response, 400, 'validation_failed').detail, detail);
      assert.ok(!(await server.storedBlobs()).includes(sha256('never stored')));
    });
  }

  it('is refused as a whole for a form that is not one of files and a manifest', async () => {
    const items = { items: [{ file: 'a' }] };
    const a = filePart('a', 'never stored');
    expectInvalid(await postBatch(server, a), 'body.manifest');
    expectInvalid(await postBatch(server, manifest(items), a, manifest(items)), 'body.manifest');
    expectInvalid(await postBatch(server, manifest(items), a, filePart('a', 'y')), 'body.a');
    const text = { headers: ['Content-Disposition: form-data; name="b"'], content: 'text' };
    expectInvalid(await postBatch(server, a, text, manifest(items)), 'body.b');
    const files = Array.from({ length: 1001 }, (_, index) => filePart(`f${index}`, 'x'));
    const tooMany = expectProblem(await postBatch(server, ...files, manifest(items)), 400, 'validation_failed');
    assert.match(tooMany.detail, /more than 1000 files/);
    const large = manifest(`{"items":["${'x'.repeat(4 * 1024 * 1024)}"]}`);
    expectProblem(await postBatch(server, a, large), 413, 'body_too_large');
    assert.ok(!(await server.storedBlobs()).includes(sha256('never stored')));
  });
});
