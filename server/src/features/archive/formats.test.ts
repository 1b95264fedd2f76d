import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import tarStream from 'tar-stream';
import yauzl from 'yauzl';
import { readAll } from '../../testing/blob-content.js';
import type { ByteStream } from '../../kernel/content.js';
import { packArchive, type ArchiveEntry, type ArchiveFormat } from './formats.js';

/** What a program finds in an archive. */
interface Found {
  readonly path: string;
  readonly content: Buffer;
  readonly modified_at: Date;
  /** What tells which document it is: a zip's comment, a tar's extended header. */
  readonly label: string | Readonly<Record<string, string>>;
}

const CHECKSUM = 'c'.repeat(64);
const LABEL = `document_id=doc_0123456789ab version=3 checksum_sha256=${CHECKSUM}`;
const TIME = new Date('2026-11-23T10:30:07.000Z');

/** The chunk's memory is used again for the next one, as that of stored content is. */
async function* inPieces(content: Uint8Array, bytes = 100_000): ByteStream & AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(bytes);
  for (let start = 0; start < content.length; start += bytes) {
    const piece = content.subarray(start, start + bytes);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    memory.fill(0xee);
  }
}

function entry(path: string, content: Uint8Array | ByteStream, about: Partial<ArchiveEntry> = {}): ArchiveEntry {
  const isBytes = content instanceof Uint8Array;
  return {
    path,
    modified_at: TIME,
    size_bytes: isBytes ? content.length : 0,
    document_id: 'doc_0123456789ab',
    version: 3,
    checksum_sha256: CHECKSUM,
    content: isBytes ? inPieces(content) : content,
    ...about,
  };
}

async function pack(format: ArchiveFormat, ...entries: ArchiveEntry[]): Promise<Buffer> {
  return readAll(packArchive(format, Readable.from(entries) as AsyncIterable<ArchiveEntry>));
}

async function readZip(archive: Buffer): Promise<Found[]> {
  const zip = await yauzl.fromBufferPromise(archive, { strictFileNames: true });
  const found: Found[] = [];
  for await (const item of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(item)) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    found.push({ path: item.fileName, content, modified_at: item.getLastModDate(), label: item.fileComment });
  }
  return found;
}

async function readTar(archive: Buffer): Promise<Found[]> {
  const found: Found[] = [];
  const extract = tarStream.extract();
  Readable.from([archive]).pipe(extract);
  for await (const item of extract) {
    const chunks: Buffer[] = [];
    for await (const chunk of item) chunks.push(chunk as Buffer);
    const { pax = {} } = item.header as { pax?: Record<string, string> };
    const { name, mtime } = item.header;
    found.push({ path: name, content: Buffer.concat(chunks), modified_at: mtime, label: pax });
  }
  return found;
}

const READERS = { zip: readZip, tar: readTar } as const;

for (const format of ['zip', 'tar'] as const) {
  describe(`a ${format} archive`, () => {
    it('gives back every content, of any size', async () => {
      const sizes = [0, 1, 511, 512, 513, 4096, 65_535, 65_536, 65_537, 131_070, 131_071, 300_000, 3_000_000];
      const contents = sizes.map((size) => randomBytes(size));
      const archive = await pack(format, ...contents.map((content, index) => entry(`docs/${index}.bin`, content)));
      const found = await READERS[format](archive);
      assert.deepEqual(
        found.map(({ path, content }) => [path, sha256(content)]),
        contents.map((content, index) => [`docs/${index}.bin`, sha256(content)]),
      );
    });

    it('says of each entry when it was changed, and which document it is', async () => {
      const [found] = await READERS[format](await pack(format, entry('a.md', Buffer.from('a'))));
      assert.equal(found?.modified_at.toISOString(), TIME.toISOString());
      assert.deepEqual(found.label, format === 'zip' ? LABEL : { path: 'a.md', comment: LABEL });
    });

    it('has names of any script and length', async () => {
      const paths = [
        'Größe/設計 😀.md',
        `${'long/'.repeat(30)}${'x'.repeat(255)}`,
        'x'.repeat(99),
        'x'.repeat(100),
        'x'.repeat(101),
      ];
      const found = await READERS[format](await pack(format, ...paths.map((path) => entry(path, Buffer.from(path)))));
      assert.deepEqual(
        found.map(({ path, content }) => [path, content.toString()]),
        paths.map((path) => [path, path]),
      );
    });

    it('may be empty', async () => {
      assert.deepEqual(await READERS[format](await pack(format)), []);
    });

    it('keeps times within what it can tell', async () => {
      const times = ['1969-01-01T00:00:00.000Z', '1979-12-31T23:59:59.000Z', '2099-06-01T12:00:00.000Z'];
      const entries = times.map((time) => entry(time, Buffer.alloc(0), { modified_at: new Date(time) }));
      assert.equal((await READERS[format](await pack(format, ...entries))).length, 3);
    });

    for (const [what, size_bytes] of [
      ['shorter', 11],
      ['longer', 9],
    ] as const) {
      it(`breaks off at a content that is ${what} than its record says`, async () => {
        for (const factor of [1, 100_000]) {
          const content = Buffer.alloc(10 * factor);
          const broken = entry('a', content, { size_bytes: size_bytes * factor });
          await assert.rejects(pack(format, broken), /does not have the \d+ bytes of its record/);
        }
      });
    }

    it('lets go of an open content when it is left early, and opens nothing before it is read', async () => {
      let opened = 0;
      let closed = 0;
      const entries = async function* () {
        opened += 1;
        const content = async function* () {
          try {
            for (;;) yield Buffer.alloc(100_000);
          } finally {
            closed += 1;
          }
        };
        yield entry('endless', content(), { size_bytes: 10 ** 12 });
      };
      const stream = packArchive(format, entries());
      assert.equal(opened, 0);
      let pieces = 0;
      for await (const piece of stream) {
        assert.ok(piece.length <= 128 * 1024);
        pieces += 1;
        if (pieces === 20) break;
      }
      assert.deepEqual([opened, closed], [1, 1]);
    });
  });
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
