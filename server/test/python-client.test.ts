/**
 * The draft's Python client (`lib/client.py`, httpx) against this server. httpx is not part of this project's tool chain, so
 * what follows are the requests that it sends, byte by byte as httpx 0.25–0.28 writes them: its header order, its form
 * (fields before files, `"` in file names as %22, UTF-8 as it is, the type guessed from the name), its query strings (space
 * as `+` or, since 0.28, `%20`), one connection a call. What the client reads from the answers is read here in the same way.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { sha256, type Document } from './documents-client.js';
import { RawConnection, type RawResponse } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

/** What httpx puts before its own headers of a call. */
function commonHead(line: string, port: number): string[] {
  return [
    `${line} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Accept: */*',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Connection: keep-alive',
    'User-Agent: python-httpx/0.27.2',
  ];
}

/** `raise_for_status()`: redirects count as failures too. */
function raiseForStatus(response: RawResponse): void {
  assert.ok(response.status >= 200 && response.status < 300, `${response.status}: ${JSON.stringify(response.body)}`);
}

async function call(port: number, ...pieces: (string | Buffer)[]): Promise<RawResponse> {
  const connection = await RawConnection.open(port);
  // httpx writes the header first and the body in pieces after it.
  for (const piece of pieces) await connection.write(piece);
  const response = await connection.response();
  connection.destroy();
  return response;
}

class DocumentClient {
  readonly #port: number;
  constructor(port: number) {
    this.#port = port;
  }

  async pushDocument(
    filename: string,
    content: Buffer,
    name: string,
    tags: string[],
    description = '',
  ): Promise<Document> {
    const boundary = randomBytes(16).toString('hex');
    const fields = { name, tags: tags.join(','), description };
    const type = filename.endsWith('.md') ? 'text/markdown' : 'application/octet-stream';
    const pieces = [
      ...Object.entries(fields).map(([field, value]) =>
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`),
      ),
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename.replaceAll('"', '%22')}"\r\n` +
          `Content-Type: ${type}\r\n\r\n`,
      ),
      content,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ];
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const head = [
      ...commonHead('POST /documents', this.#port),
      `Content-Length: ${length}`,
      `Content-Type: multipart/form-data; boundary=${boundary}`,
    ];
    const response = await call(this.#port, `${head.join('\r\n')}\r\n\r\n`, ...pieces);
    raiseForStatus(response);
    return response.body as Document;
  }

  async pullDocument(
    document_id: string,
  ): Promise<[content: Buffer, metadata: { filename: string | undefined; name: string | undefined; size: number }]> {
    const head = commonHead(`GET /documents/${document_id}`, this.#port);
    const response = await call(this.#port, `${head.join('\r\n')}\r\n\r\n`);
    raiseForStatus(response);
    assert.equal(
      response.headers['content-encoding'],
      undefined,
      'httpx would decode it, and its length would be another',
    );
    const { headers } = response;
    return [
      response.bytes,
      {
        filename: headers['x-document-filename'],
        name: headers['x-document-name'],
        size: Number(headers['content-length'] ?? 0),
      },
    ];
  }

  async queryDocuments(
    query: { name?: string; tags?: string[]; limit?: number } = {},
    space = '+',
  ): Promise<Document[]> {
    const parameters = [`limit=${query.limit ?? 50}`];
    const quote = (text: string): string => encodeURIComponent(text).replaceAll('%20', space);
    if (query.name) parameters.push(`name=${quote(query.name)}`);
    if (query.tags?.length) parameters.push(`tags=${quote(query.tags.join(','))}`);
    const head = commonHead(`GET /documents?${parameters.join('&')}`, this.#port);
    const response = await call(this.#port, `${head.join('\r\n')}\r\n\r\n`);
    raiseForStatus(response);
    return response.body as Document[];
  }
}

describe("the draft's Python client", () => {
  let server: TestServer;
  let client: DocumentClient;
  before(async () => {
    server = await startServer();
    client = new DocumentClient(server.port);
  });
  after(() => server.close());

  it('pushes, finds and pulls a document', async () => {
    const content = Buffer.from('# System Architecture\n');
    const pushed = await client.pushDocument(
      'architecture.md',
      content,
      'System Architecture',
      ['design', 'docs'],
      'How the parts fit.',
    );
    assert.match(pushed.document_id, /^doc_[0-9a-f]{12}$/);
    assert.equal(pushed.name, 'System Architecture');
    assert.equal(pushed.checksum_sha256, sha256(content));
    for (const space of ['+', '%20']) {
      const found = await client.queryDocuments({ name: 'system arch', tags: ['design', 'docs'] }, space);
      assert.deepEqual(found, [pushed]);
    }
    const [bytes, metadata] = await client.pullDocument(pushed.document_id);
    assert.ok(bytes.equals(content));
    assert.deepEqual(metadata, { filename: 'architecture.md', name: 'System Architecture', size: content.length });
  });

  it('pushes with no tags and no description, which it sends empty', async () => {
    const pushed = await client.pushDocument('notes.txt', Buffer.from('x'), 'notes.txt', []);
    assert.deepEqual(pushed.tags, []);
    assert.equal(pushed.description, '');
  });

  it('lists the newest documents when it asks for nothing', async () => {
    const pushed = await client.pushDocument('newest.txt', Buffer.from('x'), 'newest', []);
    const [first] = await client.queryDocuments();
    assert.deepEqual(first, pushed);
    assert.equal((await client.queryDocuments({ limit: 1 })).length, 1);
  });

  it('pushes and pulls megabytes, and nothing at all', async () => {
    for (const size of [0, 3_000_000]) {
      const content = randomBytes(size);
      const { document_id } = await client.pushDocument('data.bin', content, 'data', ['binary']);
      const [bytes, { size: told }] = await client.pullDocument(document_id);
      assert.ok(bytes.equals(content));
      assert.equal(told, size);
    }
  });

  it('pushes names in other alphabets, and gets them back in headers that it can read', async () => {
    const pushed = await client.pushDocument('Pläne "neu".md', Buffer.from('x'), 'Pläne 設計 😀', ['日本', 'größe']);
    assert.equal(pushed.name, 'Pläne 設計 😀');
    assert.deepEqual(pushed.tags, ['日本', 'größe']);
    const [, metadata] = await client.pullDocument(pushed.document_id);
    assert.equal(decodeURIComponent(metadata.name ?? ''), 'Pläne 設計 😀');
    assert.equal(decodeURIComponent(metadata.filename ?? ''), pushed.original_filename);
    assert.deepEqual(await client.queryDocuments({ name: '設計 😀', tags: ['größe', '日本'] }), [pushed]);
  });

  it('gets a status that it raises for when a document is not there', async () => {
    await assert.rejects(client.pullDocument('doc_000000000000'), /404/);
  });
});
