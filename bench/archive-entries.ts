import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { extract } from 'tar-stream';
import { fromBufferPromise } from 'yauzl';

/** One file of an archive. */
export interface ArchiveEntry {
  readonly path: string;
  /** Of its content, in hex. */
  readonly sha256: string;
}

/**
 * Takes an archive apart.
 * @throws Error when it is not whole, in the words of `tar-stream` or `yauzl`
 */
export async function readArchive(format: 'tar' | 'zip', archive: Buffer): Promise<readonly ArchiveEntry[]> {
  return format === 'tar' ? readTar(archive) : readZip(archive);
}

async function readTar(archive: Buffer): Promise<readonly ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const tar = extract();
  tar.on('entry', ({ name }, content, next) => {
    digestOf(content).then((sha256) => {
      entries.push({ path: name, sha256 });
      next();
    }, next);
  });
  await pipeline(Readable.from([archive]), tar);
  return entries;
}

async function readZip(archive: Buffer): Promise<readonly ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const zip = await fromBufferPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const content = await zip.openReadStreamPromise(entry);
    entries.push({ path: entry.fileName, sha256: await digestOf(content) });
  }
  return entries;
}

async function digestOf(content: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of content) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
