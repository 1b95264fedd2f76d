/**
 * Transfers documents in a process of its own, so that its memory can be measured:
 * `node transfer-program.js <base URL> upload|stream|version|resumable|many|download|cached <path> <document id>`. Prints
 * the peak RSS in MiB.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { openContentCache } from '../src/cache/index.js';
import { DocumentClient, type PushItem } from '../src/index.js';

const [, , baseUrl, task, path = '', documentId = ''] = process.argv;
const resumableFromBytes = task === 'resumable' ? 0 : Infinity;
const cache = task === 'cached' ? await openContentCache(`${path}.cache`) : undefined;
const client = new DocumentClient({ baseUrl, resumableFromBytes, cache });

/** As many as make 256 MiB. */
function* smallFiles(): Generator<PushItem> {
  for (let count = 0; count < 4096; count++) yield { source: `${path}.small`, filename: `${count}.bin` };
}

if (task === 'upload' || task === 'resumable') await client.upload(path, { filename: 'large.bin' });
else if (task === 'stream') await client.upload(createReadStream(path), { filename: 'large.bin' });
else if (task === 'version') await client.createVersion(documentId, path, { ifMatch: '"old"' });
else if (task === 'many') await client.pushMany(smallFiles());
else await client.downloadToFile(documentId, { path, overwrite: true });
if (task === 'cached') {
  const { fromCache } = await client.downloadToFile(documentId, { path, overwrite: true });
  if (!fromCache) throw new Error('It was sent twice.');
}

process.stdout.write(String(Math.round((await peakKibibytes()) / 1024)));

/** What `resourceUsage` says begins, on Linux, with the memory of the process that started this one. */
async function peakKibibytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
}
