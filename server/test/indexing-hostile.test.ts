/** Contents that mean harm, or are merely huge: each ends as something that its document says, and the server goes on. */
import assert from 'node:assert/strict';
import { docxOf, documentXml, paragraph } from '../src/extraction/testing/docx-file.js';
import { endlessPdf } from '../src/extraction/testing/pdf-file.js';
import { push, type Document } from './documents-client.js';
import { eventually } from './eventually.js';
import { ServerProcess } from './server-process.js';

const MIB = 1024 * 1024;
/** Whoever asks for something else meanwhile has the answer by then, also on a busy machine. */
const PATIENCE_MS = 3000;

describe('the index of hostile contents', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  let asking: Promise<number>;
  let watching: boolean;
  before(async () => {
    server = await ServerProcess.start({ environment: { DOCUMENT_EXTRACT_TIMEOUT_SECONDS: '2' } });
    await push(server, 'The okapi is a quiet animal.', { filename: 'okapi.md', name: 'Okapi' });
  });
  after(() => server.dispose());
  beforeEach(() => {
    watching = true;
    asking = slowestAnswer();
  });
  afterEach(async () => {
    watching = false;
    const slowest = await asking;
    assert.ok(slowest < PATIENCE_MS, `others waited ${Math.round(slowest)} ms`);
  });

  /** Searches for something else again and again; gives the longest time that took. */
  async function slowestAnswer(): Promise<number> {
    let slowest = 0;
    while (watching) {
      const started = performance.now();
      assert.deepEqual(await find('okapi'), ['Okapi']);
      slowest = Math.max(slowest, performance.now() - started);
    }
    return slowest;
  }

  const json = async <Body>(path: string): Promise<Body> => {
    const response = await fetch(server.url + path);
    assert.equal(response.status, 200, path);
    return (await response.json()) as Body;
  };
  const find = async (q: string): Promise<string[]> => {
    const query = new URLSearchParams({ q, fuzzy: 'false' }).toString();
    const { results } = await json<{ results: { document: Document }[] }>(`/search?${query}`);
    return results.map(({ document }) => document.name);
  };
  /** What is said of a content when nothing is done with it any more. */
  const outcome = async (
    content: Buffer,
    filename: string,
  ): Promise<Pick<Document, 'index_status' | 'index_reason'>> => {
    const { document_id } = await push(server, content, { filename, name: filename });
    let document: Document | undefined;
    await eventually(async () => {
      document = await json<Document>(`/documents/${document_id}/metadata`);
      assert.notEqual(document.index_status, 'pending');
    }, 30_000);
    assert.deepEqual(await find(`name:${filename}`), [filename]);
    const { index_reason, index_status } = document ?? assert.fail();
    return { index_status, ...(index_reason !== undefined && { index_reason }) };
  };
  const beginning = {
    index_status: 'partial',
    index_reason: 'Only the first 2097152 bytes of text are indexed (DOCUMENT_MAX_INDEXED_BYTES).',
  } as const;

  it('has the beginning of 100 MB of text', async () => {
    const text = Buffer.alloc(100 * MIB, 'all work and no play makes a dull numbat\n');
    assert.deepEqual(await outcome(text, 'shining.txt'), beginning);
    assert.deepEqual(await find('numbat'), ['shining.txt']);
  });

  it('has the beginning of one line of 50 MB, of words and of none', async () => {
    assert.deepEqual(await outcome(Buffer.alloc(50 * MIB, 'a wombat and '), 'line.txt'), beginning);
    assert.deepEqual(await find('wombat'), ['line.txt']);
    assert.deepEqual(await outcome(Buffer.alloc(50 * MIB, 'x'), 'letters.json'), beginning);
  });

  it('has nothing of a DOCX that unpacks to more than is bearable', async () => {
    const bomb = await docxOf(documentXml(paragraph('text')), { 'word/media/a.bin': Buffer.alloc(70 * MIB) });
    assert.ok(bomb.length < MIB);
    const index_reason = 'Unpacked it is larger than 64 MiB.';
    assert.deepEqual(await outcome(bomb, 'bomb.docx'), { index_status: 'not_indexed', index_reason });
  });

  it('has nothing of a PDF that loops', async () => {
    const index_reason = 'Reading it took longer than 2 s.';
    assert.deepEqual(await outcome(endlessPdf(), 'loop.pdf'), { index_status: 'not_indexed', index_reason });
  });

  it('has of a page what it says, and not its scripts', async () => {
    const page = '<p>A quokka.</p><script>let dingo = 1</script><style>.bilby {}</style><p onclick="echidna()">Bye.';
    assert.deepEqual(await outcome(Buffer.from(page), 'page.html'), { index_status: 'indexed' });
    assert.deepEqual(await find('quokka'), ['page.html']);
    for (const word of ['dingo', 'bilby', 'echidna']) assert.deepEqual(await find(word), [], word);
  });

  it('has the words around bytes that are no UTF-8', async () => {
    const broken = Buffer.concat([
      Buffer.from('the thylacine était là '.repeat(20)),
      Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
      Buffer.from(' the platypus '),
      Buffer.from([0xe2, 0x82]),
    ]);
    assert.deepEqual(await outcome(broken, 'broken.txt'), { index_status: 'indexed' });
    assert.deepEqual(await find('thylacine platypus'), ['broken.txt']);
  });

  it('has left nothing to do behind', async () => {
    const { index_queue } = await json<{ index_queue: unknown }>('/health');
    assert.deepEqual(index_queue, { pending: 0 });
  });
});
